namespace Weir.Probing;

/// <summary>Which server it is by its behaviour, and what it calls itself.</summary>
internal sealed record ProbeServerRow(string? Key, string Name, IReadOnlyList<string> Evidence, string? Claim);
