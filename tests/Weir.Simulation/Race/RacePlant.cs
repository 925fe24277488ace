namespace Weir.Simulation.Race;

/// <summary>A fault put into the world on purpose, one for each rule of the oracle: a run with one must fail.</summary>
internal enum RacePlant
{
    None,

    /// <summary>A target answers with another request's answer.</summary>
    Crossed,

    /// <summary>A client throws an answer away.</summary>
    Lost,

    /// <summary>A client gets an answer twice.</summary>
    Doubled,

    /// <summary>A target handles a request twice that was sent once.</summary>
    Repeated,

    /// <summary>A POST that met a close is dispatched again.</summary>
    RetriedPost,

    /// <summary>The balancer only observes where it should protect.</summary>
    Unprotected,

    /// <summary>The balancer does not believe what targets say.</summary>
    HintIgnored,

    /// <summary>A 502 without a close of the target's.</summary>
    Unexplained,

    /// <summary>A line of the access log is left out.</summary>
    Unlogged,

    /// <summary>The window is twice as long as the formula is told.</summary>
    Rate,
}
