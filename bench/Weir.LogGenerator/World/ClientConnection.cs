namespace Weir.LogGenerator.World;

/// <summary>A client's connection to a node: what all requests on it have in common in the log.</summary>
internal sealed record ClientConnection(string Address, int Port, string UserAgent, BalancerNode Node, string TraceId, ClientProtocol Protocol);
