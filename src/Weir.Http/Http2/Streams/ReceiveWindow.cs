namespace Weir.Http.Http2.Streams;

/// <summary>
/// How many octets we let the peer send, on a stream or on the connection, and when to let it send more. Owned by
/// either. What is held of a stream is never more than the size. Source: RFC 9113 §6.9.
/// </summary>
public struct ReceiveWindow(int sizeBytes)
{
    private readonly int _sizeBytes = sizeBytes;
    private int _passedOnBytes;

    /// <summary>What the peer may still send.</summary>
    public int Bytes { get; private set; } = sizeBytes;

    /// <summary>
    /// DATA has come, its padding included; false, with no effect, if it is more than was allowed.
    /// </summary>
    public bool TryReceive(int frameBytes)
    {
        if (frameBytes > Bytes)
        {
            return false;
        }

        Bytes -= frameBytes;
        return true;
    }

    /// <summary>
    /// Octets that had come are held no longer. Returns by how much the window is to grow, or 0: half the size at
    /// least, because updates in small steps cost more than they are worth (RFC 9113 §6.9.1).
    /// </summary>
    public int PassOn(int bytes)
    {
        _passedOnBytes += bytes;
        if (_passedOnBytes < _sizeBytes / 2 || _passedOnBytes == 0)
        {
            return 0;
        }

        int increment = _passedOnBytes;
        Bytes += increment;
        _passedOnBytes = 0;
        return increment;
    }
}
