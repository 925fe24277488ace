namespace Weir.Simulation.Balancer;

/// <summary>How a client behaves on one HTTP/2 connection.</summary>
internal enum CallStyle
{
    /// <summary>One request after another.</summary>
    Sequential,

    /// <summary>Several streams at once.</summary>
    Concurrent,

    /// <summary>The same, and it resets some of them.</summary>
    Resetting,

    /// <summary>Resets or closes its connection at some moment.</summary>
    Aborting,

    /// <summary>Ends its direction, or says GOAWAY, after its last request.</summary>
    Leaving,

    /// <summary>Takes answers a little at a time.</summary>
    SlowReading,

    /// <summary>Stops sending at some byte, and waits for what will be done about it.</summary>
    SilentSending,

    /// <summary>Reads nothing for minutes.</summary>
    SilentReading,

    /// <summary>Reads, and leaves the windows shut, of its streams or of the whole connection.</summary>
    Shut,
}
