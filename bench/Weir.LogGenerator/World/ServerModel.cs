using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>How the server of a target group treats connections. Drawn once for a group; never changed while it runs.</summary>
internal sealed record ServerModel
{
    /// <summary>Idle time after which the server closes; <see cref="double.PositiveInfinity"/> for one that never does.</summary>
    public double KeepAliveSeconds { get; init; } = double.PositiveInfinity;

    // Node adds a second to what it advertises. Source: facts of server defaults, Node.js.
    public double BufferSeconds { get; init; }

    /// <summary>Mean lateness of the timer.</summary>
    public double TimerJitterSeconds { get; init; } = 0.0005;

    /// <summary>Servers that look for idle connections every so often: the period; 0 for a timer of each connection's own.</summary>
    public double ReaperPeriodSeconds { get; init; }

    /// <summary>From the arrival of a request's bytes until the program reads them.</summary>
    public double ReadDelaySeconds { get; init; } = 0.00002;

    /// <summary>How long after a request was read the idle timer may still fire: such a request is handled, and its answer lost.</summary>
    public double TimerStopLagSeconds { get; init; }

    public int MaxRequestsPerConnection { get; init; } = int.MaxValue;

    /// <summary>Whether the last response of a connection says <c>Connection: close</c>.</summary>
    public bool AnnouncesLastResponse { get; init; } = true;

    /// <summary>From the last response until the close that follows it.</summary>
    public double CloseLagSeconds { get; init; }

    public double WorkerTimeoutSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>How often the supervisor looks for workers over their time; 0 for a timer.</summary>
    public double WorkerCheckSeconds { get; init; }

    public int Workers { get; init; } = 1;

    public bool Tls { get; init; }

    public long IdleDeadlineTicks(long nowTicks, SeededRandom random, long reaperPhaseTicks)
    {
        if (double.IsPositiveInfinity(KeepAliveSeconds)) return Ticks.Never;
        long deadline = nowTicks + Ticks.Of(KeepAliveSeconds + BufferSeconds);
        if (ReaperPeriodSeconds > 0)
        {
            long period = Ticks.Of(ReaperPeriodSeconds);
            long late = (deadline - reaperPhaseTicks) % period;
            if (late > 0) deadline += period - late;
        }

        return deadline + Ticks.Of(random.Exponential(TimerJitterSeconds));
    }

    public double CutSeconds(SeededRandom random) =>
        WorkerTimeoutSeconds + (WorkerCheckSeconds > 0 ? random.Between(0, WorkerCheckSeconds) : random.Exponential(0.002));
}
