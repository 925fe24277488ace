namespace Weir.Diagnosis.Probing;

/// <summary>How many requests the target answered on one connection, one straight after the other. Immutable.</summary>
/// <param name="Requests">Answered.</param>
/// <param name="Outcome">Why there were no more.</param>
public sealed record CountReading(int Requests, CountOutcome Outcome);
