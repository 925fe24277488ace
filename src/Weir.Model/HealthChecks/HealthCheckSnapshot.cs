namespace Weir.Model;

/// <summary>How the targets of a group are checked; part of a snapshot, never changed.</summary>
// Source: ALB user guide, health checks for target groups.
public sealed class HealthCheckSnapshot
{
    public required bool Enabled { get; init; }

    public required TargetProtocol Protocol { get; init; }

    /// <summary>A port for all targets; null is `traffic-port`, each target's own.</summary>
    public required int? Port { get; init; }

    /// <summary>Path and optional query, beginning with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>From the start of one check to the start of the next.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Always smaller than <see cref="Interval"/>.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Successes in a row that make an unhealthy target healthy.</summary>
    public required int HealthyThreshold { get; init; }

    /// <summary>Failures in a row that make a healthy target unhealthy.</summary>
    public required int UnhealthyThreshold { get; init; }

    /// <summary>The status codes (gRPC: the grpc-status codes) that count as success.</summary>
    public required HealthCheckMatcher Matcher { get; init; }

    public int PortFor(TargetSnapshot target) => Port ?? target.Port;
}
