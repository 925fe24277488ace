namespace Weir.Balancer;

/// <summary>
/// What one target has shown of when it closes idle connections: what it says (<c>Keep-Alive: timeout=</c>) and what it
/// does. Owned by the loop's <see cref="LoopTarget"/>, so that it is forgotten with the target.
/// </summary>
/// <remarks>
/// An observation is an idle connection that the target closed. Only two that agree are believed, so one odd close (a
/// dropped route) teaches nothing. A restart closes connections of every age in one instant: of those the youngest
/// counts, and one that was hardly idle says that no idle timer ended. What is believed is refuted by a connection that the
/// target kept for twice as long, so a target that was given another setting is understood soon.
/// </remarks>
internal sealed class CloseTimes
{
    /// <summary>Nothing is known.</summary>
    public const long Unknown = -1;

    // Few, so that a target that was changed is understood soon; enough that two of them meet by chance seldom.
    private const int MaxObservations = 8;

    // Connections that end in the same instant have one cause (a restart, a burst whose timers end together).
    private const long InstantMs = 200;

    // Two observations agree within a tenth and this: a target that looks once a second is spread by up to a second.
    private const long AgreementMs = 100;

    // A connection in use until a moment ago was not closed for being idle.
    // Source: the shortest default that is known is gunicorn's, 2 seconds.
    private const long LeastIdleMs = 1_000;

    // A target that looks once a second closes after 2 to 3 seconds; none closes after 2 to 4.
    private const long RefutingFactor = 2;

    private readonly long[] _agesMs = new long[MaxObservations];
    private int _count;
    private long _instantMs = long.MinValue / 2;
    private bool _lastIsOfInstant;

    /// <summary>What the last response's <c>Keep-Alive: timeout=</c> said, in milliseconds; <see cref="Unknown"/>: never.</summary>
    public long HintMs { get; private set; } = Unknown;

    /// <summary>The idle time after which it closes, as seen; <see cref="Unknown"/> until two observations agree.</summary>
    public long SeenMs { get; private set; } = Unknown;

    /// <summary>A response carried <c>Keep-Alive: timeout=</c>. True when it said something new.</summary>
    public bool Hint(int seconds) => SetHint(seconds * 1000L);

    /// <summary>
    /// The first response on a connection, which stays open, carried none: whoever answers now does not say. True when that
    /// is new.
    /// </summary>
    public bool NoHint() => SetHint(Unknown);

    /// <summary>The target closed a connection that had been idle for so long. True when that changes what is known.</summary>
    public bool Closed(long idleMs, long nowMs)
    {
        if (nowMs - _instantMs > InstantMs)
        {
            _instantMs = nowMs;
            if (_count == MaxObservations)
            {
                _agesMs.AsSpan(1).CopyTo(_agesMs);
                _count--;
            }

            _agesMs[_count++] = idleMs;
            _lastIsOfInstant = true;
        }
        else if (_lastIsOfInstant && idleMs < _agesMs[_count - 1])
        {
            _agesMs[_count - 1] = idleMs;
        }

        Refute(idleMs);
        return Conclude();
    }

    /// <summary>A connection had been idle for so long and the target had not closed it. True when that changes what is known.</summary>
    public bool Kept(long idleMs)
    {
        Refute(idleMs);
        return Conclude();
    }

    private bool SetHint(long hintMs)
    {
        bool isNew = hintMs != HintMs;
        HintMs = hintMs;
        return isNew;
    }

    private void Refute(long idleMs)
    {
        // Of a restart, which closes old and young ones, nothing may be left: what comes of it later does not count.
        _lastIsOfInstant = _lastIsOfInstant && _agesMs[_count - 1] * RefutingFactor >= idleMs;
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_agesMs[i] * RefutingFactor >= idleMs)
            {
                _agesMs[kept++] = _agesMs[i];
            }
        }

        _count = kept;
    }

    private bool Conclude()
    {
        long before = SeenMs;
        SeenMs = SmallestAgreement();
        return SeenMs != before;
    }

    // The smaller one of the shortest pair: of a target that closes between 2 and 3 seconds, the early closes count.
    private long SmallestAgreement()
    {
        Span<long> sorted = stackalloc long[MaxObservations];
        sorted = sorted[.._count];
        _agesMs.AsSpan(0, _count).CopyTo(sorted);
        sorted.Sort();
        for (int i = 0; i + 1 < sorted.Length; i++)
        {
            if (sorted[i] >= LeastIdleMs && sorted[i + 1] - sorted[i] <= (sorted[i] / 10) + AgreementMs)
            {
                return sorted[i];
            }
        }

        return Unknown;
    }
}
