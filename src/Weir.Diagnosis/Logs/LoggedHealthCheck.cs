namespace Weir.Diagnosis.Logs;

/// <summary>One line of a health check log. Names are numbers of a <see cref="LogNames"/>.</summary>
/// <remarks>Source: ALB user guide, health check log entries.</remarks>
public readonly record struct LoggedHealthCheck
{
    /// <summary>When the check began. Microseconds since 1970, UTC.</summary>
    public required long TimeMicroseconds { get; init; }

    public required long LatencyMicroseconds { get; init; }

    public required int Target { get; init; }

    /// <summary>A group's name: health check logs have no ARN.</summary>
    public required string TargetGroupName { get; init; }

    public required bool IsPassed { get; init; }

    /// <summary>0 stands for <c>-</c>.</summary>
    public required short Status { get; init; }

    /// <summary>Such as <c>TimedOut</c>, or null.</summary>
    public required string? Reason { get; init; }
}
