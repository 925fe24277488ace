namespace Weir.Predicting;

/// <summary>The options of `predict` as they were given, unread. Immutable.</summary>
internal sealed record PredictionFlags
{
    public string? KeepAlive { get; init; }

    public string? IdleTimeout { get; init; }

    public string? RequestsPerSecond { get; init; }

    public string? Latency { get; init; }

    public string? Handling { get; init; }

    public string? Connections { get; init; }

    public string? Pools { get; init; }

    public string? Pattern { get; init; }

    public bool Simulate { get; init; }

    public string? Seed { get; init; }

    /// <summary>Logs whose traffic is taken, in place of a rate.</summary>
    public string[] Logs { get; init; } = [];
}
