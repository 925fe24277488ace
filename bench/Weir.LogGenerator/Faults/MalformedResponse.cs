using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>A kind of request to which the server answers what is no HTTP, headers over the limit, or nothing but a close.</summary>
internal sealed class MalformedResponse : Fault, IServingFault
{
    private Universe _universe = null!;
    private string _mode = "";
    private string _path = "";
    private double _share;

    public override string Cause => Causes.MalformedResponse;

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        var bad = new UrlProfile
        {
            Method = draw.Pick("method", "GET", "GET", "POST"),
            Path = draw.Pick("path", "/legacy/", "/download/", "/export.csv", "/me/avatar"),
            Ids = draw.Pick("ids", 0, 0, 20),
            Weight = plan.Urls.Sum(url => url.Weight) * draw.LogBetween("url_share", 0.001, 0.03),
            MedianSeconds = draw.LogBetween("service", 0.002, 0.4),
            Sigma = draw.LogBetween("service_sigma", 0.03, 0.25),
        };
        _path = bad.Path;
        return plan with { Urls = [.. plan.Urls, bad] };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        _universe = universe;
        _mode = draw.Pick("mode", "closes_without_answer", "garbles", "headers_too_large");
        _share = draw.Pick("share", 1.0, 1.0, 0.7, 0.3);
        group.ServingFaults.Add(this);
    }

    public bool TryServe(Target target, TargetConnection connection, Exchange exchange)
    {
        if (exchange.Url.Path != _path || !_universe.Random.Chance(_share)) return false;
        double seconds = exchange.Url.ServiceSeconds(_universe.Random) * target.Slowness;
        _universe.After(Ticks.Of(seconds), () =>
        {
            if (_mode == "closes_without_answer") connection.CloseAtTarget(Cause);
            else Garble(target, connection, exchange);
        });
        return true;
    }

    // The application thinks that it has answered; the balancer refuses what it got, and closes.
    private void Garble(Target target, TargetConnection connection, Exchange exchange)
    {
        target.Handled(exchange, 200, 500, _universe.NowTicks);
        _universe.After(connection.Pool.Link.BackTicks(), () =>
        {
            if (connection.Current != exchange) return;
            connection.CloseAtNode();
            exchange.FailMeasured(Cause);
        });
    }
}
