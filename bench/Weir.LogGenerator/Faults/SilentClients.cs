using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>Clients that begin a request and then say nothing more.</summary>
internal sealed class SilentClients : Fault
{
    public override string Cause => Causes.ClientTimeout;

    public override double LeastSeconds => 900;

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        double share = draw.LogBetween("share", 0.0005, 0.01);
        double headShare = draw.Between("whole_head_share", 0.0, 1.0);
        var upload = new UrlProfile { Method = "POST", Path = "/upload" };
        Recurrence.AtRandom(universe, Math.Max(share * group.Plan.RequestsPerSecond, 4 / seconds), () =>
        {
            bool hasHead = universe.Random.Chance(headShare);
            ClientConnection client = universe.Clients.Next();
            long received = universe.NowTicks;
            int bytes = hasHead ? universe.Random.Between(300, 9000) : universe.Random.Between(0, 90);
            long silence = Ticks.Of(universe.Random.Exponential(0.5)) + universe.Settings.IdleTimeoutTicks + Ticks.Of(universe.Random.Exponential(0.002));
            universe.After(silence, () => universe.Write(
                FrontRows.Refused(universe, group, client, hasHead ? upload : null, received, 408, bytes), Cause));
        });
    }
}
