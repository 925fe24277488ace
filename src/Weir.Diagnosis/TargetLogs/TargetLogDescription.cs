using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.TargetLogs;

/// <summary>What one file turned out to be.</summary>
public sealed record TargetLogDescription
{
    public required string File { get; init; }

    /// <summary>The form's name, or null: it was not recognized, and the file says nothing.</summary>
    public required string? Format { get; init; }

    /// <summary>Which moment its times are, as far as the form says.</summary>
    public required TimeMeaning TimeIs { get; init; }

    /// <summary>The worth of the last digit of its times; null: it has none.</summary>
    public required double? ResolutionSeconds { get; init; }

    /// <summary>Whether its times say their offset from UTC.</summary>
    public required bool HasZone { get; init; }

    public required bool HasTraceIds { get; init; }

    public required bool HasDurations { get; init; }

    public required long Lines { get; init; }

    /// <summary>Lines that are requests, or have a trace id.</summary>
    public required long Requests { get; init; }

    /// <summary>Of the lines that have times, by the target's clock.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>The first line that the pattern given does not fit, where it fits none at all; else null.</summary>
    public string? UnfitLine { get; init; }

    public required DateTimeOffset? To { get; init; }

    /// <summary>What such a file can tell and what not, without its name.</summary>
    public string Ability => this switch
    {
        { UnfitLine: not null } => $"the pattern given fits none of {Plural.Of(Lines, "line")}",
        { Format: null } => "the lines' form was not recognized, and they have no trace ids; give it with --target-log-format",
        { ResolutionSeconds: null, HasTraceIds: true } => $"{Format}; no times: joined by trace id only",
        { ResolutionSeconds: null } => $"{Format}; neither times nor trace ids: nothing can be joined",
        _ => $"{Format}; times are {Meaning}, to {ResolutionSeconds:0.######} s{(HasZone ? "" : ", without a zone")}"
            + (HasTraceIds ? "; joined by trace id, else by time" : "; no trace ids: joined by time, method and path"),
    };

    /// <summary>One sentence on what this file can tell and what not.</summary>
    public string Note => $"{File}: {Ability}";

    private string Meaning => TimeIs switch
    {
        TimeMeaning.Start => "the request's start",
        TimeMeaning.End => "the request's end",
        _ => "its start or end (the form does not say)",
    };
}
