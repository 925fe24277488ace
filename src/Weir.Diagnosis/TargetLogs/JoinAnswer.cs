using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>What the targets' logs have for one error. A value, whatever was found: doubt is an outcome, never a guess.</summary>
public sealed record JoinAnswer
{
    public required JoinOutcome Outcome { get; init; }

    /// <summary>The line found, or null.</summary>
    public TargetLogEntry? Entry { get; init; }

    /// <summary>The file that it is in, or null.</summary>
    public string? File { get; init; }

    /// <summary>Lines that fit by time.</summary>
    public int Candidates { get; init; }

    /// <summary>The targets' clock against the balancer's, for an answer by time.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>For a report: what was found, in words.</summary>
    public string Text => Outcome switch
    {
        JoinOutcome.FoundByTraceId => $"found by trace id{Details}",
        JoinOutcome.FoundByTime => $"found by time (offset {Offset.TotalSeconds:+0.000;-0.000;0} s, {CandidateCount}){Details}",
        JoinOutcome.NoLine => "no line: the request never reached the target's handler",
        JoinOutcome.Ambiguous => $"unknown: {CandidateCount} by time, which other requests may have written",
        _ => "unknown: the log does not cover that target and time",
    };

    private string CandidateCount => Plural.Of(Candidates, "candidate");

    private string Details => Entry switch
    {
        { Status: { } status, DurationMicroseconds: { } duration } => $": status {status} after {duration / 1e6:0.000} s",
        { Status: { } status } => $": status {status}",
        _ => "",
    };
}
