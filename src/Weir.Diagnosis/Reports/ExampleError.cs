namespace Weir.Diagnosis.Reports;

/// <summary>One error, to be looked up: the fields of its line, and where the line stands.</summary>
public sealed record ExampleError
{
    public required DateTimeOffset Time { get; init; }

    public required string? TraceId { get; init; }

    public required int ElbStatusCode { get; init; }

    public required string Target { get; init; }

    /// <summary>Fields 6 to 8 as logged.</summary>
    public required string Times { get; init; }

    public required string Method { get; init; }

    public required string Url { get; init; }

    /// <summary>Since the last answer on that node and target, seconds; null where there was none.</summary>
    public required double? GapSeconds { get; init; }

    /// <summary>What the target's own log has for it, in words; null where no such log was given.</summary>
    public required string? TargetLog { get; init; }

    public required string File { get; init; }

    public required long LineNumber { get; init; }
}
