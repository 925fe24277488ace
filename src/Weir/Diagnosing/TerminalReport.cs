using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>
/// The report for people: the verdict and what to do in the first lines, then every finding with its reasons. Owned by one
/// command. No text gets to the terminal but through <see cref="Words"/>, which makes it harmless; nothing here is markup.
/// </summary>
internal sealed class TerminalReport(IAnsiConsole console, ReportClock clock)
{
    // The labels' column: the longest is "Idle timeout".
    private const int LabelWidth = 13;
    private const int Indent = 2;

    // A sentence of ours with values of the log in it.
    private const int MaxParagraph = 600;

    // Enough to look one up, and to see that they are alike; the JSON has all.
    private const int MaxExamples = 3;

    // So many findings, the gravest, are told whole, so many more in a line each, and the rest in a sentence: nobody reads hundreds.
    private const int MaxWhole = 8, MaxLines = 24;

    private const string Bullet = "· ";

    private static readonly Style _plain = Style.Plain;
    private static readonly Style _bold = new(decoration: Decoration.Bold);
    private static readonly Style _dim = new(decoration: Decoration.Dim);
    private static readonly Style _bad = new(foreground: Color.Red, decoration: Decoration.Bold);
    private static readonly Style _good = new(foreground: Color.Green, decoration: Decoration.Bold);
    private static readonly Style _code = new(foreground: Color.Aqua);

    public void Write(DiagnosisReport report)
    {
        WriteVerdict(report);
        for (int index = 0; index < Math.Min(MaxWhole, report.Findings.Count); index++)
        {
            WriteFinding(report.Findings, index, report.Period);
        }

        WriteOthers(report.Findings);
        WriteInput(report);
    }

    private void WriteVerdict(DiagnosisReport report)
    {
        ReportVerdict verdict = ReportVerdict.Of(report);
        (string mark, Style style) = report.Findings.Count > 0 ? ("✗ ", _bad)
            : report.Counts is { Requests: > 0, IsWhole: true } ? ("✓ ", _good)
            : ("! ", _bold);
        Hang(mark, style, 0, Words((verdict.Sentence, _bold)));
        if (verdict.Action is { } action)
        {
            Hang("→ ", _good, 0, Words((action, _plain)));
        }

        if (verdict.Others is { } others)
        {
            Hang("", _plain, Indent, Words((others, _dim)));
        }
    }

    private void WriteFinding(IReadOnlyList<Finding> findings, int index, LogPeriod period)
    {
        Finding finding = findings[index];
        console.WriteLine();
        string name = CauseWording.NameOf(finding.Cause);
        Hang($"{index + 1} ", _bold, 0, Words((CauseWording.TitleOf(finding.Cause), _bold), ($"  {name}", _dim)));
        Hang("", _plain, Indent, Words((HowManyAndHowSure(finding), _plain)));
        Items("When", [Words((clock.When(finding), _plain))]);
        Items("Why", finding.Evidence.Select(static text => Words((text, _plain))));
        if (finding.Keepalive is { } keepalive)
        {
            Items("Closes", [Words((
                $"after {ReportWording.Closes(keepalive)}{(keepalive.Servers.Count == 0 ? "" : $". By default so: {string.Join(", ", keepalive.Servers)}")}", _plain))]);
        }

        Items("Ruled out", finding.RuledOut.Select(static row =>
            Words((CauseWording.NameOf(row.Cause), _bold), ($": {row.Reason}", _plain))));
        Items("Or else", finding.Alternatives.Select(static row => Words(
            (CauseWording.NameOf(row.Cause), _bold), ($", {ReportWording.Confidence(row.Confidence)}. What decides: {row.Decider}", _plain))));
        WriteFixes(findings, index);
        Items("Costs", [Words((ReportWording.Cost(finding, period), _plain))]);
        WriteTargets(finding.Targets);
        WriteExamples(finding.Examples);
    }

    // What is wrong with one group is wrong with others, and mended alike.
    private void WriteFixes(IReadOnlyList<Finding> findings, int finding)
    {
        IReadOnlyList<Fix> fixes = findings[finding].Fixes;
        if (fixes.Count > 0 && Enumerable.Range(0, finding).FirstOrDefault(earlier => findings[earlier].Fixes.SequenceEqual(fixes), -1) is >= 0 and var same)
        {
            Row("To do", Words(($"as for {same + 1}", _plain)));
            return;
        }

        for (int index = 0; index < fixes.Count; index++)
        {
            Fix fix = fixes[index];
            Row(index == 0 ? "To do" : "or", Words((fix.Title, _bold)));
            Part("", fix.Setting, _code);
            Part("where: ", fix.Where, _plain);
            Part("check: ", fix.Check, _code);
            Part("trap:  ", fix.Trap, _plain);
        }
    }

    private void Part(string label, string? text, Style style)
    {
        if (text is not null)
        {
            foreach (string line in text.Split('\n'))
            {
                Hang(label, _dim, Indent + LabelWidth, Words((line.TrimEnd('\r'), style)));
            }
        }
    }

    private void WriteTargets(IReadOnlyList<TargetShare> targets)
    {
        if (targets.Count > 0)
        {
            Items("Targets", targets.Select(static share => Words((
                $"{share.Target}: {ReportWording.Number(share.Errors)} of {Plural.Of(share.Requests, "request")}", _plain))));
        }
    }

    private void WriteExamples(IReadOnlyList<ExampleError> examples)
    {
        for (int index = 0; index < Math.Min(MaxExamples, examples.Count); index++)
        {
            ExampleError example = examples[index];
            string gap = example.GapSeconds is { } seconds ? $"  gap {ReportWording.Gap(seconds)}" : "";
            Row(index == 0 ? "Lines" : "", Words(
                ($"{clock.Stamp(example.Time)}  ", _plain),
                ($"{example.ElbStatusCode}", _bad),
                ($"  {example.Target}  {example.Times}{gap}", _plain)));
            Hang("", _plain, Indent + LabelWidth, Words(($"{example.Method} {example.Url}", _plain)));
            if (example.TraceId is { } trace)
            {
                Hang("", _plain, Indent + LabelWidth, Words((trace, _dim)));
            }

            Hang("", _plain, Indent + LabelWidth, Words((ReportWording.PlaceOf(example, console.Profile.Width - Indent - LabelWidth), _dim)));
            if (example.TargetLog is { } log)
            {
                Hang("", _plain, Indent + LabelWidth, Words(($"target's log: {log}", _dim)));
            }
        }
    }

    private void WriteOthers(IReadOnlyList<Finding> findings)
    {
        Finding[] others = [.. findings.Skip(MaxWhole)];
        if (others.Length == 0)
        {
            return;
        }

        console.WriteLine();
        int listed = Math.Min(others.Length, MaxLines);
        int width = (MaxWhole + listed).ToString(CultureInfo.InvariantCulture).Length;
        for (int index = 0; index < listed; index++)
        {
            string number = (MaxWhole + index + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width);
            Hang($"{number} ", _bold, 0, Words((CauseWording.NameOf(others[index].Cause), _bold), ($"  {HowManyAndHowSure(others[index])}", _plain)));
        }

        string rest = others.Length == listed ? ""
            : $"And {Plural.Of(others.Length - listed, "more finding")} with {Plural.Of(others.Skip(listed).Sum(static finding => finding.Count), "error")}. ";
        Hang("", _plain, 0, Words(($"{rest}--html FILE and --format json tell all {ReportWording.Number(findings.Count)} whole.", _dim)));
    }

    private static string HowManyAndHowSure(Finding finding) =>
        $"{Plural.Of(finding.Count, "error")} in {ReportWording.TargetGroupName(finding.TargetGroup)}; "
        + $"{ReportWording.ConfidenceWords(finding.Confidence)} ({ReportWording.Confidence(finding.Confidence)} sure)";

    private void WriteInput(DiagnosisReport report)
    {
        LogCounts counts = report.Counts;
        console.WriteLine();
        Row("Read", Words((ReadingWording.Read(counts), _plain)));
        Row("Period", Words((clock.Period(report.Period), _plain)));
        Row("Idle timeout", Words((ReportWording.IdleTimeoutText(report.IdleTimeout), _plain)));
        foreach (string text in ReadingWording.Skipped(counts))
        {
            Hang("", _plain, Indent + LabelWidth, Words((text, _plain)));
        }

        Items("Note", report.Notes.Select(static note => Words((note, _plain))));
    }

    private void Items(string label, IEnumerable<IRenderable> items)
    {
        IRenderable[] all = [.. items];
        string bullet = all.Length > 1 ? Bullet : "";
        foreach (IRenderable item in all)
        {
            Row(label, item, bullet);
            label = "";
        }
    }

    private void Row(string label, IRenderable content, string bullet = "") =>
        Hang(label.PadRight(LabelWidth) + bullet, _dim, Indent, content);

    private void Hang(string label, Style style, int indent, IRenderable content)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(indent, 0, 0, 0), Width = label.Length });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(new Text(label, style), content);
        console.Write(grid);
    }

    private static Paragraph Words(params ReadOnlySpan<(string Text, Style Style)> parts)
    {
        var paragraph = new Paragraph { Overflow = Overflow.Fold };
        foreach ((string text, Style style) in parts)
        {
            paragraph.Append(InertText.Of(text, MaxParagraph), style);
        }

        return paragraph;
    }
}
