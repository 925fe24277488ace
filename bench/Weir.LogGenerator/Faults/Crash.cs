using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Workers that die in the middle of a request, and take all their connections along; another worker stands in at once.</summary>
internal sealed class Crash : Fault, IServingFault
{
    private Universe _universe = null!;
    private double _share;
    private bool _isOneKind;
    private bool _takesWorker;

    public override string Cause => Causes.TargetCrash;

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        var heavy = new UrlProfile
        {
            Method = "POST",
            Path = "/reports/build",
            Weight = plan.Urls.Sum(url => url.Weight) * draw.LogBetween("heavy_share", 0.02, 0.3),
            MedianSeconds = draw.LogBetween("heavy_median", 0.5, 6),
            Sigma = 1,
        };
        return plan with { Urls = [.. plan.Urls, heavy], Server = plan.Server with { Workers = draw.Between("workers", 2, 8) } };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        _universe = universe;
        _isOneKind = draw.Chance("one_kind_of_request", 0.35);
        _takesWorker = draw.Chance("takes_worker", 0.6);
        _share = _isOneKind ? draw.LogBetween("crash_share", 0.01, 0.3) : draw.LogBetween("crash_share", 0.0005, 0.01);
        group.ServingFaults.Add(this);
    }

    public bool TryServe(Target target, TargetConnection connection, Exchange exchange)
    {
        // What takes a while is at risk for a while.
        double seconds = exchange.Url.ServiceSeconds(_universe.Random) * target.Slowness;
        bool isHeavy = exchange.Url.Path == "/reports/build";
        if (_isOneKind ? !isHeavy : seconds < 0.05) return false;
        if (!_universe.Random.Chance(isHeavy ? _share : Math.Min(0.5, _share * 4))) return false;
        _universe.After(Ticks.Of(seconds * _universe.Random.Unit()), () =>
        {
            if (_takesWorker) target.CloseWorker(connection.Worker, Cause);
            else connection.CloseAtTarget(Cause);
        });
        return true;
    }
}
