namespace Weir.Http.Http2.Streams;

/// <summary>
/// How many octets we let the peer send, on a stream or on the connection, and when to let it send more. Owned by
/// either. What is held of a stream is never more than the size. Source: RFC 9113 §6.9.
/// </summary>
/// <param name="sizeBytes">What the peer may send at first.</param>
/// <param name="stepBytes">
/// By how much the window grows at least. Where many streams share it, this much of it is missing while others hold all the rest, so
/// that it must be less than what one of them may hold.
/// </param>
public struct ReceiveWindow(int sizeBytes, int stepBytes)
{
    private readonly int _stepBytes = stepBytes;
    private int _passedOnBytes;

    /// <summary>Of one stream: it grows by half its size at least.</summary>
    public ReceiveWindow(int sizeBytes)
        : this(sizeBytes, sizeBytes / 2)
    {
    }

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
    /// Octets that had come are held no longer. Returns by how much the window is to grow, or 0: updates in
    /// small steps cost more than they are worth (RFC 9113 §6.9.1).
    /// </summary>
    public int PassOn(int bytes)
    {
        _passedOnBytes += bytes;
        if (_passedOnBytes < _stepBytes || _passedOnBytes == 0)
        {
            return 0;
        }

        int increment = _passedOnBytes;
        Bytes += increment;
        _passedOnBytes = 0;
        return increment;
    }
}
