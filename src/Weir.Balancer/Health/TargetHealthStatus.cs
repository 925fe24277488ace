namespace Weir.Balancer;

/// <summary>A state with ALB's reason code and description; empty when healthy. Source: ALB user guide, target health reason codes.</summary>
public sealed record TargetHealthStatus(TargetHealthState State, string ReasonCode = "", string Description = "")
{
    public static TargetHealthStatus RegistrationInProgress { get; } =
        new(TargetHealthState.Initial, "Elb.RegistrationInProgress", "Target registration is in progress");

    public static TargetHealthStatus InitialHealthChecking { get; } =
        new(TargetHealthState.Initial, "Elb.InitialHealthChecking", "Initial health checks in progress");

    public static TargetHealthStatus Healthy { get; } = new(TargetHealthState.Healthy);

    public static TargetHealthStatus TimedOut { get; } =
        new(TargetHealthState.Unhealthy, "Target.Timeout", "Request timed out");

    public static TargetHealthStatus InternalError { get; } =
        new(TargetHealthState.Unhealthy, "Elb.InternalError", "Health checks failed due to an internal error");

    public static TargetHealthStatus Failed { get; } =
        new(TargetHealthState.Unhealthy, "Target.FailedHealthChecks", "Health checks failed");

    public static TargetHealthStatus NotRegistered { get; } = new(
        TargetHealthState.Unused, "Target.NotRegistered", "Target is not registered to the target group");

    public static TargetHealthStatus NotInUse { get; } = new(
        TargetHealthState.Unused,
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer");

    public static TargetHealthStatus Draining { get; } = new(
        TargetHealthState.Draining, "Target.DeregistrationInProgress", "Target deregistration is in progress");

    public static TargetHealthStatus ChecksDisabled { get; } =
        new(TargetHealthState.Unavailable, "Target.HealthCheckDisabled", "Health checks are disabled");

    public static TargetHealthStatus CodeMismatch(int code) => new(
        TargetHealthState.Unhealthy, "Target.ResponseCodeMismatch", $"Health checks failed with these codes: [{code}]");
}
