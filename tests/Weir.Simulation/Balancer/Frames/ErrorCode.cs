namespace Weir.Simulation.Balancer;

/// <summary>The error codes of HTTP/2 that this world knows. Source: RFC 9113 §7.</summary>
internal enum ErrorCode
{
    NoError = 0,
    ProtocolError = 1,
    InternalError = 2,
    FlowControlError = 3,
    RefusedStream = 7,
    Cancel = 8,
    EnhanceYourCalm = 11,
}
