using Weir.Balancer;

namespace Weir.Admin;

/// <summary>The states of targets as AWS's API names them. Source: ELBv2 API model, TargetHealthStateEnum.</summary>
internal static class HealthNames
{
    public static string Of(TargetHealthState state) => state switch
    {
        TargetHealthState.Initial => "initial",
        TargetHealthState.Healthy => "healthy",
        TargetHealthState.Unhealthy => "unhealthy",
        TargetHealthState.Unused => "unused",
        TargetHealthState.Draining => "draining",
        _ => "unavailable",
    };

    public static string Of(FailureSide side) => side switch
    {
        FailureSide.Client => "client",
        FailureSide.Target => "target",
        _ => "weir",
    };
}
