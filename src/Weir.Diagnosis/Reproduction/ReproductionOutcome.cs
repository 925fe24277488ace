namespace Weir.Diagnosis;

/// <summary>How a reproduction ended.</summary>
public enum ReproductionOutcome
{
    /// <summary>The race happened; what was tried against it held.</summary>
    StoryHeld,

    /// <summary>The race happened, and something that should have stopped it did not, or broke something else.</summary>
    StoryBroke,

    /// <summary>It may be there, and too few requests met the close within the time: nothing was shown.</summary>
    NoRace,

    /// <summary>The target keeps idle connections longer than the balancer: there is none.</summary>
    OutlivesBalancer,

    /// <summary>The target closes every connection after its answer: there is none.</summary>
    NeverReused,

    /// <summary>The target closes so late that there is no time to show it.</summary>
    ClosesTooLate,

    /// <summary>The race happened, and the time was over before all that should have stopped it had been tried.</summary>
    TimeOver,

    /// <summary>The race happened, and of what should have stopped it so little was tried that nothing is to be told from it.</summary>
    TooFewRequests,

    /// <summary>Requests got 502s that are not the race, so that nothing is to be told of it with this target.</summary>
    OtherFailures,

    /// <summary>Requests met the close, which the target had announced (GOAWAY): they were sent again, and none got 502.</summary>
    SentAgain,

    /// <summary>The server's program is not on this machine.</summary>
    ServerNotInstalled,

    /// <summary>The server ended at once or in the middle of it, does not answer, or answers with errors.</summary>
    ServerDidNotStart,

    /// <summary>It was to be over TLS, and this machine has no OpenSSL that is fit for it.</summary>
    NoTls,

    /// <summary>Another program has the port that the server was to listen on.</summary>
    PortInUse,
}
