using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing.Page;

/// <summary>
/// The report as one page that needs nothing but itself: no script, no font, no network. The same input gives the same
/// bytes. Everything that a log says goes through <see cref="HtmlWriter"/>.
/// </summary>
internal sealed class ReportPage(DiagnosisReport report, ReportClock clock, bool isRedacted)
{
    private readonly HtmlWriter _html = new();
    private readonly ChartColours _colours = new(report);

    public string Write()
    {
        ReportVerdict verdict = ReportVerdict.Of(report);
        _html.Own("<!DOCTYPE html>\n").Open("html", ("lang", "en"));
        WriteHead(verdict);
        _html.Open("body").Line();
        WriteHeader(verdict);
        _html.Open("main").Line();
        WriteOverTime();
        WriteFindings();
        WriteCharts();
        WriteInput();
        _html.Close();
        WriteFooter();
        return _html.Close().Close().Line().ToString();
    }

    private void WriteHead(ReportVerdict verdict) => _html
        .Open("head").Line()
        .Void("meta", ("charset", "utf-8")).Line()
        .Own($"<meta http-equiv=\"Content-Security-Policy\" content=\"{PageStyle.ContentSecurityPolicy}\">").Line()
        .Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line()
        .Void("meta", ("name", "referrer"), ("content", "no-referrer")).Line()
        .Element("title", $"weir diagnose: {verdict.Sentence}").Line()
        .Own($"<style>{PageStyle.Css}</style>").Line()
        .Close().Line();

    private void WriteHeader(ReportVerdict verdict)
    {
        _html.Open("header").Element("p", $"weir diagnose, {clock.Period(report.Period)}", ("class", "over")).Element("h1", verdict.Sentence);
        if (verdict.Action is { } action)
        {
            _html.Open("p", ("class", "do")).Element("b", "To do: ").Text(action).Close();
        }

        if (verdict.Others is { } others)
        {
            _html.Element("p", others, ("class", "others"));
        }

        LogCounts counts = report.Counts;
        _html.Open("dl", ("class", "facts"));
        WriteFact("requests", ReportWording.Number(counts.Requests), ReportWording.Duration(report.Period.Length));
        WriteFact(
            "errors of the balancer", ReportWording.Number(counts.BalancerErrors),
            counts.Requests > 0 ? ReportWording.Percent((double)counts.BalancerErrors / counts.Requests) + " of all" : "");
        WriteFact("errors of targets", ReportWording.Number(counts.TargetErrors), "passed on, not diagnosed");
        WriteFact("idle timeout", ReportWording.Seconds(report.IdleTimeout.Seconds), ReportWording.SourceOf(report.IdleTimeout));
        _html.Close().Close().Line();
    }

    private void WriteFact(string name, string value, string remark) => _html
        .Open("div").Element("dt", name).Open("dd").Text(value).Element("small", remark).Close().Close();

    private void WriteOverTime()
    {
        if (report.Charts.Errors.Count > 0)
        {
            _html.Open("section", ("aria-label", "Errors over time")).Element("h2", "Errors over time");
            ErrorsChart.Write(_html, report.Charts.Errors, report.Period, _colours, clock);
            _html.Close().Line();
        }
    }

    private void WriteFindings()
    {
        var section = new FindingSection(_html, clock, report.Period);
        var shown = new HashSet<LagChart>(ReferenceEqualityComparer.Instance);
        for (int index = 0; index < report.Findings.Count; index++)
        {
            Finding finding = report.Findings[index];
            LagChart? lags = finding.Cause is Cause.KeepaliveRace or Cause.RequestLimitClose
                ? report.Charts.Lags.FirstOrDefault(chart => chart.TargetGroup == finding.TargetGroup && shown.Add(chart))
                : null;
            section.Write(finding, index + 1, lags);
        }
    }

    private void WriteCharts()
    {
        if (report.Charts.Timings.Count > 1)
        {
            _html.Open("section", ("aria-label", "Timing")).Element("h2", "Timing of the errors");
            TimingsChart.Write(_html, report.Charts.Timings, report.Period, _colours, clock);
            _html.Close().Line();
        }

        if (report.Charts.Targets.Count > 0)
        {
            _html.Open("section", ("aria-label", "Targets")).Element("h2", "Errors by target");
            TargetsTable.Write(_html, report.Charts.Targets);
            _html.Close().Line();
        }
    }

    private void WriteInput()
    {
        _html.Open("section", ("aria-label", "What was read")).Element("h2", "What was read");
        _html.Element("p", ReadingWording.Read(report.Counts) + ".").Open("ul");
        foreach (string text in ReadingWording.Skipped(report.Counts).Concat(report.Notes))
        {
            _html.Element("li", text);
        }

        _html.Close().Close().Line();
    }

    private void WriteFooter() => _html.Open("footer").Element(
        "p",
        $"Made by weir {BuildVersion.Number} on the machine that has the logs; nothing left it. "
        + (isRedacted
            ? "Left out: query strings, whole client addresses, user agents, account numbers, folders (--no-redact keeps them)."
            : "Nothing was left out (--no-redact): URLs and addresses are as the log has them.")).Close().Line();
}
