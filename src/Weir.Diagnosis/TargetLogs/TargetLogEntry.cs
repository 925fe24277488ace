namespace Weir.Diagnosis.TargetLogs;

/// <summary>One request as its target wrote it down; what the line does not say is null. Texts are as the log has them, hostile or not.</summary>
public readonly record struct TargetLogEntry
{
    /// <summary>Microseconds since 1970, UTC, by the target's clock.</summary>
    public long? TimeMicroseconds { get; init; }

    /// <summary>Microseconds that the request took.</summary>
    public long? DurationMicroseconds { get; init; }

    public string? Method { get; init; }

    /// <summary>Path, and query where the log has it.</summary>
    public string? Path { get; init; }

    public int? Status { get; init; }

    /// <summary>An address without its port. It is often the balancer's.</summary>
    public string? Client { get; init; }

    /// <summary>The root of the trace id, <c>1-…-…</c>.</summary>
    public string? TraceId { get; init; }

    /// <summary>Enough to be looked up: a trace id, or a path and something that tells one request from another.</summary>
    internal bool IsUseful => TraceId is not null || (Path is not null && (Status is not null || TimeMicroseconds is not null));
}
