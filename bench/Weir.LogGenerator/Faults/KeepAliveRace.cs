using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>A server that closes idle connections before the balancer does. Nothing is installed: the race is in the world.</summary>
internal sealed class KeepAliveRace : Fault
{
    public override string Cause => Causes.KeepaliveRace;

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        ServerModel server = ServerDraw.Racing(draw, settings.IdleTimeoutSeconds);
        double rate = plan.RequestsPerSecond;
        // Often the traffic of those who notice: a connection waits about as long as the server lets it.
        if (draw.Chance("gaps_near_timeout", 0.75))
            rate = Math.Clamp(draw.Random.LogBetween(0.15, 3) / server.KeepAliveSeconds * settings.Nodes * plan.Targets, plan.Targets / 60.0, 500.0 * plan.Targets);
        return plan with
        {
            Server = server,
            RequestsPerSecond = draw.Keep("requests_per_second", rate),
            Shape = draw.Pick("shape", TrafficShape.Poisson, TrafficShape.Poisson, TrafficShape.Bursty, TrafficShape.Diurnal, TrafficShape.Periodic),
            RoundTripSeconds = draw.LogBetween("round_trip", 0.0015, 0.05),
        };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
    }
}
