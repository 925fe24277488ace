namespace Weir.Balancer;

/// <summary>
/// What one target has shown of when it closes idle connections: what it says (<c>Keep-Alive: timeout=</c>) and what it
/// does. Owned by the loop's <see cref="LoopTarget"/>, so that it is forgotten with the target.
/// </summary>
/// <remarks>
/// An observation is a connection that stayed unused until the target closed it, or until we did. Only two that agree are
/// believed, so one odd close (a restart, a dropped route) teaches nothing; and the old ones are displaced by what comes
/// later, so a target that was given another setting is understood after some closes.
/// </remarks>
internal sealed class CloseTimes
{
    /// <summary>Nothing is known.</summary>
    public const long Unknown = -1;

    // Few, so that a target that was changed is understood soon; enough that two of them meet by chance seldom.
    private const int MaxObservations = 8;

    // Connections that end in the same instant have one cause (a restart, a burst whose timers end together).
    private const long SameInstantMs = 200;

    // Two observations agree within a tenth and this: a target that looks once a second is spread by up to a second.
    private const long AgreementMs = 100;

    private readonly long[] _agesMs = new long[MaxObservations];
    private int _count;
    private int _next;
    private long _lastAtMs = long.MinValue / 2;

    /// <summary>What the last response's <c>Keep-Alive: timeout=</c> said, in milliseconds; <see cref="Unknown"/>: never.</summary>
    public long HintMs { get; private set; } = Unknown;

    /// <summary>The idle time after which it closes, as seen; <see cref="Unknown"/> until two observations agree.</summary>
    public long SeenMs { get; private set; } = Unknown;

    /// <summary>A response carried <c>Keep-Alive: timeout=</c>. True when it said something new.</summary>
    public bool Hint(int seconds)
    {
        long hintMs = seconds * 1000L;
        if (hintMs == HintMs)
        {
            return false;
        }

        HintMs = hintMs;
        return true;
    }

    /// <summary>A parked connection ended after so long, by the target or by our own timeout. True when that changes what is known.</summary>
    public bool Ended(long idleMs, long nowMs)
    {
        bool sameInstant = nowMs - _lastAtMs <= SameInstantMs;
        _lastAtMs = nowMs;
        if (sameInstant)
        {
            int last = (_next + MaxObservations - 1) % MaxObservations;
            if (idleMs <= _agesMs[last])
            {
                return false;
            }

            _agesMs[last] = idleMs;
        }
        else
        {
            _agesMs[_next] = idleMs;
            _next = (_next + 1) % MaxObservations;
            _count = Math.Min(_count + 1, MaxObservations);
        }

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
            if (sorted[i + 1] - sorted[i] <= (sorted[i] / 10) + AgreementMs)
            {
                return sorted[i];
            }
        }

        return Unknown;
    }
}
