namespace Weir.Diagnosis.TargetLogs;

/// <summary>Which moment of a request a target's log names.</summary>
public enum TimeMeaning
{
    /// <summary>The form is used for both, or there is no time.</summary>
    Unknown,

    /// <summary>When the request came.</summary>
    Start,

    /// <summary>When the answer was done and the line was written.</summary>
    End,
}
