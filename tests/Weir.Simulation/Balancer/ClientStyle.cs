namespace Weir.Simulation.Balancer;

/// <summary>How a client behaves on one connection.</summary>
internal enum ClientStyle
{
    /// <summary>One request after another.</summary>
    Sequential,

    /// <summary>Sends its requests without waiting for answers.</summary>
    Pipelining,

    /// <summary>Resets or closes at some moment.</summary>
    Aborting,

    /// <summary>Sends FIN after its last request and waits for the answers.</summary>
    HalfClosing,

    /// <summary>Takes answers a little at a time.</summary>
    SlowReading,

    /// <summary>Stops sending at some byte, and waits for what will be done about it.</summary>
    SilentSending,

    /// <summary>Pipelines, and reads nothing for minutes.</summary>
    SilentReading,
}
