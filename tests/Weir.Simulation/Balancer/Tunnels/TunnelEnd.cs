namespace Weir.Simulation.Balancer;

/// <summary>How one side of a WebSocket's tunnel comes to its end.</summary>
internal enum TunnelEnd
{
    /// <summary>It ends its direction behind its last byte, and reads on.</summary>
    First,

    /// <summary>It ends its direction when the other side has ended.</summary>
    AfterOther,

    /// <summary>It resets the connection at some byte.</summary>
    Reset,

    /// <summary>It closes behind its last byte, whatever comes.</summary>
    Close,

    /// <summary>It says nothing more, and waits for what will be done about it.</summary>
    Silent,
}
