using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>A report that may be passed on: every text in it that comes from a log has gone through <see cref="Redaction"/>.</summary>
internal static class ReportRedaction
{
    public static DiagnosisReport Apply(DiagnosisReport report)
    {
        var redaction = new Redaction(
            report.Findings.SelectMany(static finding => finding.Targets).Concat(report.Charts.Targets).Select(static share => share.Target)
                .Concat(report.Findings.SelectMany(static finding => finding.Examples).Select(static example => example.Target)));
        // A URL as a whole first: where it has spaces, a sentence no longer shows its end.
        (string Url, string Shown)[] urls =
        [
            .. report.Findings.SelectMany(static finding => finding.Examples).Select(static example => example.Url).Distinct()
                .Select(url => (url, redaction.Url(url))).Where(static pair => pair.url != pair.Item2),
        ];
        return report with
        {
            Counts = report.Counts with
            {
                UnreadablePlaces = [.. report.Counts.UnreadablePlaces.Select(redaction.File)],
                DamagedFiles = [.. report.Counts.DamagedFiles.Select(text => Sentence(Redaction.WithoutFolders(text)))],
            },
            Findings = [.. report.Findings.Select(Apply)],
            Notes = [.. report.Notes.Select(Sentence)],
            Charts = report.Charts with
            {
                Lags = [.. report.Charts.Lags.Select(static chart => chart with { TargetGroup = Arn(chart.TargetGroup) })],
            },
        };

        string Sentence(string text)
        {
            foreach ((string url, string shown) in urls)
            {
                text = text.Replace(url, shown, StringComparison.Ordinal);
            }

            return redaction.Sentence(text);
        }

        // What to do is our own words: nothing of the log is in it.
        Finding Apply(Finding finding) => finding with
        {
            TargetGroup = Arn(finding.TargetGroup),
            Headline = Sentence(finding.Headline),
            Evidence = [.. finding.Evidence.Select(Sentence)],
            RuledOut = [.. finding.RuledOut.Select(row => row with { Reason = Sentence(row.Reason) })],
            Alternatives = [.. finding.Alternatives.Select(row => row with { Decider = Sentence(row.Decider) })],
            Examples = [.. finding.Examples.Select(ApplyToExample)],
        };

        ExampleError ApplyToExample(ExampleError example) => example with
        {
            Url = redaction.Url(example.Url),
            TargetLog = example.TargetLog is { } log ? Sentence(log) : null,
            File = redaction.File(example.File),
        };

        static string? Arn(string? arn) => arn is null ? null : Redaction.Arn(arn);
    }
}
