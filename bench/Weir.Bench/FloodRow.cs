namespace Weir.Bench;

/// <summary>A proxy's line in a flood profile: medians over the rounds.</summary>
internal sealed record FloodRow(string Proxy, IReadOnlyList<LoadResult> Alone, IReadOnlyList<LoadResult> Flooded, IReadOnlyList<LoadResult> Handshakes);
