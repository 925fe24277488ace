namespace Weir.Admin;

/// <summary>A target in `/status`; reason and description are empty when it is healthy.</summary>
internal sealed record StatusTarget(string Id, string Address, string State, string Reason, string Description);
