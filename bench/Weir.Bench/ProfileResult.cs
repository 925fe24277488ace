namespace Weir.Bench;

/// <summary>All rows of one profile; the list that fits its kind is filled, the others stay empty.</summary>
internal sealed record ProfileResult(string Profile, string Title, string? Note)
{
    public IReadOnlyList<LoadRow> Load { get; init; } = [];

    public IReadOnlyList<IdleRow> Idle { get; init; } = [];

    public IReadOnlyList<FloodRow> Flood { get; init; } = [];

    public IReadOnlyList<SystemCallRow> SystemCalls { get; init; } = [];
}
