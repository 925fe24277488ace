namespace Weir.Http.Http2.Defences;

/// <summary>
/// So many at once, and so many more in a second. Owned by whoever counts; it has no clock, its caller has.
/// </summary>
internal struct TokenBucket(int burst, int perSecond)
{
    private readonly long _capacity = burst * 1000L;
    private readonly int _perMs = perSecond;

    // In thousandths, so that slow rates are exact in milliseconds.
    private long _tokens = burst * 1000L;
    private long _refilledMs;

    /// <summary>False if there is none left.</summary>
    public bool TryTake(long nowMs)
    {
        // The first look at the clock finds the bucket full, whatever it says.
        long elapsedMs = Math.Clamp(nowMs - _refilledMs, 0, _capacity);
        _refilledMs = Math.Max(nowMs, _refilledMs);
        _tokens = Math.Min(_capacity, _tokens + (elapsedMs * _perMs));
        if (_tokens < 1000)
        {
            return false;
        }

        _tokens -= 1000;
        return true;
    }

    /// <summary>Some were earned; never more than the burst is kept.</summary>
    public void Earn(int count) => _tokens = Math.Min(_capacity, _tokens + (count * 1000L));
}
