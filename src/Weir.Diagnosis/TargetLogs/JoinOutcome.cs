namespace Weir.Diagnosis.TargetLogs;

/// <summary>What the targets' logs have for one request.</summary>
public enum JoinOutcome
{
    /// <summary>A line with the request's trace id.</summary>
    FoundByTraceId,

    /// <summary>A line that fits by time, method and path, and hardly by chance.</summary>
    FoundByTime,

    /// <summary>No line, in a log that has nearly all of that target's requests of that time.</summary>
    NoLine,

    /// <summary>Lines that fit, but so would those of other requests.</summary>
    Ambiguous,

    /// <summary>No log of that target and time.</summary>
    NotCovered,
}
