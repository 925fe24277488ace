namespace Weir.Diagnosis.Probing;

/// <summary>Connections that were closed at about the same age. Immutable.</summary>
public sealed record CloseGroup(TimeSpan Shortest, TimeSpan Longest, int Connections);
