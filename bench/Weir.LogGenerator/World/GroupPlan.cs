namespace Weir.LogGenerator.World;

/// <summary>What is drawn for a target group before the simulation starts.</summary>
internal sealed record GroupPlan
{
    public required string Name { get; init; }

    /// <summary>Third byte of its targets' addresses, and the priority of its rule.</summary>
    public required int Number { get; init; }

    public required ServerModel Server { get; init; }

    public required IReadOnlyList<UrlProfile> Urls { get; init; }

    public int Targets { get; init; } = 2;

    public int Port { get; init; } = 8080;

    public double RequestsPerSecond { get; init; } = 1;

    public TrafficShape Shape { get; init; }

    /// <summary>Network between nodes and targets, there and back.</summary>
    public double RoundTripSeconds { get; init; } = 0.001;

    public double JitterShare { get; init; } = 0.1;

    public double LossShare { get; init; }

    public bool RoundRobin { get; init; } = true;

    public double TargetClockSpreadSeconds { get; init; }

    // Source: ALB user guide, health checks: interval, and how many fail before a target is out.
    public double HealthIntervalSeconds { get; init; } = 30;

    public int UnhealthyThreshold { get; init; } = 2;

    public int HealthyThreshold { get; init; } = 5;

    /// <summary>False where health is asked of another port than requests go to.</summary>
    public bool HealthSeesThePort { get; init; } = true;
}
