namespace Weir.AccessLogs;

/// <summary>
/// Where an event loop puts the lines of one load balancer, or of the whole node. Owned by that loop and used on its thread only; it never blocks
/// and, once warm, never allocates: when the disk is behind, lines are dropped and counted.
/// </summary>
/// <remarks>
/// An idle buffer holds no memory: its loop calls <see cref="Flush"/> every second or so, and before it ends.
/// </remarks>
public sealed class AccessLogBuffer
{
    private readonly AccessLogLineWriter _lines = new();
    private readonly ConnectionLogLineWriter _connectionLines = new();
    private readonly AccessLogQueue _queue;
    private readonly AccessLogSource? _source;
    private AccessLogChunk? _chunk;
    private long _droppedLines;

    internal AccessLogBuffer(AccessLogQueue queue, AccessLogSource? source)
    {
        _queue = queue;
        _source = source;
    }

    /// <summary>Lines dropped because every chunk was in use or the writer had stopped. May be read on any thread.</summary>
    public long DroppedLines => Volatile.Read(ref _droppedLines);

    /// <summary>Adds the line of one request; false if it was dropped.</summary>
    public bool Append(in AccessLogRecord record)
    {
        long time = record.TimeUnixMicroseconds;
        return (Filling(time) is { } filling && TryAdd(filling, record))
            || (Empty(time) is { } empty && TryAdd(empty, record))
            || DropLine();
    }

    /// <summary>Adds the line of one client connection; false if it was dropped.</summary>
    public bool Append(in ConnectionLogRecord record)
    {
        long time = record.TimeUnixMicroseconds;
        return (Filling(time) is { } filling && TryAdd(filling, record))
            || (Empty(time) is { } empty && TryAdd(empty, record))
            || DropLine();
    }

    /// <summary>Adds a line that is ready, with its newline; false if it was dropped.</summary>
    public bool Append(ReadOnlySpan<byte> line, long timeUnixMicroseconds) =>
        (Filling(timeUnixMicroseconds) is { } filling && TryAdd(filling, line))
        || (Empty(timeUnixMicroseconds) is { } empty && TryAdd(empty, line))
        || DropLine();

    /// <summary>Hands what there is to the writer.</summary>
    public void Flush()
    {
        if (_chunk is not { } chunk)
            return;

        _chunk = null;
        int lines = chunk.Lines;
        if (!_queue.Submit(chunk))
            Drop(lines);
    }

    private bool TryAdd(AccessLogChunk chunk, in AccessLogRecord record)
    {
        if (!_lines.Write(record, chunk.Free, out int written))
            return false;

        chunk.AddLine(written);
        return true;
    }

    private bool TryAdd(AccessLogChunk chunk, in ConnectionLogRecord record)
    {
        if (!_connectionLines.Write(record, chunk.Free, out int written))
            return false;

        chunk.AddLine(written);
        return true;
    }

    private static bool TryAdd(AccessLogChunk chunk, ReadOnlySpan<byte> line)
    {
        if (!line.TryCopyTo(chunk.Free))
            return false;

        chunk.AddLine(line.Length);
        return true;
    }

    /// <summary>The chunk that is being filled, if it is of this time's interval.</summary>
    private AccessLogChunk? Filling(long timeUnixMicroseconds)
    {
        if (_chunk is { } filling && !IsInInterval(timeUnixMicroseconds, filling.IntervalStartUnixMicroseconds))
            Flush();

        return _chunk;
    }

    /// <summary>A new chunk in the place of the present one; null if there is none.</summary>
    private AccessLogChunk? Empty(long timeUnixMicroseconds)
    {
        Flush();
        if (!_queue.TryRent(out var chunk))
            return null;

        // Clamped as the line's timestamp is, and so that the interval's end is a date too.
        long time = Math.Clamp(
            timeUnixMicroseconds, 0, AccessLogTimestamp.LastUnixMicrosecond - (2 * AccessLogLimits.IntervalMicroseconds));
        long interval = time / AccessLogLimits.IntervalMicroseconds;
        chunk.Begin(_source, interval * AccessLogLimits.IntervalMicroseconds);
        return _chunk = chunk;
    }

    private bool DropLine()
    {
        Drop(lines: 1);
        return false;
    }

    private void Drop(int lines)
    {
        // Only this thread writes: no interlocked operation is needed.
        Volatile.Write(ref _droppedLines, _droppedLines + lines);
        _queue.CountDropped(lines);
    }

    private static bool IsInInterval(long timeUnixMicroseconds, long startUnixMicroseconds) =>
        (ulong)(timeUnixMicroseconds - startUnixMicroseconds) < AccessLogLimits.IntervalMicroseconds;
}
