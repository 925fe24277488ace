namespace Weir.Http;

/// <summary>
/// How far a request is from the protocol, in the words of the access log. A fact about the request: what is done
/// about it is the load balancer's desync mitigation mode. Ordered, so that a higher one is worse.
/// </summary>
public enum Classification : byte
{
    Compliant,
    Acceptable,
    Ambiguous,
    Severe,
}
