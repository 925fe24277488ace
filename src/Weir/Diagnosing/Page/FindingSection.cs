using System.Globalization;
using Weir.Diagnosis.Reports;
using static Weir.Diagnosing.Page.HtmlWriter;

namespace Weir.Diagnosing.Page;

/// <summary>One finding on the page, in the order of the terminal's report: how sure, why, why nothing else, what to do, what it costs.</summary>
internal sealed class FindingSection(HtmlWriter html, ReportClock clock, LogPeriod period)
{
    public void Write(Finding finding, int number, LagChart? lags)
    {
        string id = $"finding-{number.ToString(CultureInfo.InvariantCulture)}";
        html.Open("section", ("aria-labelledby", id));
        html.Open("div", ("class", "head")).Element("h2", $"{number}. {CauseWording.TitleOf(finding.Cause)}", ("id", id))
            .Element("code", CauseWording.NameOf(finding.Cause), ("class", "name")).Close();
        html.Open("p", ("class", "count")).Element("b", Plural.Of(finding.Count, "error"))
            .Text($" in {ReportWording.TargetGroupName(finding.TargetGroup)}. {finding.Headline}").Close();
        html.Open("p").Text(clock.When(finding)).Close();
        WriteConfidence(finding.Confidence);
        WriteList("Why", finding.Evidence);
        if (finding.Keepalive is { } keepalive)
        {
            html.Element("h3", "When the target closes").Element("p", $"After {ReportWording.Closes(keepalive)}.");
            if (keepalive.Servers.Count > 0)
            {
                html.Element("p", $"Servers that do so by default: {string.Join(", ", keepalive.Servers)}.");
            }
        }

        if (lags is not null)
        {
            LagsChart.Write(html, lags);
        }

        WriteRuledOut(finding.RuledOut);
        WriteList("What else it could be", [.. finding.Alternatives.Select(static row =>
            $"{CauseWording.NameOf(row.Cause)}, {ReportWording.Confidence(row.Confidence)}. What decides: {row.Decider}")]);
        WriteFixes(finding.Fixes);
        html.Element("h3", "What it costs").Element("p", ReportWording.Cost(finding, period));
        if (finding.Targets.Count > 0)
        {
            html.Element("h3", "Targets");
            TargetsTable.Write(html, finding.Targets);
        }

        WriteExamples(finding.Examples);
        html.Close().Line();
    }

    private void WriteConfidence(double confidence)
    {
        html.Open("p", ("class", "sure"));
        html.Open("svg", ("aria-hidden", "true")).Shape("rect", ("class", "c3"), ("height", "100%"), ("width", Percent(Math.Clamp(confidence, 0, 1)))).Close();
        html.Element("span", $"{ReportWording.ConfidenceWords(confidence)}, {ReportWording.Confidence(confidence)} sure").Close();
    }

    private void WriteList(string heading, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        html.Element("h3", heading).Open("ul");
        foreach (string item in items)
        {
            html.Element("li", item);
        }

        html.Close();
    }

    private void WriteRuledOut(IReadOnlyList<RuledOut> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        html.Element("h3", "What it is not").Open("table", ("class", "out"));
        foreach (RuledOut row in rows)
        {
            html.Open("tr").Open("td").Element("code", CauseWording.NameOf(row.Cause)).Close().Element("td", row.Reason).Close();
        }

        html.Close();
    }

    private void WriteFixes(IReadOnlyList<Fix> fixes)
    {
        if (fixes.Count == 0)
        {
            return;
        }

        html.Element("h3", "What to do");
        foreach (Fix fix in fixes)
        {
            html.Open("div", ("class", "fix")).Open("p").Element("b", fix.Title).Close();
            if (fix.Setting is { } setting)
            {
                html.Open("pre").Open("code");
                string[] lines = setting.Split('\n');
                for (int index = 0; index < lines.Length; index++)
                {
                    html.Text(lines[index].TrimEnd('\r')).Own(index < lines.Length - 1 ? "\n" : "");
                }

                html.Close().Close();
            }

            html.Open("dl");
            WritePart("where", fix.Where, "span");
            WritePart("check", fix.Check, "code");
            WritePart("trap", fix.Trap, "span");
            html.Close().Close();
        }
    }

    private void WritePart(string label, string? text, string element)
    {
        if (text is not null)
        {
            html.Element("dt", label).Open("dd").Element(element, text).Close();
        }
    }

    private void WriteExamples(IReadOnlyList<ExampleError> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        html.Element("h3", "Lines to look at");
        foreach (ExampleError example in examples)
        {
            html.Open("div", ("class", "line")).Open("p").Text($"{clock.Stamp(example.Time)} ")
                .Element("span", example.ElbStatusCode.ToString(CultureInfo.InvariantCulture), ("class", "code")).Text(" ")
                .Element("code", example.Target, ("class", "log")).Text(" ").Element("code", example.Times);
            html.Text(example.GapSeconds is { } gap ? $" gap {ReportWording.Gap(gap)}" : "").Close();
            html.Open("p").Element("code", $"{example.Method} {InertText.Of(example.Url)}", ("class", "log")).Close();
            html.Open("p", ("class", "soft log")).Text($"{(example.TraceId is { } id ? $"{id}, " : "")}{example.File}:{example.LineNumber.ToString(CultureInfo.InvariantCulture)}").Close();
            if (example.TargetLog is { } log)
            {
                html.Open("p", ("class", "soft log")).Text($"Target's log: {log}").Close();
            }

            html.Close();
        }
    }
}
