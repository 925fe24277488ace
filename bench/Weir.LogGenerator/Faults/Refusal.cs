using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Ports on which nothing listens for a long time, though the target is registered; or a host that refuses some connections.</summary>
internal sealed class Refusal : Fault
{
    public override string Cause => Causes.ConnectRefused;

    public override double LeastSeconds => 1800;

    public override (double Low, double High) RatePerTarget => (1 / 60.0, 30);

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        string mode = draw.Pick("mode", "dead_target", "dead_target", "new_target_dead", "all_dead", "refuses_some");
        ServerModel server = plan.Server;
        // A refusal needs a connect: this server makes the balancer connect often, and announces each close.
        if (mode == "refuses_some") server = server with { MaxRequestsPerConnection = draw.Between("limit", 1, 20), AnnouncesLastResponse = true };
        return plan with { Server = server, HealthSeesThePort = false, Targets = mode == "all_dead" ? 1 : Math.Max(plan.Targets, 2) };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        switch (draw.Parameters[draw.NameOf("mode")])
        {
            case "new_target_dead":
                universe.After(Ticks.Of(seconds * draw.Between("begins", 0.1, 0.5)), () => group.Register().Acceptance = Acceptance.Refusing);
                break;
            case "all_dead":
                // Up to here there was no process: a deployment that began before the log does.
                group.Registered[0].Acceptance = Acceptance.Refusing;
                universe.After(Ticks.Of(seconds * draw.Between("ends", 0.35, 0.9)), () => group.Registered[0].Acceptance = Acceptance.Listening);
                break;
            case "refuses_some":
                double share = draw.LogBetween("share", 0.005, 0.1);
                foreach (Target target in group.Registered) target.RefusedShare = share;
                break;
            default:
                group.Registered[0].Acceptance = Acceptance.Refusing;
                break;
        }
    }
}
