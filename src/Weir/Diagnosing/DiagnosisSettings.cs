using Weir.Diagnosis.Servers;

namespace Weir.Diagnosing;

/// <summary>The options of `diagnose`, read and found to be sound. Immutable.</summary>
internal sealed record DiagnosisSettings
{
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The first moment that counts, and the first that does not; null: no bound.</summary>
    public required DateTimeOffset? From { get; init; }

    public required DateTimeOffset? To { get; init; }

    public required ReportClock Clock { get; init; }

    /// <summary>Null: not given.</summary>
    public required int? IdleTimeoutSeconds { get; init; }

    public required string? LoadBalancer { get; init; }

    public required ServerProfile? Server { get; init; }

    public required IReadOnlyList<string> TargetLogs { get; init; }

    public required string? TargetLogFormat { get; init; }

    public required TimeZoneInfo? TargetLogZone { get; init; }

    public required Uri? EndpointUrl { get; init; }

    public required string? Region { get; init; }

    public required string? Profile { get; init; }

    public required string? HtmlFile { get; init; }

    public required string? EachFile { get; init; }

    /// <summary>In the terminal's report and in JSON.</summary>
    public required bool IsRedacted { get; init; }

    /// <summary>On the page, which is made to be passed on.</summary>
    public required bool IsPageRedacted { get; init; }
}
