namespace Weir.Balancer;

/// <summary>The states of a target. Source: ALB user guide, target health status.</summary>
public enum TargetHealthState
{
    /// <summary>Its first health checks are under way.</summary>
    Initial,

    Healthy,

    Unhealthy,

    /// <summary>Its group receives no traffic from any listener; it is not checked.</summary>
    Unused,

    /// <summary>Deregistered; requests in flight go on until the delay is over.</summary>
    Draining,

    /// <summary>Health checks are disabled.</summary>
    Unavailable,
}
