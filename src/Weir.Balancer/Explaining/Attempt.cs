namespace Weir.Balancer;

/// <summary>One try to get an answer from a target: what was known of its connection, and what came of it.</summary>
/// <param name="Target"><c>ip:port</c></param>
/// <param name="Facts">Its reason is <see cref="FailureReason.None"/> when the target answered.</param>
/// <param name="IsConnected">There was a connection; otherwise nothing of the facts but the reason means anything.</param>
/// <param name="ElapsedMicros">From the dispatch to the answer's head or the failure; -1 when it was never dispatched.</param>
internal readonly record struct Attempt(byte[] Target, Failure Facts, bool IsConnected, long ElapsedMicros);
