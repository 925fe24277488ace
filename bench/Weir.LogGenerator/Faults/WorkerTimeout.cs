using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>A server whose supervisor ends a worker that has been at a request for too long.</summary>
internal sealed class WorkerTimeout : Fault
{
    public override string Cause => Causes.TargetTimeout;

    public override double LeastSeconds => 600;

    public override UniverseSettings Shape(UniverseSettings settings, Draw draw) =>
        settings with { IdleTimeoutSeconds = Math.Max(settings.IdleTimeoutSeconds, 60) };

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        double limit = draw.Pick("worker_timeout", 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 30.0, 45.0);
        var slow = new UrlProfile
        {
            Method = draw.Pick("method", "GET", "POST"),
            Path = "/export/",
            Ids = 500,
            Weight = plan.Urls.Sum(url => url.Weight) * draw.LogBetween("slow_share", 0.01, 0.06),
            MedianSeconds = draw.LogBetween("slow_median", 0.2, 3),
            Sigma = 1,
            TailShare = draw.LogBetween("tail_share", 0.08, 0.4),
            TailLeastSeconds = limit * 0.5,
            TailShape = draw.Between("tail_shape", 0.5, 1.2),
        };
        return plan with
        {
            Urls = [.. plan.Urls, slow],
            Server = plan.Server with { WorkerTimeoutSeconds = limit, WorkerCheckSeconds = draw.Pick("worker_check", 0.0, 0.0, 0.2, 1.0) },
        };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
    }
}
