namespace Weir.Diagnosis.Probing;

/// <summary>What became of a connection that never said a word.</summary>
public enum SilentOutcome
{
    NotWaitedFor,

    /// <summary>Left out, since the target answers nobody else while it waits for such a connection.</summary>
    HoldsUpOthers,

    Closed,

    /// <summary>It was open to the end, and answered a request then.</summary>
    StillOpen,

    /// <summary>Its end was never announced, but it answers no request.</summary>
    Lost,

    /// <summary>The target sent bytes on it that nobody had asked for.</summary>
    Talked,

    /// <summary>Its target restarted meanwhile, and every time that it was tried again.</summary>
    Restarted,
}
