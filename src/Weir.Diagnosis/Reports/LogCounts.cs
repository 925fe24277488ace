namespace Weir.Diagnosis.Reports;

/// <summary>What was read, and what became of every line: nothing is lost without being counted.</summary>
public sealed record LogCounts
{
    public required long Files { get; init; }

    /// <summary>Bytes after decompression.</summary>
    public required long Bytes { get; init; }

    public required long Lines { get; init; }

    /// <summary>Access-log lines that were read and lie in the period asked for.</summary>
    public required long Requests { get; init; }

    public required long OutsidePeriod { get; init; }

    /// <summary>From the earliest to the latest of the lines outside of the period asked for.</summary>
    public LogPeriod Outside { get; init; } = LogPeriod.None;

    public required long ConnectionLines { get; init; }

    public required long HealthCheckLines { get; init; }

    /// <summary>Lines of a classic or a network load balancer.</summary>
    public required long OtherBalancerLines { get; init; }

    /// <summary>Empty lines, and the sentence in the object that is written when a log is turned on.</summary>
    public long EmptyLines { get; init; }

    public required long UnreadableLines { get; init; }

    /// <summary>The first of them: <c>file:line</c>.</summary>
    public required IReadOnlyList<string> UnreadablePlaces { get; init; }

    /// <summary>Lines that came more than the reorder window after a later one of their node.</summary>
    public required long LateLines { get; init; }

    /// <summary>How often the reorder window was cut short, as ten minutes held more requests than are kept waiting.</summary>
    public long ShortenedWindows { get; init; }

    /// <summary>Requests whose node, target or group shares a number with others, as there were too many to tell apart.</summary>
    public long FoldedLines { get; init; }

    /// <summary>Files that could not be opened, or not be read to their end: a sentence each.</summary>
    public IReadOnlyList<string> DamagedFiles { get; init; } = [];

    /// <summary>Whether no file is missing, in whole or in part: else that nothing was found says little.</summary>
    public bool IsWhole => DamagedFiles.Count == 0;

    /// <summary>Errors that the balancer made, and those that targets made and it passed on.</summary>
    public required long BalancerErrors { get; init; }

    public required long TargetErrors { get; init; }

    /// <summary>Requests by the balancer's code and the target's; 0 is <c>-</c>.</summary>
    public required IReadOnlyList<StatusCount> Statuses { get; init; }
}
