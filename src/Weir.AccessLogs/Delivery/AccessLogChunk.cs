namespace Weir.AccessLogs;

/// <summary>
/// Whole lines of one load balancer and one delivery interval. Owned by one at a time: the free list, the buffer that
/// fills it, the queue, the writer.
/// </summary>
internal sealed class AccessLogChunk
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(AccessLogLimits.ChunkBytes);
    private int _length;

    /// <summary>Set by <see cref="Begin"/> before anything is written; null where the writer is undivided.</summary>
    public AccessLogSource? Source { get; private set; }

    /// <summary>Where the interval begins that the lines' own times fall into.</summary>
    public long IntervalStartUnixMicroseconds { get; private set; }

    public int Lines { get; private set; }

    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, _length);

    public Span<byte> Free => _bytes.AsSpan(_length);

    public void Begin(AccessLogSource? source, long intervalStartUnixMicroseconds)
    {
        Source = source;
        IntervalStartUnixMicroseconds = intervalStartUnixMicroseconds;
        Lines = 0;
        _length = 0;
    }

    public void AddLine(int bytes)
    {
        _length += bytes;
        Lines++;
    }
}
