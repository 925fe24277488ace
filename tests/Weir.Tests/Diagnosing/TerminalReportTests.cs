using Spectre.Console;
using Weir.Diagnosing;
using Weir.Diagnosis.Reports;

namespace Weir.Tests.Diagnosing;

public sealed class TerminalReportTests
{
    private const int Columns = 100;

    private static string Write(DiagnosisReport report, bool hasColours = false, int width = Columns)
    {
        var output = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = ReportConsole.Create(output, hasColours, width);
        new TerminalReport(console, ReportClock.Utc).Write(report);
        return output.ToString();
    }

    [Fact]
    public void Report_OfARace_BeginsWithTheVerdictAndWhatToDo()
    {
        string[] lines = Write(SampleReports.Race).Split('\n');

        Assert.Equal("✗ 23 of 41 502s: the target closes idle connections after 5 s; the balancer keeps them for 60 s.", lines[0]);
        Assert.StartsWith("→ Set server.keepAliveTimeout = 65000, server.headersTimeout = 66000. Let the target", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfOneCauseInSeveralGroups_AddsItUpInTheFirstLine()
    {
        Finding first = SampleReports.Race.Findings[0];
        DiagnosisReport report = SampleReports.Race with
        {
            Findings = [first, first with { TargetGroup = "web", Count = 7, Fixes = [] }, .. SampleReports.Race.Findings.Skip(1)],
        };

        string[] lines = Write(report).Split('\n');

        Assert.Equal("✗ 30 of 41 502s, in 2 target groups: targets close idle connections while they are used again", lines[0]);
        Assert.StartsWith("→ In api: Set server.keepAliveTimeout = 65000, server.headersTimeout = 66000.", lines[2], StringComparison.Ordinal);
        Assert.Contains("Also: 18 slow_target.", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfOneCauseInSeveralGroups_NeedsNoGroupWhereAllAreMendedAlike()
    {
        Finding first = SampleReports.Race.Findings[0];

        string[] lines = Write(SampleReports.Race with { Findings = [first, first with { TargetGroup = "web", Count = 18 }] }).Split('\n');

        Assert.StartsWith("✗ All 41 502s, in 2 target groups: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("→ Set server.keepAliveTimeout", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfARace_HasEveryPartOfTheFinding()
    {
        string text = Write(SampleReports.Race);

        Assert.All(
            (string[])
            [
                "keepalive_race", "23 errors in api; almost certain (97 % sure)", "When         2026-11-21 01:00:00 UTC to 2026-11-23 22:00:00 UTC (2.9 days)", "by chance 0.4 would have", "5.001 s (close times 4.98 s to 5.02 s",
                "Ruled out    · target_restart: the errors", "request_limit_close, 2 %. What decides:", "server.keepAliveTimeout = 65000",
                "check: weir probe http://10.0.1.5:3000", "trap:  headersTimeout", "7.7 a day now, 0 with the fix",
                "2026-11-22 05:44:56.555 UTC  502", "Root=1-5f8e7a18", "12 lines could not be read", "slow_target",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60)]
    [InlineData(40)]
    public void Report_AnyWidth_StaysWithinIt(int width)
    {
        string text = Write(SampleReports.Race, width: width);

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= width && !line.EndsWith(' '), line));
    }

    [Fact]
    public void Report_WithoutColours_HasNoEscapeSequence() => Assert.DoesNotContain('\u001b', Write(SampleReports.Race));

    [Fact]
    public void Report_WithColours_HasThem() => Assert.Contains("\u001b[", Write(SampleReports.Race, hasColours: true), StringComparison.Ordinal);

    [Fact]
    public void Report_OfNothing_SaysWhatWasLookedForAndHowSureThatIs()
    {
        string text = Write(SampleReports.Nothing);

        Assert.StartsWith("✓ The balancer made no error in 12,345 requests.", text, StringComparison.Ordinal);
        Assert.Contains("Looked for:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfNothingInAFileThatIsCutOff_DoesNotLookGood()
    {
        DiagnosisReport report = SampleReports.Nothing;
        string text = Write(report with { Counts = report.Counts with { DamagedFiles = ["a.log.gz is cut off"] } });

        Assert.StartsWith("! The balancer made no error in 12,345 requests, and not everything could be read.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_WithoutRequests_SaysThatThereIsNothingToDiagnose() =>
        Assert.StartsWith("! No request was read", Write(SampleReports.Empty(0)), StringComparison.Ordinal);

    [Fact]
    public void Report_OfSomethingDoubtful_SaysSoInItsFirstSentence()
    {
        Finding doubtful = SampleReports.Race.Findings[0] with { Confidence = 0.72 };
        string text = Write(SampleReports.Race with { Findings = [doubtful] }).Replace("\n  ", " ", StringComparison.Ordinal);

        Assert.StartsWith("✗ 23 of 41 502s: the target closes idle connections after 5 s; the balancer keeps them for 60 s (likely: 72 % sure).", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfFortyFindings_TellsTheFirstWholeThenALineEachThenHowManyMore()
    {
        DiagnosisReport report = SampleReports.Race;
        Finding finding = report.Findings[0];
        Finding[] many = [.. Enumerable.Range(1, 40).Select(number => finding with { TargetGroup = $"group-{number}", Count = number })];

        string text = Write(report with { Findings = many });

        Assert.Contains("\n  8 errors in group-8; almost certain", text, StringComparison.Ordinal);
        Assert.Contains("\n 9 keepalive_race  9 errors in group-9; almost certain", text, StringComparison.Ordinal);
        Assert.Contains("\n32 keepalive_race  32 errors in group-32; almost certain", text, StringComparison.Ordinal);
        Assert.DoesNotContain("group-33", text, StringComparison.Ordinal);
        Assert.Contains("\nAnd 8 more findings with 292 errors. --html FILE and --format json tell all 40 whole.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfTwoFindingsMendedAlike_TellsHowOnce()
    {
        DiagnosisReport report = SampleReports.Race;
        Finding finding = report.Findings[0];

        string text = Write(report with { Findings = [finding, finding with { TargetGroup = "other" }] });

        Assert.Equal(2, text.Split("trap:  headersTimeout").Length);
        Assert.Contains("\n  To do        as for 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfManyUnreadableLines_NamesThreePlacesAndThatThereAreMore()
    {
        DiagnosisReport report = SampleReports.Race;
        string text = Write(report with { Counts = report.Counts with { UnreadableLines = 12, UnreadablePlaces = ["a:1", "b:2", "c:3", "d:4"] } });

        Assert.Contains("12 lines could not be read: a:1, b:2, c:3, …", text, StringComparison.Ordinal);
    }
}
