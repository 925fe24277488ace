namespace Weir.Diagnosis.Sources;

/// <summary>A path that gives nothing to read.</summary>
/// <param name="Path">As the user wrote it.</param>
/// <param name="Sentence">What is wrong, and what is allowed; it names the path.</param>
public sealed record LogSourceProblem(string Path, string Sentence);
