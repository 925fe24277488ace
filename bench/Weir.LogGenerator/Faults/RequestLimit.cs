using Weir.LogGenerator.Scenarios;
using Weir.LogGenerator.World;

namespace Weir.LogGenerator.Faults;

/// <summary>A server that closes after so many requests on a connection, and does not say so in the last response.</summary>
internal sealed class RequestLimit : Fault
{
    public override string Cause => Causes.RequestLimitClose;

    public override double LeastSeconds => 120;

    public override (double Low, double High) RatePerTarget => (5, 500);

    public override GroupPlan Shape(GroupPlan plan, UniverseSettings settings, Draw draw) => plan with
    {
        Server = ServerDraw.Safe(draw, settings.IdleTimeoutSeconds) with
        {
            MaxRequestsPerConnection = draw.Pick("limit", 20, 50, 100, 100, 200, 500, 999, 1000),
            AnnouncesLastResponse = false,
            CloseLagSeconds = draw.LogBetween("close_lag", 0.0005, 0.1),
        },
    };

    public override void Install(Universe universe, TargetGroup group, Draw draw, double seconds)
    {
    }
}
