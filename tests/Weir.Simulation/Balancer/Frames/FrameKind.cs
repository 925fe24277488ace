namespace Weir.Simulation.Balancer;

/// <summary>The types of HTTP/2's frames. Source: RFC 9113 §6.</summary>
internal enum FrameKind : byte
{
    Data,
    Headers,
    Priority,
    RstStream,
    Settings,
    PushPromise,
    Ping,
    GoAway,
    WindowUpdate,
    Continuation,
}
