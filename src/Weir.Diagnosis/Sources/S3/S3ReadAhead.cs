namespace Weir.Diagnosis.Sources.S3;

/// <summary>
/// Starts fetching the objects that come after an opened one, so that several are on their way at once and nobody waits
/// for each anew. Bounded, and never in the way: what is asked for is fetched at once, whatever is under way.
/// </summary>
internal sealed class S3ReadAhead : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<S3LogObject, S3Download> _started = [];
    private readonly HashSet<S3LogObject> _taken = [];
    private readonly Dictionary<S3LogObject, int> _places = [];
    private IReadOnlyList<S3LogObject> _order = [];
    private bool _disposed;

    /// <summary>The order that objects will be opened in, as well as anybody knows.</summary>
    public void Follow(IReadOnlyList<S3LogObject> order)
    {
        lock (_lock)
        {
            _order = order;
            for (int i = 0; i < order.Count; i++) _places[order[i]] = i;
        }
    }

    /// <summary>The download of an object, under way; from now on its reader's.</summary>
    public S3Download Take(S3LogObject wanted)
    {
        lock (_lock)
        {
            if (!_started.Remove(wanted, out S3Download? download)) download = wanted.Fetch();
            _taken.Add(wanted);
            StartAfter(wanted);
            return download;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (S3Download download in _started.Values) download.Dispose();
            _started.Clear();
        }
    }

    private void StartAfter(S3LogObject opened)
    {
        if (_disposed || !_places.TryGetValue(opened, out int place)) return;
        int end = Math.Min(place + 1 + SourceLimits.ReadAheadObjects, _order.Count);
        for (int i = place + 1; i < end && _started.Count < SourceLimits.MaxReadAheadObjects; i++)
        {
            S3LogObject next = _order[i];
            if (next.SizeBytes > 0 && !_taken.Contains(next) && !_started.ContainsKey(next)) _started[next] = next.Fetch();
        }
    }
}
