namespace Weir.Reactor;

/// <summary>What will go wrong on one simulated connection. Never changed once in use.</summary>
public sealed record SimConnectionPlan
{
    public static readonly SimConnectionPlan Healthy = new();

    public SimConnectFate Fate { get; init; }

    /// <summary>What the side that connected sends.</summary>
    public SimDirectionPlan FromConnector { get; init; } = SimDirectionPlan.Healthy;

    /// <summary>What the side that accepted sends.</summary>
    public SimDirectionPlan FromAcceptor { get; init; } = SimDirectionPlan.Healthy;
}
