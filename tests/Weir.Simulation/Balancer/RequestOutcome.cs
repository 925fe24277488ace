namespace Weir.Simulation.Balancer;

/// <summary>What a client got for one request.</summary>
internal enum RequestOutcome
{
    None,

    /// <summary>A target's answer, whole.</summary>
    Answer,

    /// <summary>A response of the balancer's own, whole.</summary>
    Page,

    /// <summary>Bytes that a target had sent without being asked, on a connection that nobody could know to be spoilt.</summary>
    Unasked,

    /// <summary>A WebSocket.</summary>
    Tunnel,

    /// <summary>The connection ended before a response, or in one.</summary>
    Cut,
}
