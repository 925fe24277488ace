using System.Net;

namespace Weir.Balancer;

/// <summary>An address that could not be listened on, with the system's error number and words.</summary>
public sealed record ListenFailure(IPEndPoint EndPoint, int Error, string Message);
