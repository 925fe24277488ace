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

    public required long ConnectionLines { get; init; }

    public required long HealthCheckLines { get; init; }

    /// <summary>Lines of a classic or a network load balancer.</summary>
    public required long OtherBalancerLines { get; init; }

    public required long UnreadableLines { get; init; }

    /// <summary>The first of them: <c>file:line</c>.</summary>
    public required IReadOnlyList<string> UnreadablePlaces { get; init; }

    /// <summary>Lines that came more than the reorder window after a later one of their node.</summary>
    public required long LateLines { get; init; }

    /// <summary>Errors that the balancer made, and those that targets made and it passed on.</summary>
    public required long BalancerErrors { get; init; }

    public required long TargetErrors { get; init; }

    /// <summary>Requests by the balancer's code and the target's; 0 is <c>-</c>.</summary>
    public required IReadOnlyList<StatusCount> Statuses { get; init; }
}
