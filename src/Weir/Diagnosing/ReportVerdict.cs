using System.Globalization;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>The first thing that a reader sees: what happened, what to do, what else there is. Three short texts.</summary>
internal sealed record ReportVerdict(string Sentence, string? Action, string? Others)
{
    private const double SureFrom = 0.9;

    public static ReportVerdict Of(DiagnosisReport report)
    {
        if (report.Findings is not [var first, ..])
        {
            return new ReportVerdict(NothingFound(report), null, TargetErrors(report));
        }

        return new ReportVerdict(
            $"{HowMany(first, report)}: {Doubted(Continued(first.Headline), first.Confidence)}",
            ActionOf(first.Fixes),
            OthersOf([.. report.Findings.Skip(1)], report));
    }

    private static string HowMany(Finding finding, DiagnosisReport report)
    {
        int? status = CauseWording.StatusOf(finding.Cause);
        long all = ReportWording.BalancerErrors(report.Counts, status);
        if (all < finding.Count)
        {
            status = null;
            all = Math.Max(report.Counts.BalancerErrors, finding.Count);
        }

        return (status, all) switch
        {
            ({ } code, 1) => $"The one {code.ToString(CultureInfo.InvariantCulture)}",
            ({ } code, _) => $"{ReportWording.Number(finding.Count)} of {ReportWording.Number(all)} {code.ToString(CultureInfo.InvariantCulture)}s",
            (null, 1) => "The one error",
            _ => $"{ReportWording.Number(finding.Count)} of {ReportWording.Number(all)} errors",
        };
    }

    // What is nearly certain needs no remark.
    private static string Doubted(string sentence, double confidence) => confidence >= SureFrom ? sentence
        : $"{sentence.TrimEnd('.')} ({ReportWording.ConfidenceWords(confidence)}: {ReportWording.Confidence(confidence)} sure).";

    // Behind a colon a sentence goes on; names keep their capital.
    private static string Continued(string sentence) =>
        sentence.StartsWith("The ", StringComparison.Ordinal) || sentence.StartsWith("A ", StringComparison.Ordinal)
            || sentence.StartsWith("Targets ", StringComparison.Ordinal) || sentence.StartsWith("Clients ", StringComparison.Ordinal)
            || sentence.StartsWith("Requests ", StringComparison.Ordinal) || sentence.StartsWith("No ", StringComparison.Ordinal)
            ? char.ToLowerInvariant(sentence[0]) + sentence[1..]
            : sentence;

    private static string? ActionOf(IReadOnlyList<Fix> fixes) => fixes switch
    {
        [] => null,
        [var only] => ActionOf(only),
        // Several servers fit: what to do is sure, where to do it is not.
        [{ Setting: null } what, { Server: { } server, Setting: { } setting }, ..] =>
            $"{Stopped(what.Title)} If it runs {server}: {OnOneLine(setting)}. Other servers and ways: below.",
        [var best, ..] => $"{ActionOf(best)} Other ways: below.",
    };

    // The setting comes first: it is what a reader came for.
    private static string ActionOf(Fix fix)
    {
        if (fix.Setting is not { } setting)
        {
            return Stopped(fix.Title);
        }

        string joined = OnOneLine(setting);
        return fix.Title.Contains(joined, StringComparison.Ordinal) ? Stopped(fix.Title) : $"Set {joined}. {Stopped(fix.Title)}";
    }

    private static string OnOneLine(string setting) =>
        string.Join(", ", setting.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Stopped(string text) => text.EndsWith('.') ? text : text + ".";

    private static string? OthersOf(IReadOnlyList<Finding> others, DiagnosisReport report)
    {
        IEnumerable<string> causes = others
            .GroupBy(static finding => finding.Cause)
            .Select(static group => $"{ReportWording.Number(group.Sum(static finding => finding.Count))} {CauseWording.NameOf(group.Key)}");
        string also = string.Join(", ", causes);
        string? targets = TargetErrors(report);
        return also.Length == 0 ? targets : $"Also: {also}.{(targets is null ? "" : $" {targets}")}";
    }

    private static string NothingFound(DiagnosisReport report) => report.Counts.Requests == 0
        ? "No request was read: there is nothing to diagnose."
        : $"The balancer made no error in {ReportWording.Count(report.Counts.Requests, "request")}.";

    private static string? TargetErrors(DiagnosisReport report) => report.Counts.TargetErrors == 0
        ? null
        : $"{ReportWording.Count(report.Counts.TargetErrors, "more error")} came from the targets themselves and {(report.Counts.TargetErrors == 1 ? "was" : "were")} passed on.";
}
