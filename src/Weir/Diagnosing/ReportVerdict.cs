using System.Globalization;
using Weir.Diagnosis.Causes;
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

        Finding[] same = [.. report.Findings.Where(finding => finding.Cause == first.Cause)];
        string what = same.Length == 1 ? Continued(first.Headline) : CauseWording.InSeveralGroups(first.Cause);
        string where = same.Length == 1 ? "" : $", in {Plural.Of(same.Length, "target group")}";
        long count = same.Sum(static finding => finding.Count);
        double confidence = same.Sum(static finding => finding.Confidence * finding.Count) / count;
        return new ReportVerdict(
            $"{HowMany(first.Cause, count, report)}{where}: {Doubted(what, confidence)}",
            ActionOf(same),
            OthersOf([.. report.Findings.Where(finding => finding.Cause != first.Cause)], report));
    }

    private static string HowMany(Cause cause, long count, DiagnosisReport report)
    {
        int? status = CauseWording.StatusOf(cause);
        long all = ReportWording.BalancerErrors(report.Counts, status);
        if (all < count)
        {
            status = null;
            all = Math.Max(report.Counts.BalancerErrors, count);
        }

        return (status, all) switch
        {
            (null, 1) => "The one error",
            ({ } code, 1) => $"The one {code.ToString(CultureInfo.InvariantCulture)}",
            ({ } code, _) when count == all => $"All {ReportWording.Number(all)} {code.ToString(CultureInfo.InvariantCulture)}s",
            (null, _) when count == all => $"All {ReportWording.Number(all)} errors",
            ({ } code, _) => $"{ReportWording.Number(count)} of {ReportWording.Number(all)} {code.ToString(CultureInfo.InvariantCulture)}s",
            _ => $"{ReportWording.Number(count)} of {ReportWording.Number(all)} errors",
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

    // What is wrong with one group is mended alike in the others, or told with each.
    private static string? ActionOf(Finding[] same)
    {
        string? action = ActionOf(same[0].Fixes);
        return action is null || same.All(finding => finding.Fixes.SequenceEqual(same[0].Fixes))
            ? action
            : $"In {ReportWording.TargetGroupName(same[0].TargetGroup)}: {action} For the other groups: below.";
    }

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
        : $"The balancer made no error in {Plural.Of(report.Counts.Requests, "request")}{(report.Counts.IsWhole ? "" : ", and not everything could be read")}.";

    private static string? TargetErrors(DiagnosisReport report) => report.Counts.TargetErrors == 0
        ? null
        : $"{Plural.Of(report.Counts.TargetErrors, "more error")} came from the targets themselves and {Plural.Word(report.Counts.TargetErrors, "was", "were")} passed on.";
}
