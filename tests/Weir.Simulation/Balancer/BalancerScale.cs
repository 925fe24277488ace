namespace Weir.Simulation.Balancer;

/// <summary>How much happens in one run of the balancer's world: two to five thousand requests.</summary>
internal sealed record BalancerScale
{
    public int ClientLoops { get; init; } = 3;

    public int ClientsPerLoop { get; init; } = 20;

    public int ConnectionsPerClient { get; init; } = 8;

    /// <summary>On average.</summary>
    public int RequestsPerConnection { get; init; } = 15;

    public int MaxThinkMs { get; init; } = 60_000;

    /// <summary>Where HTTP/2 is spoken a request costs several times as much, for TLS and for windows.</summary>
    public static BalancerScale Of(WorldKind kind) => kind.Http2Percent > 0 ? new BalancerScale { ConnectionsPerClient = 4 } : new BalancerScale();
}
