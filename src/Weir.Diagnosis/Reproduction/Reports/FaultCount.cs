namespace Weir.Diagnosis;

/// <summary>Requests of one phase that were not answered well, all in the same way. Immutable.</summary>
/// <param name="What">`500 by the target`, `no answer within 15 s`.</param>
/// <param name="ExampleLine">One of their lines in the access log; null if they have none.</param>
public sealed record FaultCount(string What, int Count, string? ExampleLine);
