namespace Weir.Http.Http2.Streams;

/// <summary>
/// How many octets the peer lets us send, on a stream or on the connection. Owned by either; pure arithmetic within 31
/// bits and below 0. Source: RFC 9113 §6.9.1, §6.9.2.
/// </summary>
public struct SendWindow(int bytes)
{
    /// <summary>Below 0 when the peer has made windows smaller than what was sent.</summary>
    public int Bytes { get; private set; } = bytes;

    /// <summary>Octets that may be sent now.</summary>
    public readonly int AvailableBytes => Math.Max(Bytes, 0);

    /// <summary>WINDOW_UPDATE; false, with no effect, if it goes beyond what a window can be.</summary>
    public bool TryGrow(int increment)
    {
        long sum = (long)Bytes + increment;
        if (sum > int.MaxValue)
        {
            return false;
        }

        Bytes = (int)sum;
        return true;
    }

    /// <summary>
    /// SETTINGS_INITIAL_WINDOW_SIZE, for each stream; false, with no effect, if it goes beyond what a window can be.
    /// </summary>
    public bool TryShift(int oldInitialBytes, int newInitialBytes)
    {
        long sum = (long)Bytes + newInitialBytes - oldInitialBytes;
        if (sum > int.MaxValue)
        {
            return false;
        }

        Bytes = (int)Math.Max(sum, int.MinValue);
        return true;
    }

    /// <summary>
    /// Takes what is about to be sent; false, with no effect, if that is more than there is. Nothing can always be
    /// sent.
    /// </summary>
    public bool TryTake(int bytes)
    {
        if (bytes > AvailableBytes)
        {
            return false;
        }

        Bytes -= bytes;
        return true;
    }
}
