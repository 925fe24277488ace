namespace Weir.Balancer;

/// <summary>
/// Whether a target ends connections for their age, and not for being idle: known from those that it ended at the same age while they
/// were in use, or had been idle for quite another time. Owned by its <see cref="TargetCloses"/>.
/// </summary>
internal sealed class ConnectionLives
{
    // Enough to have one of another kind among them.
    private const int Kept = 8;

    // Two ages agree within a quarter of the greater one. Source: gRPC proposal A9, max_connection_age has a jitter of a tenth either way.
    private const long AgreementDivisor = 4;

    // Idle times that lie farther apart than those of a coarse timer.
    private const long ApartFactor = 2;

    private readonly (long LifeMs, long IdleMs)[] _ended = new (long, long)[Kept];
    private int _count;

    /// <summary>The target has ended a connection of this age, that had been idle for so long; 0: it was in use. True: its age may be why.</summary>
    public bool Explain(long lifeMs, long idleMs)
    {
        bool isExplained = false;
        foreach ((long otherLifeMs, long otherIdleMs) in _ended.AsSpan(0, Math.Min(_count, Kept)))
        {
            isExplained |= Math.Abs(lifeMs - otherLifeMs) <= Math.Max(lifeMs, otherLifeMs) / AgreementDivisor
                && Math.Max(idleMs, otherIdleMs) > ApartFactor * Math.Min(idleMs, otherIdleMs);
        }

        _ended[_count++ % Kept] = (lifeMs, idleMs);
        return isExplained;
    }
}
