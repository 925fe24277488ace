namespace Weir.Diagnosis.Reports;

/// <summary>
/// What a diagnosis found, in full: the terminal, the page and the JSON show parts of it, and none of them computes.
/// Texts may hold words of the log; whoever shows them makes them harmless.
/// </summary>
public sealed record DiagnosisReport
{
    public required LogPeriod Period { get; init; }

    public required LogCounts Counts { get; init; }

    /// <summary>The idle timeout that the advice reckons with, and where it comes from.</summary>
    public required IdleTimeout IdleTimeout { get; init; }

    /// <summary>One for each cause and target group; the ones that matter most come first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What a reader should know of the input: lines that came late, times that a log lacks.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public required ReportCharts Charts { get; init; }
}
