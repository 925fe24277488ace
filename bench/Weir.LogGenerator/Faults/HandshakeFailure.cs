using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Targets that the balancer cannot make TLS with: all the time, for a while, or now and then.</summary>
internal sealed class HandshakeFailure : Fault
{
    public override string Cause => Causes.TlsFailure;

    public override (double Low, double High) RatePerTarget => (1 / 60.0, 100);

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw) => plan with
    {
        Port = draw.Pick("port", 443, 443, 8443),
        HealthSeesThePort = false,
        Server = plan.Server with { Tls = true, MaxRequestsPerConnection = draw.Between("limit", 1, 100), AnnouncesLastResponse = true },
    };

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        bool isLasting = draw.Chance("lasting", 0.5);
        bool isEveryTarget = draw.Chance("every_target", 0.4);
        double failed = draw.Pick("failed_share", 1.0, 0.3, 0.05);
        double hanging = draw.Chance("hangs_too", 0.2) ? failed * 0.1 : 0;
        IReadOnlyList<Target> targets = isEveryTarget ? group.Registered : [group.Registered[0]];
        if (isLasting)
        {
            Set(targets, failed, hanging);
            return;
        }

        double window = draw.LogBetween("window", 30, 900);
        Recurrence.Every(universe, Math.Max(seconds / 2, window * 2), () =>
        {
            Set(targets, failed, hanging);
            universe.After(Ticks.Of(window), () => Set(targets, 0, 0));
        });
    }

    private static void Set(IReadOnlyList<Target> targets, double failedShare, double hangingShare)
    {
        foreach (Target target in targets)
        {
            target.FailedHandshakeShare = failedShare;
            target.HangingHandshakeShare = hangingShare;
        }
    }
}
