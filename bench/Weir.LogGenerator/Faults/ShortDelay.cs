using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Deployments and scale-ins whose deregistration delay is shorter than what still runs.</summary>
internal sealed class ShortDelay : Fault
{
    public override string Cause => Causes.Deregistration;

    public override double LeastSeconds => 1800;

    public override (double Low, double High) RatePerTarget => (1 / 10.0, 60);

    public override UniverseSettings Shape(UniverseSettings settings, Draw draw) =>
        settings with { IdleTimeoutSeconds = draw.Pick("idle_timeout", 60.0, 120.0, 300.0) };

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        var longRunning = new UrlProfile
        {
            Method = draw.Pick("method", "GET", "POST"),
            Path = draw.Pick("path", "/poll/", "/convert/", "/stream/"),
            Ids = 300,
            Weight = plan.Urls.Sum(url => url.Weight) * draw.LogBetween("long_share", 0.02, 0.3),
            MedianSeconds = settings.IdleTimeoutSeconds * draw.Between("long_median_share", 0.08, 0.35),
            Sigma = draw.Between("long_sigma", 0.05, 0.4),
        };
        return plan with { Urls = [.. plan.Urls, longRunning] };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        double delay = draw.Pick("delay", 0.0, 1.0, 5.0, 10.0, 20.0, 30.0);
        bool isReplaced = draw.Chance("replaced", 0.7);
        Recurrence.Every(universe, Math.Max(seconds / draw.Between("times", 2, 6), delay * 3), () =>
        {
            if (group.IsEmpty) return;
            Target leaving = group.Registered[0];
            if (isReplaced || group.Registered.Count == 1) group.Register();
            group.Deregister(leaving, delay);
        });
    }
}
