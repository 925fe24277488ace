using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>What is the same for a whole load balancer; drawn once.</summary>
internal sealed record UniverseSettings
{
    public required DateTime Start { get; init; }

    public int Nodes { get; init; } = 2;

    public double IdleTimeoutSeconds { get; init; } = 60;

    public PoolDiscipline Discipline { get; init; }

    public double NodeClockSpreadSeconds { get; init; }

    /// <summary>Whether a 460 has a request_processing_time when the request had gone to the target.</summary>
    public bool AbortLineTellsDispatch { get; init; }

    /// <summary>Whether a request that WAF blocked has the group's ARN in its line.</summary>
    public bool WafLineHasGroup { get; init; }

    public double HttpsShare { get; init; } = 1;

    public int Clients { get; init; } = 200;

    public string Region { get; init; } = "eu-west-1";

    public string Account { get; init; } = "123456789012";

    public required string Name { get; init; }

    public required string Id { get; init; }

    public required string Domain { get; init; }

    public string LoadBalancer => $"app/{Name}/{Id}";

    public string Host => $"{Name}-{Account[..10]}.{Region}.elb.amazonaws.com";

    public long IdleTimeoutTicks => Ticks.Of(IdleTimeoutSeconds);
}
