namespace Weir.Diagnosis.Probing;

/// <summary>What became of a connection that was left idle after an answer.</summary>
public enum IdleOutcome
{
    /// <summary>The target ended it while it was idle.</summary>
    Closed,

    /// <summary>It was open to the end, and answered another request then.</summary>
    StillOpen,

    /// <summary>Its end was never announced, but it answers no more: whatever forgot it said nothing.</summary>
    Lost,

    /// <summary>The target sent bytes on it that nobody had asked for: an answer could not be told from more of them.</summary>
    Talked,

    /// <summary>The answer itself said that the connection ends with it.</summary>
    ClosedWithAnswer,

    /// <summary>Its first request was not answered, so it was never idle.</summary>
    Unanswered,

    /// <summary>Its target restarted meanwhile: that it ended says nothing of its age.</summary>
    Restarted,
}
