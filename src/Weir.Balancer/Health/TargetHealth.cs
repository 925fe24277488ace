namespace Weir.Balancer;

/// <summary>
/// The health of one target: written by the one loop that checks it, read by all. Each change is one reference store,
/// so a reader sees a state together with its reason.
/// </summary>
public sealed class TargetHealth
{
    private TargetHealthStatus _status = TargetHealthStatus.RegistrationInProgress;

    public TargetHealthStatus Status => Volatile.Read(ref _status);

    /// <summary>May be given requests without fail-open. With health checks off a target is used as it is.</summary>
    public bool IsUsable => Status.State is TargetHealthState.Healthy or TargetHealthState.Unavailable;

    internal void Set(TargetHealthStatus status) => Volatile.Write(ref _status, status);
}
