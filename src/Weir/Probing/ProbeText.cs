using System.Globalization;
using Weir.Diagnosis.Probing;
using Weir.Diagnosis.Reports;
using Weir.Output;

namespace Weir.Probing;

/// <summary>Tells a probe to people, as it goes, and what it came to at its end.</summary>
internal sealed class ProbeText(Terminal terminal, ProbeOptions options, TimeProvider time) : IProbeObserver
{
    private const string Indent = "  ";
    private const int NameColumns = 14;

    // Where every line stays, one now and then is enough.
    private static readonly TimeSpan _progressInterval = TimeSpan.FromSeconds(10);

    private long _lastProgress = time.GetTimestamp();

    public void OnContact(ProbeMeasurement soFar)
    {
        terminal.WriteLine(terminal.Bold("weir probe") + $" {options.Url}");
        terminal.WriteLine();
        string http2 = soFar.Http2 is not null ? ", HTTP/2" : "";
        string tls = soFar.TlsProtocol is { } protocol ? $", {protocol}" : "";
        string claim = soFar.Asked.Server is { } server ? $"; it calls itself {server}" : "; it does not say what it is";
        Row("target", string.Create(
            CultureInfo.InvariantCulture,
            $"{soFar.Target}{http2}{tls}, answers {soFar.Asked.StatusCode} in {Quickest(soFar).TotalMilliseconds:0.0} ms{claim}"));
        Row("says", soFar.Http2 is { } settings ? ProbeWording.Announced(settings) : ProbeWording.Advertised(soFar));
    }

    public void OnCounted(ProbeMeasurement soFar) => Row("requests", $"{ProbeWording.Requests(soFar)} (on one connection)");

    public void OnIdleMeasured(ProbeMeasurement soFar)
    {
        if (soFar.KeepsNoConnection)
        {
            Row("idle", "never: each answer ends its connection, and says so");
            return;
        }

        var idle = IdleSummary.Of(soFar.Idle);
        Row(idle.Closed > 0 ? "closes idle" : "idle", ProbeWording.Closes(idle, soFar.Idle.Where(static reading => reading.Outcome == IdleOutcome.Closed).DistinctBy(static reading => reading.Round).Count()));
        if (ProbeWording.AgainstAdvertised(idle) is { } against)
        {
            Row("", against);
        }

        if (AskingMatters(soFar) is { } sentence)
        {
            Row("", sentence);
        }

        if (idle.Closed > 0)
        {
            Row("how", ProbeWording.How(idle));
        }
    }

    public void OnProgress(ProbeProgress progress)
    {
        if (terminal.HasTransientLine || time.GetElapsedTime(_lastProgress) >= _progressInterval)
        {
            _lastProgress = time.GetTimestamp();
            terminal.Status($"{Indent}… {progress}");
        }
    }

    public void Conclude(ProbeReport report)
    {
        terminal.ClearStatus();
        if (report.LoadBalancerSign is null)
        {
            Row("silent", ProbeWording.Silent(report.Measurement.Silent, options.SilentWait));
            Row("server", report.Measurement.Http2 is not null ? "not told over HTTP/2: --server NAME says what it is"
                : report.Server.Key is null ? "unknown: its behaviour fits none that is known, or more than one"
                : $"{report.Server.Name}: {string.Join("; ", report.Server.Evidence)}");
        }

        terminal.WriteLine();
        string sign = report.Verdict.Outcome == ProbeOutcome.Safe ? terminal.Green("✓") : terminal.Red("✗");
        string[] lines = [.. TextWrap.Lines(report.Verdict.Sentence, terminal.Width - Indent.Length)];
        terminal.WriteLine($"{sign} {lines[0]}");
        WriteLines(lines[1..]);
        if (report.Verdict.Outcome == ProbeOutcome.NotSafe)
        {
            WriteLines(TextWrap.Lines(ProbeWording.Consequence(report), terminal.Width - Indent.Length));
        }

        foreach (Fix fix in report.Fixes)
        {
            terminal.WriteLine();
            Write(fix);
        }

        foreach (string remark in report.Remarks)
        {
            terminal.WriteLine();
            WriteLines(TextWrap.Lines(remark, terminal.Width - Indent.Length));
        }

        terminal.WriteLine();
        terminal.WriteLine(terminal.Dim($"{Indent}Took {ProbeWording.Seconds(report.Duration, 0)}."));
    }

    // The first answer of a program that has just begun takes longer than any later one.
    private static TimeSpan Quickest(ProbeMeasurement soFar) =>
        soFar.Asked.Duration < soFar.NotAsked.Duration ? soFar.Asked.Duration : soFar.NotAsked.Duration;

    private void Write(Fix fix)
    {
        WriteLines(TextWrap.Lines(fix.Title, terminal.Width - Indent.Length));
        foreach ((string name, string? value) in ((string, string?)[])[("set", fix.Setting), ("where", fix.Where), ("trap", fix.Trap), ("check", fix.Check)])
        {
            if (value is not null)
            {
                Row(name, value);
            }
        }
    }

    // Of the two kinds of requests, where the target treats them differently.
    private static string? AskingMatters(ProbeMeasurement soFar)
    {
        var asked = IdleSummary.Of([.. soFar.Idle.Where(static reading => reading.Asked)]);
        var plain = IdleSummary.Of([.. soFar.Idle.Where(static reading => !reading.Asked)]);
        if (asked.Idle > 0 && plain is { Idle: 0, ClosedWithAnswer: > 0 })
        {
            return "only for requests with Connection: keep-alive; others are closed with their answer";
        }

        bool areApart = asked.Closed > 0 && plain.Closed > 0 && (asked.Ages[^1] < plain.Ages[0] || plain.Ages[^1] < asked.Ages[0]);
        return areApart && (asked.Median - plain.Median).Duration() > TimeSpan.FromSeconds(1)
            ? $"{ProbeWording.Seconds(asked.Median)} after requests with Connection: keep-alive, {ProbeWording.Seconds(plain.Median)} after others"
            : null;
    }

    private void Row(string name, string value)
    {
        string[] lines = [.. TextWrap.Lines(value, terminal.Width - Indent.Length - NameColumns)];
        for (int i = 0; i < lines.Length; i++)
        {
            terminal.WriteLine($"{Indent}{(i == 0 ? name : "").PadRight(NameColumns)}{lines[i]}");
        }
    }

    private void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            terminal.WriteLine(Indent + line);
        }
    }
}
