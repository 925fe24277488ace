namespace Weir.Simulation.Balancer;

/// <summary>How much happens in one run of the balancer's world: some four thousand requests.</summary>
internal sealed record BalancerScale
{
    public int ClientLoops { get; init; } = 3;

    public int ClientsPerLoop { get; init; } = 20;

    public int ConnectionsPerClient { get; init; } = 8;

    /// <summary>On average.</summary>
    public int RequestsPerConnection { get; init; } = 15;

    public int MaxThinkMs { get; init; } = 60_000;
}
