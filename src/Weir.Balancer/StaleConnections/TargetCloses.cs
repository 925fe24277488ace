namespace Weir.Balancer;

/// <summary>
/// How one target's idle connections ended, on all loops of a node. Owned by its <see cref="GroupCloses"/>. Told on any
/// loop, weighed on the first one only.
/// </summary>
internal sealed class TargetCloses(GroupCloses group)
{
    private readonly CloseTimes _times = new();
    private readonly ConnectionLives _lives = new();

    /// <summary>What is believed. For the first loop.</summary>
    public long SeenMs => _times.SeenMs;

    /// <summary>The target closed a connection.</summary>
    /// <param name="on">The loop that tells it.</param>
    /// <param name="idleMs">So long it had been idle; 0: it was in use.</param>
    /// <param name="lifeMs">So long it had been there; <see cref="CloseTimes.Unknown"/>: that is not to be looked at.</param>
    public void Closed(BalancerLoop on, long idleMs, long lifeMs) => Tell(on, idleMs, lifeMs, closed: true);

    /// <summary>A connection had been idle for so long, and was still open when it was closed here.</summary>
    public void Kept(BalancerLoop on, long idleMs) => Tell(on, idleMs, CloseTimes.Unknown, closed: false);

    // The evidence is weighed in one place: halves of it would contradict each other, and each would take its own time to
    // learn and to forget. It is told once for a connection's end, never for a request.
    private void Tell(BalancerLoop on, long idleMs, long lifeMs, bool closed)
    {
        if (on.IsFirst)
        {
            Weigh(idleMs, lifeMs, on.Loop.NowMs, closed);
        }
        else
        {
            Reactor.Loop first = on.Shared.LoopAt(0).Loop;
            first.Post(() => Weigh(idleMs, lifeMs, first.NowMs, closed));
        }
    }

    private void Weigh(long idleMs, long lifeMs, long nowMs, bool closed)
    {
        if (closed && lifeMs >= 0 && _lives.Explain(lifeMs, idleMs) && idleMs > 0)
        {
            return;
        }

        if (closed ? _times.Closed(idleMs, nowMs) : _times.Kept(idleMs, nowMs))
        {
            group.Learn();
        }
    }
}
