namespace Weir.Model;

/// <summary>Health check settings as somebody defined them; null takes ALB's default. Immutable.</summary>
public sealed record HealthCheckDefinition
{
    public bool? Enabled { get; init; }

    public TargetProtocol? Protocol { get; init; }

    /// <summary>`traffic-port` or a port number.</summary>
    public string? Port { get; init; }

    public string? Path { get; init; }

    public int? IntervalSeconds { get; init; }

    public int? TimeoutSeconds { get; init; }

    public int? HealthyThresholdCount { get; init; }

    public int? UnhealthyThresholdCount { get; init; }

    /// <summary>`200`, `200,202`, `200-299`: for targets that speak HTTP.</summary>
    public string? HttpCode { get; init; }

    /// <summary>`12`, `0-99`: for targets that speak gRPC.</summary>
    public string? GrpcCode { get; init; }
}
