namespace Weir.Simulation.Echo;

/// <summary>How much happens in one run of the echo world.</summary>
internal sealed record EchoScale
{
    public int ServerLoops { get; init; } = 2;

    public int ClientLoops { get; init; } = 3;

    public int ClientsPerLoop { get; init; } = 20;

    public int ConnectionsPerClient { get; init; } = 4;

    /// <summary>On average.</summary>
    public int ExchangesPerConnection { get; init; } = 20;

    public int MaxThinkMs { get; init; } = 2_000;

    /// <summary>When a client aborts a connection on which it is not through.</summary>
    public int DeadlineMs { get; init; } = 120_000;

    public int SmallBytes { get; init; } = 2_000;

    public int LargeBytes { get; init; } = 60_000;
}
