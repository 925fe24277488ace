namespace Weir.Probing;

/// <summary>How many requests one connection got.</summary>
internal sealed record ProbeRequestsRow(bool AskedForKeepAlive, int Requests, string Outcome);
