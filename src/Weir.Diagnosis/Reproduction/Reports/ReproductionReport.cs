namespace Weir.Diagnosis;

/// <summary>Everything that a reproduction came to. Immutable.</summary>
public sealed record ReproductionReport
{
    public required ReproductionOutcome Outcome { get; init; }

    /// <summary>The outcome in a sentence.</summary>
    public required string Verdict { get; init; }

    public required ServerDescription Server { get; init; }

    public required IdleClose Close { get; init; }

    public required IReadOnlyList<PhaseReport> Phases { get; init; }

    public required TimeSpan Duration { get; init; }
}
