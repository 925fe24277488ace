using Weir.Diagnosis;

namespace Weir.Predicting;

/// <summary>What `predict --json` says. Its form is public (docs/predict.schema.json): fields are added, never renamed.</summary>
internal sealed record PredictionDocument
{
    private const int CurrentVersion = 1;
    private const double Million = 1e6;

    /// <summary>Goes up when a field changes its meaning.</summary>
    public int Version { get; } = CurrentVersion;

    public required PredictionQuestion Question { get; init; }

    /// <summary>Null with `--from-log`.</summary>
    public required PredictionRate? Formula { get; init; }

    /// <summary>Null without `--simulate`.</summary>
    public required PredictionSimulation? Simulation { get; init; }

    /// <summary>By target group; null without `--from-log`.</summary>
    public required PredictionTraffic[]? Log { get; init; }

    /// <summary>The same with other traffic; empty with `--from-log`.</summary>
    public required PredictionRate[] Chart { get; init; }

    public static PredictionDocument Of(RacePrediction asked, RaceSimulationResult? simulated) => new()
    {
        Question = PredictionQuestion.Of(asked),
        Formula = RateOf(asked),
        Simulation = simulated is null ? null : PredictionSimulation.Of(simulated),
        Log = null,
        Chart = [.. PredictionChart.Traffic(asked).Select(RateOf)],
    };

    public static PredictionDocument Of(RacePrediction asked, IEnumerable<TrafficRow> log) => new()
    {
        Question = PredictionQuestion.Of(asked) with { RequestsPerSecond = null },
        Formula = null,
        Simulation = null,
        Log = [.. log.Select(PredictionTraffic.Of)],
        Chart = [],
    };

    private static PredictionRate RateOf(RacePrediction asked) => new(asked.RequestsPerSecond, asked.PerDay(), asked.PerRequest() * Million);
}
