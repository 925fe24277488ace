namespace Weir.Diagnosis;

/// <summary>How a reproduction ended.</summary>
public enum ReproductionOutcome
{
    /// <summary>The race happened, the fix and the protection held.</summary>
    StoryHeld,

    /// <summary>The race happened, and something that should have stopped it did not.</summary>
    StoryBroke,

    /// <summary>No request met the close within the time, so nothing was shown.</summary>
    NoRace,

    /// <summary>The race happened, and the time was over before all that should have stopped it had been tried.</summary>
    TimeOver,

    /// <summary>The server's program is not on this machine.</summary>
    ServerNotInstalled,

    /// <summary>The server ended at once or in the middle of it, or does not answer.</summary>
    ServerDidNotStart,

    /// <summary>Another program has the port that the server was to listen on.</summary>
    PortInUse,
}
