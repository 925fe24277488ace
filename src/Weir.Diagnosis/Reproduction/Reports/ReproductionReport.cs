namespace Weir.Diagnosis;

/// <summary>Everything that a reproduction came to. Immutable.</summary>
public sealed record ReproductionReport
{
    public required ReproductionOutcome Outcome { get; init; }

    /// <summary>The outcome in a sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>What might be taken for proved and is not, a clause each.</summary>
    public required IReadOnlyList<string> NotProved { get; init; }

    /// <summary>What is left to do for whoever asked; null if nothing is.</summary>
    public required string? ToDo { get; init; }

    /// <summary>What was to be shown, and how.</summary>
    public required ReproductionOptions Options { get; init; }

    public required ServerDescription Server { get; init; }

    public required IdleClose Close { get; init; }

    public required IReadOnlyList<PhaseReport> Phases { get; init; }

    public required TimeSpan Duration { get; init; }
}
