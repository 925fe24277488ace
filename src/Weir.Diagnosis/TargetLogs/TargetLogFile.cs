namespace Weir.Diagnosis.TargetLogs;

/// <summary>A target's log that can be read from its beginning, twice. Whoever opens it disposes of the reader.</summary>
/// <param name="Name">For people.</param>
/// <param name="Open">A new reader at the beginning.</param>
public sealed record TargetLogFile(string Name, Func<TextReader> Open);
