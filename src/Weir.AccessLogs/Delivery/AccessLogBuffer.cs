using System.Diagnostics.CodeAnalysis;

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
        if (_chunk is { } filling && !IsInInterval(record.TimeUnixMicroseconds, filling.IntervalStartUnixMicroseconds))
            Flush();

        if (_chunk is { } chunk && TryAdd(chunk, record))
            return true;

        Flush();
        if (TryBegin(record.TimeUnixMicroseconds, out var empty) && TryAdd(empty, record))
            return true;

        Drop(lines: 1);
        return false;
    }

    /// <summary>Adds a line that is ready, with its newline; false if it was dropped.</summary>
    public bool Append(ReadOnlySpan<byte> line, long timeUnixMicroseconds)
    {
        if (_chunk is { } filling && !IsInInterval(timeUnixMicroseconds, filling.IntervalStartUnixMicroseconds))
            Flush();

        if (_chunk is { } chunk && TryAdd(chunk, line))
            return true;

        Flush();
        if (TryBegin(timeUnixMicroseconds, out var empty) && TryAdd(empty, line))
            return true;

        Drop(lines: 1);
        return false;
    }

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

    private static bool TryAdd(AccessLogChunk chunk, ReadOnlySpan<byte> line)
    {
        if (!line.TryCopyTo(chunk.Free))
            return false;

        chunk.AddLine(line.Length);
        return true;
    }

    private bool TryBegin(long timeUnixMicroseconds, [NotNullWhen(true)] out AccessLogChunk? chunk)
    {
        if (!_queue.TryRent(out chunk))
            return false;

        // Clamped as the line's timestamp is, and so that the interval's end is a date too.
        long time = Math.Clamp(
            timeUnixMicroseconds, 0, AccessLogTimestamp.LastUnixMicrosecond - (2 * AccessLogLimits.IntervalMicroseconds));
        long interval = time / AccessLogLimits.IntervalMicroseconds;
        chunk.Begin(_source, interval * AccessLogLimits.IntervalMicroseconds);
        _chunk = chunk;
        return true;
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
