using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Weir.AccessLogs;

/// <summary>
/// All chunks of a process and their way from the loops to the writer and back. Lock-free, and bounded because the number
/// of chunks is: a loop never waits here. Owned by the writer.
/// </summary>
internal sealed class AccessLogQueue : IDisposable
{
    private readonly ConcurrentQueue<AccessLogChunk> _free = new();
    private readonly ConcurrentQueue<AccessLogChunk> _filled = new();

    // No spinning: the writer's thread must not burn the core that a loop runs on.
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private readonly int _chunks;
    private int _allocatedChunks;
    private long _droppedLines;
    private volatile bool _closed;

    public AccessLogQueue(int chunks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunks, 1);
        _chunks = chunks;
        Grow(_free);
        Grow(_filled);
    }

    /// <summary>Lines that found no free chunk, of all buffers together.</summary>
    public long DroppedLines => Volatile.Read(ref _droppedLines);

    public bool TryRent([NotNullWhen(true)] out AccessLogChunk? chunk)
    {
        chunk = null;
        if (_closed)
            return false;

        if (_free.TryDequeue(out chunk))
            return true;

        if (Volatile.Read(ref _allocatedChunks) >= _chunks)
            return false;

        if (Interlocked.Increment(ref _allocatedChunks) > _chunks)
        {
            Interlocked.Decrement(ref _allocatedChunks);
            return false;
        }

        chunk = new AccessLogChunk();
        return true;
    }

    /// <summary>Gives a filled chunk to the writer. False, with the chunk taken back, once the writer has stopped.</summary>
    public bool Submit(AccessLogChunk chunk)
    {
        if (_closed)
        {
            Return(chunk);
            return false;
        }

        _filled.Enqueue(chunk);
        Wake();
        return true;
    }

    public bool TryTake([NotNullWhen(true)] out AccessLogChunk? chunk) => _filled.TryDequeue(out chunk);

    public void Return(AccessLogChunk chunk) => _free.Enqueue(chunk);

    public void CountDropped(int lines)
    {
        Interlocked.Add(ref _droppedLines, lines);
        Wake();
    }

    public void Close() => _closed = true;

    public void Wake() => _wake.Set();

    /// <summary>Waits for a chunk, a due interval, a reopening or the stop.</summary>
    public void WaitForWork()
    {
        _wake.Wait();
        _wake.Reset();
    }

    public void Dispose() => _wake.Dispose();

    // A concurrent queue grows by allocating segments of twice the size; grown once, the loops' enqueues never allocate.
    // Segments of 32, 64, … that hold 2n together end with one that holds n.
    private void Grow(ConcurrentQueue<AccessLogChunk> queue)
    {
        for (int i = 0; i < 2 * _chunks; i++)
            queue.Enqueue(null!);
        while (queue.TryDequeue(out _))
        {
        }
    }
}
