namespace Weir.Simulation.Race;

/// <summary>A request's way onto a connection of the target.</summary>
/// <param name="DispatchedMicros">When the balancer sent it, in the network's time.</param>
/// <param name="IdleMs">For how long the connection had been idle, as the balancer believes; -1: it was new.</param>
/// <param name="Closes">At how many instants the target had closed connections until then.</param>
/// <param name="Session">The target's end of a connection that was used before; null when it was new.</param>
internal sealed record RaceAttempt(long DispatchedMicros, long IdleMs, long Closes, RaceTargetSession? Session)
{
    public bool IsReused => Session is not null;

    public override string ToString() => $"at {DispatchedMicros} µs, idle for {IdleMs} ms, target closed at {Session?.ClosedMicros} µs";
}
