namespace Weir.Balancer;

/// <summary>
/// After which idle times one target closes, weighed from how its idle connections ended. Owned by its
/// <see cref="TargetCloses"/>, so that it is forgotten with the target.
/// </summary>
/// <remarks>
/// An observation is an instant: connections that end together have one cause. Of those that the target closed the youngest
/// counts, for a restart closes connections of every age. Two closes at the same age are believed; one odd close (a dropped
/// route) teaches nothing. A close time holds until connections have outlived it in four times as many instants in a row as
/// it was seen in, sixteen at the most. Where a share q of the connections ends at that time (some worker processes have
/// another setting than the rest) that happens by chance with (1 − q)^16: once in 65,000 for a half, once in a hundred for a
/// quarter, and two closes more restore it. Where the target was given a longer time, q is 0, and it is forgotten for good.
/// </remarks>
internal sealed class CloseTimes
{
    /// <summary>Nothing is known.</summary>
    public const long Unknown = -1;

    // More than any program has; chance observations go first.
    private const int MaxBands = 8;

    private const int BelievedCloses = 2;
    private const int MaxCloses = 4;
    private const int OutlivedPerClose = 4;

    // Connections that end in the same instant have one cause (a restart, a burst whose timers end together).
    private const long InstantMs = 200;

    // Two closes agree within a tenth and this.
    private const long AgreementMs = 100;

    // A target that looks once a second closes up to a second later than it might: gunicorn after 2 to 3 seconds.
    private const long CoarsenessMs = 1_000;

    // A connection in use until a moment ago was not closed for being idle.
    // Source: the shortest default that is known is gunicorn's, 2 seconds.
    private const long LeastIdleMs = 1_000;

    // Closes of one instant that lie farther apart than a coarse timer's are a restart, as a rule.
    private const long RestartFactor = 2;

    // As they were before the present instant, and with it: what ends last in it may change what the first one meant.
    private readonly CloseBand[] _before = new CloseBand[MaxBands];
    private readonly CloseBand[] _bands = new CloseBand[MaxBands];
    private int _countBefore;
    private int _count;
    private long _instantMs = long.MinValue / 2;
    private long _youngestClosedMs;
    private long _oldestClosedMs;
    private long _oldestMs;

    /// <summary>The least idle time after which it closes, as seen; <see cref="Unknown"/> until two closes agree.</summary>
    public long SeenMs { get; private set; } = Unknown;

    /// <summary>The target closed a connection that had been idle for so long. True when that changes what is known.</summary>
    public bool Closed(long idleMs, long nowMs)
    {
        Take(idleMs, nowMs);
        _youngestClosedMs = LearnedCloseTime.Least(_youngestClosedMs, idleMs);
        _oldestClosedMs = Math.Max(_oldestClosedMs, idleMs);
        return Weigh();
    }

    /// <summary>A connection had been idle for so long and the target had not closed it. True when that changes what is known.</summary>
    public bool Kept(long idleMs, long nowMs)
    {
        Take(idleMs, nowMs);
        return Weigh();
    }

    private void Take(long idleMs, long nowMs)
    {
        if (nowMs - _instantMs > InstantMs)
        {
            _instantMs = nowMs;
            _bands.CopyTo(_before);
            _countBefore = _count;
            _youngestClosedMs = _oldestClosedMs = _oldestMs = Unknown;
        }

        _oldestMs = Math.Max(_oldestMs, idleMs);
    }

    private bool Weigh()
    {
        _before.CopyTo(_bands);
        _count = _countBefore;
        Outlive(except: Confirm());
        long known = SeenMs;
        SeenMs = LeastBelieved();
        return SeenMs != known;
    }

    // What closes old connections as well proves no idle timer; but where two settings live behind one address and traffic
    // is dense, both come in every instant, so it may confirm what is believed.
    private int Confirm()
    {
        if (_youngestClosedMs < LeastIdleMs)
        {
            return -1;
        }

        bool isRestart = _oldestClosedMs > _youngestClosedMs * RestartFactor;
        int band = Nearest(_youngestClosedMs);
        if (isRestart && (band < 0 || _bands[band].Closes < BelievedCloses))
        {
            return -1;
        }

        if (band < 0)
        {
            band = _count < MaxBands ? _count++ : Weakest();
            _bands[band] = new CloseBand(_youngestClosedMs, Closes: 0, Outlived: 0);
        }

        CloseBand found = _bands[band];
        _bands[band] = new CloseBand(
            Math.Min(found.LeastMs, _youngestClosedMs), Math.Min(found.Closes + 1, MaxCloses), Outlived: 0);
        return band;
    }

    private void Outlive(int except)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            CloseBand band = _bands[i];
            if (i != except && _oldestMs > band.LeastMs + Math.Max(Agreement(band.LeastMs), CoarsenessMs))
            {
                band = band with { Outlived = band.Outlived + 1 };
            }

            if (Strength(band) > 0)
            {
                _bands[kept++] = band;
            }
        }

        _count = kept;
    }

    // Of a target that closes between 2 and 3 seconds, the early closes count.
    private long LeastBelieved()
    {
        long least = Unknown;
        foreach (CloseBand band in _bands.AsSpan(0, _count))
        {
            least = band.Closes < BelievedCloses ? least : LearnedCloseTime.Least(least, band.LeastMs);
        }

        return least;
    }

    private int Nearest(long ageMs)
    {
        int nearest = -1;
        for (int i = 0; i < _count; i++)
        {
            long apartMs = Math.Abs(_bands[i].LeastMs - ageMs);
            if (apartMs <= Agreement(Math.Min(_bands[i].LeastMs, ageMs))
                && (nearest < 0 || apartMs < Math.Abs(_bands[nearest].LeastMs - ageMs)))
            {
                nearest = i;
            }
        }

        return nearest;
    }

    private int Weakest()
    {
        int weakest = 0;
        for (int i = 1; i < _count; i++)
        {
            weakest = Strength(_bands[i]) < Strength(_bands[weakest]) ? i : weakest;
        }

        return weakest;
    }

    private static long Agreement(long ageMs) => (ageMs / 10) + AgreementMs;

    /// <summary>In how many instants more it has to be outlived until it is forgotten.</summary>
    private static int Strength(in CloseBand band) => (OutlivedPerClose * band.Closes) - band.Outlived;
}
