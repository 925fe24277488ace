using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>One target group with its attributes typed, and its registered targets; part of a snapshot, never changed.</summary>
public sealed class TargetGroupSnapshot
{
    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required TargetProtocol Protocol { get; init; }

    public required TargetProtocolVersion ProtocolVersion { get; init; }

    public required HealthCheckSnapshot HealthCheck { get; init; }

    /// <summary>Registered targets, each <see cref="TargetSnapshot.Key"/> once, in the order they were given.</summary>
    public required ImmutableArray<TargetSnapshot> Targets { get; init; }

    /// <summary>`deregistration_delay.timeout_seconds`.</summary>
    public required TimeSpan DeregistrationDelay { get; init; }

    /// <summary>`stickiness.*`.</summary>
    public required StickinessSnapshot Stickiness { get; init; }

    /// <summary>`load_balancing.algorithm.type`.</summary>
    public required LoadBalancingAlgorithm Algorithm { get; init; }

    /// <summary>`load_balancing.algorithm.anomaly_mitigation`.</summary>
    public required bool AnomalyMitigation { get; init; }

    /// <summary>`slow_start.duration_seconds`; zero is off.</summary>
    public required TimeSpan SlowStart { get; init; }

    /// <summary>`target_group_health.unhealthy_state_routing.*`.</summary>
    public required UnhealthyStateRoutingSnapshot UnhealthyStateRouting { get; init; }

    /// <summary>`weir.target_tls.verify`: the certificates of HTTPS targets are checked.</summary>
    public required bool VerifiesTargets { get; init; }

    /// <summary>`weir.target_tls.server_name`: the name that HTTPS targets are asked for, and checked against; empty: their address.</summary>
    public required string TargetServerName { get; init; }

    /// <summary>Its targets, or their health checks, are spoken to over TLS.</summary>
    public bool UsesTls => Protocol == TargetProtocol.Https || HealthCheck.Protocol == TargetProtocol.Https;

    /// <summary>Whether some rule forwards here. Targets of a group not in use are `unused` and are not checked.</summary>
    // Source: ALB user guide, target health status.
    public required bool IsInUse { get; init; }
}
