using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.Simulation;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>WAF in front of the balancer: requests that it blocks, and now and then no verdict from it.</summary>
internal sealed class Firewall : Fault
{
    // Source: ALB user guide, error reason codes of WAF.
    private static readonly string[] _failures = ["WAFConnectionError", "WAFConnectionTimeout", "WAFResponseReadTimeout", "WAFServiceError"];

    public override string Cause => Causes.Waf;

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
        double blocked = draw.LogBetween("blocked_share", 0.001, 0.05);
        double failing = draw.Chance("fails", 0.3) ? draw.LogBetween("failing_share", 0.0002, 0.005) : 0;
        group.Fronts.Insert(0, exchange =>
        {
            double unit = universe.Random.Unit();
            if (unit < blocked) End(universe, exchange, 403, "waf", "-");
            else if (unit < blocked + failing) End(universe, exchange, 500, "waf-failed", universe.Random.Pick(_failures));
            else exchange.Actions = "waf,forward";
            return unit < blocked + failing;
        });
    }

    private void End(Universe universe, Exchange exchange, int status, string actions, string reason) =>
        universe.After(Ticks.Of(universe.Random.LogNormal(reason == "-" ? 0.004 : 0.5, 0.4)), () =>
        {
            LogRow row = exchange.Row(status);
            if (!universe.Settings.WafLineHasGroup) row.Group = null;
            row.SentBytes = BalancerPages.Bytes(status);
            row.Actions = actions;
            row.ErrorReason = reason;
            exchange.EndWith(row, Cause);
        });
}
