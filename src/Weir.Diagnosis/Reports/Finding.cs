using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Reports;

/// <summary>One cause in one target group: how many errors, how sure, why this and nothing else, and what to do.</summary>
public sealed record Finding
{
    public required Cause Cause { get; init; }

    public required long Count { get; init; }

    /// <summary>The chance that an error counted here has this cause, 0 to 1; docs/diagnosis.md shows how well it keeps its word.</summary>
    public required double Confidence { get; init; }

    /// <summary>When the balancer made the first of them, and the last: field 2.</summary>
    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; init; }

    /// <summary>The target group's ARN, or null where no group was chosen.</summary>
    public required string? TargetGroup { get; init; }

    /// <summary>The targets with the most errors first, at most <see cref="ReportLimits.Targets"/>.</summary>
    public required IReadOnlyList<TargetShare> Targets { get; init; }

    /// <summary>One sentence: what happened.</summary>
    public required string Headline { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }

    public required IReadOnlyList<RuledOut> RuledOut { get; init; }

    public required IReadOnlyList<Alternative> Alternatives { get; init; }

    /// <summary>When targets close idle connections, for a race whose time could be found; else null.</summary>
    public required KeepaliveEstimate? Keepalive { get; init; }

    public required IReadOnlyList<Fix> Fixes { get; init; }

    public required FindingCost Cost { get; init; }

    /// <summary>Lines to look at, at most <see cref="ReportLimits.Examples"/>.</summary>
    public required IReadOnlyList<ExampleError> Examples { get; init; }
}
