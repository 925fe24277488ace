using System.Text.Json;
using Weir.Diagnosis.Probing;
using Weir.Diagnosis.Reports;

namespace Weir.Probing;

/// <summary>What `probe --json` ends with; docs/probe.schema.json describes it. Fields are added, never renamed.</summary>
internal sealed record ProbeDocument
{
    private const int CurrentVersion = 1;

    /// <summary>Goes up when a field changes its meaning.</summary>
    public int Version { get; } = CurrentVersion;

    public required string Url { get; init; }

    public required string Target { get; init; }

    public required string? Tls { get; init; }

    /// <summary>What the target announces over HTTP/2; null over HTTP/1.1.</summary>
    public required Http2Settings? Http2 { get; init; }

    public required double IdleTimeoutSeconds { get; init; }

    public required string Outcome { get; init; }

    public required string Reason { get; init; }

    public required double? MarginSeconds { get; init; }

    public required string Verdict { get; init; }

    public required string? LoadBalancer { get; init; }

    public required ProbeServerRow Server { get; init; }

    public required ProbeAdvertisedRow Advertised { get; init; }

    /// <summary>Whether the target restarted, or seemed to, while it was probed.</summary>
    public required bool Restarted { get; init; }

    public required ProbeIdleRow Idle { get; init; }

    public required ProbeSilentRow Silent { get; init; }

    public required ProbeRequestsRow[] Requests { get; init; }

    public required IReadOnlyList<Fix> Fix { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }

    public required double DurationSeconds { get; init; }

    public static ProbeDocument Of(ProbeReport report) => new()
    {
        Url = report.Options.Url.ToString(),
        Target = report.Measurement.Target,
        Tls = report.Measurement.TlsProtocol,
        Http2 = report.Measurement.Http2,
        IdleTimeoutSeconds = report.Options.IdleTimeout.TotalSeconds,
        Outcome = Name(report.Verdict.Outcome),
        Reason = Name(report.Verdict.Reason),
        MarginSeconds = report.Verdict.Margin?.TotalSeconds,
        Verdict = report.Verdict.Sentence,
        LoadBalancer = report.LoadBalancerSign,
        Server = new ProbeServerRow(report.Server.Key, report.Server.Name, report.Server.Evidence, report.Measurement.Asked.Server),
        Advertised = new ProbeAdvertisedRow(
            report.Measurement.TimeoutSeconds,
            report.Measurement.Asked.MaxRequests ?? report.Measurement.NotAsked.MaxRequests,
            report.Measurement.SaysTimeoutOnlyWhenAsked),
        Restarted = report.Measurement.HasSeenRestart || report.Idle.Restarted > 0,
        Idle = ProbeIdleRow.Of(report.Idle, report.Measurement.Idle),
        Silent = ProbeSilentRow.Of(report.Measurement.Silent),
        Requests = [.. report.Measurement.Counts.Select((count, index) => new ProbeRequestsRow(
            AskedForKeepAlive: index == 0 && report.Measurement.Http2 is null, count.Requests, Name(count.Outcome)))],
        Fix = report.Fixes,
        Remarks = report.Remarks,
        DurationSeconds = report.Duration.TotalSeconds,
    };

    /// <summary>`closes_earlier`: an enumeration's member as documents have it.</summary>
    public static string Name<T>(T member) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.ToString());
}
