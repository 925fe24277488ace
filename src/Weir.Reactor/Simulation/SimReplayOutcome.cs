namespace Weir.Reactor;

/// <summary>The trace hashes of two runs from one seed.</summary>
public readonly record struct SimReplayOutcome(ulong First, ulong Second)
{
    public bool IsSame => First == Second;
}
