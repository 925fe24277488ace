namespace Weir.Simulation;

/// <summary>What one run came to. A violation is a sentence; none means that the oracle is content.</summary>
internal sealed record SimulationOutcome(
    long Exchanges, ulong TraceHash, TimeSpan VirtualTime, string Summary, IReadOnlyList<string> Violations);
