namespace Weir.Balancer;

/// <summary>
/// How one target's idle connections ended, on all loops of a node. Owned by its <see cref="GroupCloses"/>. Told on any
/// loop, weighed on the first one only.
/// </summary>
internal sealed class TargetCloses(GroupCloses group)
{
    private readonly CloseTimes _times = new();

    /// <summary>What is believed. For the first loop.</summary>
    public long SeenMs => _times.SeenMs;

    /// <summary>The target closed a connection that had been idle for so long.</summary>
    public void Closed(BalancerLoop on, long idleMs) => Tell(on, idleMs, closed: true);

    /// <summary>A connection had been idle for so long, and was still open when it was closed here.</summary>
    public void Kept(BalancerLoop on, long idleMs) => Tell(on, idleMs, closed: false);

    // The evidence is weighed in one place: halves of it would contradict each other, and each would take its own time to
    // learn and to forget. It is told once for a connection's end, never for a request.
    private void Tell(BalancerLoop on, long idleMs, bool closed)
    {
        if (on.IsFirst)
        {
            Weigh(idleMs, on.Loop.NowMs, closed);
        }
        else
        {
            Reactor.Loop first = on.Shared.LoopAt(0).Loop;
            first.Post(() => Weigh(idleMs, first.NowMs, closed));
        }
    }

    private void Weigh(long idleMs, long nowMs, bool closed)
    {
        if (closed ? _times.Closed(idleMs, nowMs) : _times.Kept(idleMs, nowMs))
        {
            group.Learn();
        }
    }
}
