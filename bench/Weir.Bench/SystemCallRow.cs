namespace Weir.Bench;

/// <summary>A proxy's line in the system call profile: calls for each request.</summary>
internal sealed record SystemCallRow(
    string Proxy, long Requests, double ReceivesPerRequest, double SendsPerRequest, double PollsPerRequest, double OthersPerRequest,
    IReadOnlyDictionary<string, long> Calls);
