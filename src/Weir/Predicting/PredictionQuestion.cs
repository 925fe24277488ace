using Weir.Diagnosis;

namespace Weir.Predicting;

/// <summary>What was asked, with all that was left to defaults.</summary>
internal sealed record PredictionQuestion
{
    public required double[] KeepaliveSeconds { get; init; }

    public required double IdleTimeoutSeconds { get; init; }

    /// <summary>Null where it was taken from a log.</summary>
    public required double? RequestsPerSecond { get; init; }

    public required double LatencySeconds { get; init; }

    public required double HandlingSeconds { get; init; }

    public required string Pattern { get; init; }

    public required int Pools { get; init; }

    public required int? Connections { get; init; }

    public static PredictionQuestion Of(RacePrediction asked) => new()
    {
        KeepaliveSeconds = [asked.ClosesFrom.TotalSeconds, asked.ClosesUntil.TotalSeconds],
        IdleTimeoutSeconds = asked.BalancerIdleTimeout.TotalSeconds,
        RequestsPerSecond = asked.RequestsPerSecond,
        LatencySeconds = asked.Latency.TotalSeconds,
        HandlingSeconds = asked.HandlingTime.TotalSeconds,
        Pattern = asked.Pattern == ArrivalPattern.Periodic ? "periodic" : "poisson",
        Pools = asked.Pools,
        Connections = asked.ConnectionsInTurn,
    };
}
