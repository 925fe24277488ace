namespace Weir.Probing;

/// <summary>What the target says in its Keep-Alive header.</summary>
internal sealed record ProbeAdvertisedRow(int? TimeoutSeconds, int? MaxRequests, bool OnlyWhenAsked);
