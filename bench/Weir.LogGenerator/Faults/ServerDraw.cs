using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Draws how a server treats its connections: one that outlives the balancer, or one that closes before it.</summary>
internal static class ServerDraw
{
    /// <summary>Closes idle connections well after the balancer does, or never; its limit of requests is announced.</summary>
    public static ServerModel Safe(Draw draw, double idleTimeoutSeconds) => new()
    {
        KeepAliveSeconds = draw.Pick("keepalive", double.PositiveInfinity, idleTimeoutSeconds + 5, idleTimeoutSeconds + 15, idleTimeoutSeconds * 2),
        TimerJitterSeconds = draw.Random.LogBetween(0.0001, 0.01),
        ReadDelaySeconds = draw.Random.LogBetween(0.00001, 0.002),
        MaxRequestsPerConnection = draw.Pick("max_requests", int.MaxValue, int.MaxValue, 100, 1000),
    };

    public static ServerModel Racing(Draw draw, double idleTimeoutSeconds)
    {
        double[] usual = [.. new double[] { 1, 2, 2, 3, 4, 5, 5, 5, 5, 5, 8, 10, 15, 20, 30, 60 }.Where(seconds => seconds <= idleTimeoutSeconds)];
        double keepAlive = draw.Random.Chance(0.75) ? draw.Random.Pick(usual) : draw.Random.LogBetween(0.8, Math.Min(60, idleTimeoutSeconds));
        bool hasReaper = draw.Chance("reaper", 0.2);
        return new ServerModel
        {
            KeepAliveSeconds = draw.Keep("keepalive", keepAlive),
            BufferSeconds = draw.Pick("buffer", 0.0, 0.0, 0.0, keepAlive < idleTimeoutSeconds - 1 ? 1.0 : 0.0),
            TimerJitterSeconds = draw.LogBetween("timer_jitter", 0.0001, 0.005),
            ReaperPeriodSeconds = hasReaper ? draw.LogBetween("reaper_period", 0.05, Math.Min(1, keepAlive / 2)) : 0,
            ReadDelaySeconds = draw.LogBetween("read_delay", 0.0001, 0.02),
            TimerStopLagSeconds = draw.Chance("late_timer_stop", 0.2) ? draw.LogBetween("timer_stop_lag", 0.0005, 0.02) : 0,
        };
    }
}
