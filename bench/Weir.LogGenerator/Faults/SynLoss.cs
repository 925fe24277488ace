using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>SYNs that nobody answers: a security group, a full accept queue, a host that is gone.</summary>
internal sealed class SynLoss : Fault
{
    public override string Cause => Causes.ConnectTimeout;

    public override (double Low, double High) RatePerTarget => (1 / 60.0, 100);

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        string mode = draw.Pick("mode", "one_target", "windows", "some");
        // Only what connects can meet it.
        ServerModel server = mode == "one_target" ? plan.Server : plan.Server with { MaxRequestsPerConnection = draw.Between("limit", 1, 50), AnnouncesLastResponse = true };
        return plan with { Server = server, HealthSeesThePort = mode == "windows" && draw.Chance("health_sees_it", 0.5) };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        switch (draw.Parameters[draw.NameOf("mode")])
        {
            case "one_target":
                group.Registered[0].Acceptance = Acceptance.Swallowing;
                break;
            case "some":
                double share = draw.LogBetween("share", 0.01, 0.2);
                foreach (Target target in group.Registered) target.SwallowedShare = share;
                break;
            default:
                double length = draw.LogBetween("window", 20, 600);
                Recurrence.Every(universe, Math.Max(seconds / draw.Between("windows", 1, 3), 2 * length), () => Swallow(universe, group, length));
                break;
        }
    }

    private static void Swallow(Universe universe, TargetGroup group, double seconds)
    {
        if (group.IsEmpty) return;
        Target target = universe.Random.Pick(group.Registered);
        target.Acceptance = Acceptance.Swallowing;
        new HealthMonitor(universe, target).Watch();
        universe.After(Ticks.Of(seconds), () => target.Acceptance = Acceptance.Listening);
    }
}
