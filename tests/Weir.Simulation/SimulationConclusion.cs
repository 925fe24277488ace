namespace Weir.Simulation;

/// <summary>What all runs of a scenario come to together. A violation is a sentence; none: the oracle is content.</summary>
internal sealed record SimulationConclusion(string Summary, IReadOnlyList<string> Violations);
