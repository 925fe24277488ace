using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Probing;

/// <summary>What a probe found. Immutable.</summary>
public sealed record ProbeReport
{
    public required ProbeOptions Options { get; init; }

    public required ProbeMeasurement Measurement { get; init; }

    public required IdleSummary Idle { get; init; }

    /// <summary>By what the URL shows itself to be a load balancer; null if by nothing.</summary>
    public required string? LoadBalancerSign { get; init; }

    public required ServerIdentity Server { get; init; }

    public required ProbeVerdict Verdict { get; init; }

    /// <summary>What to change; empty if nothing is.</summary>
    public required IReadOnlyList<Fix> Fixes { get; init; }

    /// <summary>What else a reader should know, a sentence each.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    public required TimeSpan Duration { get; init; }
}
