namespace Weir.Diagnosis.Causes;

/// <summary>What a log tells of how long connections from one node to one target took. A plain value.</summary>
/// <param name="Failed">How many errors without a connection took so many ms.</param>
/// <param name="Sent">How many answered requests were sent after so many ms; on new connections, or on those that were there.</param>
/// <param name="FastestMilliseconds">The target's shortest answer to the node: no less than a round trip. Null where there was none.</param>
internal readonly record struct ConnectSample(int[] Failed, int[] Sent, int? FastestMilliseconds);
