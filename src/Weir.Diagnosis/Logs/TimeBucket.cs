namespace Weir.Diagnosis.Logs;

/// <summary>The requests of one node that were answered in one stretch of time, as they came. Used on one thread.</summary>
internal sealed class TimeBucket
{
    /// <summary>Requests in one chunk: small, for a node of little traffic has dozens of buckets with few requests each.</summary>
    public const int ChunkRequests = 32;

    private readonly List<LoggedRequest[]> _chunks = [];
    private readonly List<(int Request, RequestDetail Detail)> _details = [];
    private long _lastMicroseconds, _earliestMicroseconds = long.MaxValue;
    private bool _isOutOfOrder;

    public int Count { get; private set; }

    public int DetailCount => _details.Count;

    /// <summary>Whether the next request needs another chunk.</summary>
    public bool IsFull => Count == _chunks.Count * ChunkRequests;

    public void AddChunk(LoggedRequest[] chunk) => _chunks.Add(chunk);

    public void Add(in LoggedRequest request, RequestDetail? detail)
    {
        _isOutOfOrder |= request.CompletedMicroseconds < _lastMicroseconds;
        _lastMicroseconds = request.CompletedMicroseconds;
        _earliestMicroseconds = Math.Min(_earliestMicroseconds, _lastMicroseconds);
        if (detail is not null)
            _details.Add((Count, detail));

        _chunks[Count / ChunkRequests][Count % ChunkRequests] = request;
        Count++;
    }

    /// <summary>Gives all of them out by time, those of the same time as they came.</summary>
    public void GiveOut(ILoggedRequestConsumer consumer)
    {
        if (_isOutOfOrder)
            GiveOutSorted(consumer);
        else
            GiveOutAsTheyCame(consumer);
    }

    /// <summary>Empties it, and gives its chunks back.</summary>
    public void Clear(Stack<LoggedRequest[]> chunks)
    {
        foreach (var chunk in _chunks)
            chunks.Push(chunk);

        _chunks.Clear();
        _details.Clear();
        _isOutOfOrder = false;
        _lastMicroseconds = 0;
        _earliestMicroseconds = long.MaxValue;
        Count = 0;
    }

    private void GiveOutAsTheyCame(ILoggedRequestConsumer consumer)
    {
        int next = 0;
        for (int i = 0; i < Count; i++)
        {
            var detail = next < _details.Count && _details[next].Request == i ? _details[next++].Detail : null;
            consumer.Accept(in _chunks[i / ChunkRequests][i % ChunkRequests], detail);
        }
    }

    private void GiveOutSorted(ILoggedRequestConsumer consumer)
    {
        long[] order = System.Buffers.ArrayPool<long>.Shared.Rent(Count);
        for (int i = 0; i < Count; i++)
            order[i] = ((At(i).CompletedMicroseconds - _earliestMicroseconds) << 32) | (uint)i;

        order.AsSpan(0, Count).Sort();
        foreach (long place in order.AsSpan(0, Count))
        {
            int i = (int)(uint)place;
            consumer.Accept(in At(i), _details.Count == 0 ? null : DetailOf(i));
        }

        System.Buffers.ArrayPool<long>.Shared.Return(order);
    }

    private RequestDetail? DetailOf(int request)
    {
        int low = 0, high = _details.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_details[middle].Request == request)
                return _details[middle].Detail;

            if (_details[middle].Request < request)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return null;
    }

    private ref readonly LoggedRequest At(int i) => ref _chunks[i / ChunkRequests][i % ChunkRequests];
}
