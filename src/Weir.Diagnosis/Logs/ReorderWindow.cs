using System.Diagnostics;

namespace Weir.Diagnosis.Logs;

/// <summary>
/// Puts the requests of each node in the order of their answers, as far as they come within
/// <see cref="LogPipelineLimits.ReorderWindow"/> of each other, and gives them out. Later ones go out at once, marked and
/// counted. It holds <see cref="LogPipelineLimits.PendingRequests"/> at most: where a window has more, what waits longest
/// goes out early. Used on one thread.
/// </summary>
internal sealed class ReorderWindow(ILoggedRequestConsumer consumer, int pendingRequests = LogPipelineLimits.PendingRequests)
{
    private readonly List<NodeWindow> _nodes = [];
    private readonly Stack<LoggedRequest[]> _freeChunks = [];
    private readonly Stack<TimeBucket> _freeBuckets = [];
    private int _chunks;
    private int _details;
    private long _added;

    /// <summary>Requests that came too late for their place.</summary>
    public long LateLines { get; private set; }

    /// <summary>Stretches of a few seconds that went out before their time, for want of room.</summary>
    public long ShortenedBuckets { get; private set; }

    /// <summary>Room for so many requests has been allocated.</summary>
    public int AllocatedRequests => _chunks * TimeBucket.ChunkRequests;

    public void Add(in LoggedRequest request, RequestDetail? detail)
    {
        var node = NodeOf(request.Node);
        node.LastAdded = ++_added;
        if (!node.TryReach(request.CompletedMicroseconds, this))
        {
            LateLines++;
            var late = request with { IsLate = true };
            consumer.Accept(in late, detail);
            return;
        }

        ref var bucket = ref node.BucketOf(request.CompletedMicroseconds);
        bucket ??= _freeBuckets.TryPop(out var free) ? free : new TimeBucket();
        if (bucket.IsFull)
            bucket.AddChunk(_freeChunks.TryPop(out var chunk) ? chunk : NewChunk());

        bucket.Add(in request, detail);
        if (detail is not null)
            _details++;

        if (_details > LogPipelineLimits.PendingDetails || (_freeChunks.Count == 0 && AllocatedRequests >= pendingRequests))
            MakeRoom();
    }

    /// <summary>Gives out all that waits: there are no more.</summary>
    public void Flush()
    {
        foreach (var node in _nodes)
            node.GiveOutAll(this);
    }

    internal void GiveOut(TimeBucket bucket)
    {
        _details -= bucket.DetailCount;
        bucket.GiveOut(consumer);
        bucket.Clear(_freeChunks);
        _freeBuckets.Push(bucket);
    }

    // A node of which nothing came for a whole roomful has ended, or is read again much later. Else the one with most.
    private void MakeRoom()
    {
        Debug.Assert(_nodes.Count > 0, "something was added");
        NodeWindow? idle = null, largest = null;
        foreach (var node in _nodes)
        {
            if (node.Count > 0 && node.LastAdded < _added - pendingRequests && node.LastAdded < (idle?.LastAdded ?? long.MaxValue))
                idle = node;

            if (node.Count > (largest?.Count ?? 0))
                largest = node;
        }

        if (idle is not null)
        {
            idle.GiveOutAll(this);
            return;
        }

        ShortenedBuckets++;
        largest?.GiveOutEarliest(this);
    }

    private NodeWindow NodeOf(int id)
    {
        // The unnamed node comes first.
        int index = id + 1;
        while (_nodes.Count <= index)
            _nodes.Add(new NodeWindow());

        return _nodes[index];
    }

    private LoggedRequest[] NewChunk()
    {
        _chunks++;
        return new LoggedRequest[TimeBucket.ChunkRequests];
    }
}
