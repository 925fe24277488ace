using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Targets that say nothing until the balancer's idle timeout: work that takes too long, a deadlock, a starved host.</summary>
internal sealed class SlowTarget : Fault, IServingFault
{
    private Target? _deadlocked;

    public override string Cause => Causes.SlowTarget;

    public override double LeastSeconds => 900;

    public override (double Low, double High) RatePerTarget => (1 / 60.0, 100);

    public override UniverseSettings Shape(UniverseSettings settings, Draw draw) =>
        settings with { IdleTimeoutSeconds = draw.Pick("idle_timeout", 15.0, 30.0, 60.0, 60.0, 60.0, 120.0) };

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        if (draw.Pick("mode", "long_work", "deadlock", "starved") != "long_work") return plan;
        var longWork = new UrlProfile
        {
            Method = "GET",
            Path = "/search/all",
            Weight = plan.Urls.Sum(url => url.Weight) * draw.LogBetween("long_share", 0.005, 0.05),
            MedianSeconds = draw.LogBetween("long_median", 0.5, 10),
            Sigma = 1,
            TailShare = draw.LogBetween("tail_share", 0.02, 0.3),
            TailLeastSeconds = settings.IdleTimeoutSeconds * 0.4,
            TailShape = draw.Between("tail_shape", 0.5, 1.2),
        };
        return plan with { Urls = [.. plan.Urls, longWork] };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        string mode = draw.Parameters[draw.NameOf("mode")];
        if (mode == "long_work") return;
        group.ServingFaults.Add(this);
        double window = draw.LogBetween("window", 20, 300);
        double slowness = draw.LogBetween("slowness", 500, 20_000);
        Recurrence.Every(universe, Math.Max(seconds / draw.Between("windows", 1, 3), window * 2), () =>
        {
            if (group.IsEmpty) return;
            Target target = universe.Random.Pick(group.Registered);
            if (mode == "deadlock") _deadlocked = target;
            else target.Slowness = slowness;
            universe.After(Ticks.Of(window), () =>
            {
                _deadlocked = null;
                target.Slowness = 1;
            });
        });
    }

    // In a deadlock a request that was read is never answered.
    public bool TryServe(Target target, TargetConnection connection, Exchange exchange) => target == _deadlocked;
}
