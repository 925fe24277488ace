using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Clients that close before the answer has come: people who leave, programs with a time of their own.</summary>
internal sealed class ImpatientClients : Fault
{
    public override string Cause => Causes.ClientAbort;

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw)
    {
        var slow = new UrlProfile
        {
            Method = "GET",
            Path = "/report/",
            Ids = 900,
            Weight = plan.Urls.Sum(url => url.Weight) * draw.LogBetween("slow_share", 0.01, 0.1),
            MedianSeconds = draw.LogBetween("slow_median", 0.3, 5),
            Sigma = draw.Between("slow_sigma", 0.4, 1.0),
        };
        return plan with { Urls = [.. plan.Urls, slow] };
    }

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        bool isProgram = draw.Chance("program", 0.5);
        double fixedSeconds = draw.Pick("patience", 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0);
        double meanSeconds = draw.LogBetween("mean_patience", 2, 30);
        double share = draw.LogBetween("share", 0.05, 0.6);
        group.OnReceive.Add(exchange =>
        {
            if (!universe.Random.Chance(share)) return;
            double patience = isProgram ? fixedSeconds + universe.Random.Exponential(0.01) : universe.Random.Exponential(meanSeconds);
            universe.After(Ticks.Of(patience), exchange.Abort);
        });
    }
}
