namespace Weir.Simulation.Balancer;

/// <summary>What comes next of an HTTP/1.1 message.</summary>
internal enum MessageEvent
{
    NeedMore,
    Head,
    Body,
    End,

    /// <summary>Not HTTP.</summary>
    Malformed,

    /// <summary>The connection ended, in the middle or between two messages.</summary>
    Ended,
}
