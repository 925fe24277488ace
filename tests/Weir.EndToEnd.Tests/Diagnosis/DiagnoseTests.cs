using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>`weir diagnose` on logs of which the cause is known.</summary>
public sealed class DiagnoseTests
{
    private const int RaceErrors = 40;

    private static readonly string _raceLog = AlbLogs.Race(RaceErrors);

    [Fact]
    public async Task Diagnose_TheStorysTwoLines_GivesAnHonestHypothesis()
    {
        using var folder = new TempFolder();

        JsonElement report = await DiagnoseRun.Report(DiagnoseRun.Findings, folder.Write("story.log", AlbLogs.Story));

        JsonElement finding = Assert.Single(report.GetProperty("findings").EnumerateArray());
        Assert.Equal("keepalive_race", finding.GetProperty("cause").GetString());
        Assert.InRange(finding.GetProperty("confidence").GetDouble(), 0.2, 0.9);
        Assert.Equal(5.0, finding.GetProperty("examples")[0].GetProperty("gap_seconds").GetDouble(), 0.01);
        Assert.Contains("5.000", finding.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Node.js", finding.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_ARace_NamesItsTimeAndTheSetting()
    {
        using var folder = new TempFolder();

        JsonElement report = await DiagnoseRun.Report(DiagnoseRun.Findings, folder.Write("race.log", _raceLog), "--server", "node");

        JsonElement finding = report.GetProperty("findings")[0];
        Assert.Equal("keepalive_race", finding.GetProperty("cause").GetString());
        Assert.Equal(RaceErrors, finding.GetProperty("count").GetInt32());
        JsonElement keepalive = finding.GetProperty("keepalive");
        Assert.Equal(5.0, keepalive.GetProperty("estimate_seconds").GetDouble(), 0.05);
        Assert.Equal(2, keepalive.GetProperty("ci").GetArrayLength());
        Assert.Contains("keepAliveTimeout = 65000", finding.GetProperty("fix")[0].GetProperty("setting").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_ARace_TellsPeopleInTheFirstLine()
    {
        using var folder = new TempFolder();

        ProgramRun run = await DiagnoseRun.Of(folder.Write("race.log", _raceLog), "--server", "node");

        Assert.Equal(DiagnoseRun.Findings, run.ExitCode);
        string[] lines = run.Output.Split('\n');
        Assert.StartsWith($"✗ All {RaceErrors} 502s: ", lines[0], StringComparison.Ordinal);
        Assert.Contains("→ Set server.keepAliveTimeout = 65000", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.All(lines, static line => Assert.True(line.Length <= 100, line));
        Assert.Empty(run.Errors);
    }

    [Fact]
    public async Task Diagnose_ARaceOfAnUnknownServer_NamesNoneAsIfItWereTheOne()
    {
        using var folder = new TempFolder();
        string log = folder.Write("race.log", _raceLog);

        ProgramRun run = await DiagnoseRun.Of(log);
        JsonElement fixes = (await DiagnoseRun.Report(DiagnoseRun.Findings, log)).GetProperty("findings")[0].GetProperty("fix");

        string text = run.Output.Replace("\n  ", " ", StringComparison.Ordinal);
        Assert.Contains("→ Let the target keep idle connections for 65 s, 5 s longer than the balancer: its clock starts first. If it runs Node.js: server.keepAliveTimeout = 65000", text, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, fixes[0].GetProperty("server").ValueKind);
        Assert.Contains("Node.js", fixes.EnumerateArray().Select(static fix => fix.GetProperty("server").GetString()));
    }

    [Fact]
    public async Task Diagnose_TheSameLogFromAPipeOrCompressed_SaysTheSame()
    {
        using var folder = new TempFolder();
        string plain = folder.Write("race.log", _raceLog);
        await using (FileStream file = File.Create(folder.PathOf("race.log.gz")))
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(_raceLog), TestContext.Current.CancellationToken);
        }

        JsonElement fromFile = await DiagnoseRun.Report(DiagnoseRun.Findings, plain);
        JsonElement fromGzip = await DiagnoseRun.Report(DiagnoseRun.Findings, folder.PathOf("race.log.gz"));
        JsonElement fromPipe = DiagnoseRun.Checked(await DiagnoseRun.OfInput(_raceLog, "-", "--json"), DiagnoseRun.Findings);

        Assert.Equal(Essence(fromFile), Essence(fromGzip));
        Assert.Equal(Essence(fromFile), Essence(fromPipe));
    }

    [Fact]
    public async Task Diagnose_ALogWithoutErrors_SaysHowSureThatIs()
    {
        using var folder = new TempFolder();
        string log = folder.Write("good.log", AlbLogs.Healthy(500));

        ProgramRun run = await DiagnoseRun.Of(log);
        JsonElement report = await DiagnoseRun.Report(DiagnoseRun.NothingFound, log);

        Assert.Equal(DiagnoseRun.NothingFound, run.ExitCode);
        Assert.StartsWith("✓ The balancer made no error in 500 requests.", run.Output, StringComparison.Ordinal);
        Assert.Empty(report.GetProperty("findings").EnumerateArray());
    }

    [Fact]
    public async Task Diagnose_WithEach_WritesALineForEveryError()
    {
        using var folder = new TempFolder();
        string each = folder.PathOf("each.jsonl");

        await DiagnoseRun.Of(folder.Write("race.log", _raceLog), "--each", each);

        JsonElement[] lines = DiagnoseRun.Each(each);
        Assert.Equal(RaceErrors, lines.Length);
        Assert.All(lines, static line => Assert.Equal("keepalive_race", line.GetProperty("cause").GetString()));
        Assert.Equal(lines.Length, lines.Select(static line => line.GetProperty("trace_id").GetString()).Distinct().Count());
        Assert.Equal(lines.Select(Time).Order(StringComparer.Ordinal), lines.Select(Time));

        static string Time(JsonElement line) => line.GetProperty("time").GetString()!;
    }

    [Fact]
    public async Task Diagnose_WithHtml_WritesAPageThatMayBePassedOn()
    {
        using var folder = new TempFolder();
        string log = folder.Write("race.log", _raceLog);

        await DiagnoseRun.Of(log, "--html", folder.PathOf("page.html"));
        await DiagnoseRun.Of(log, "--html", folder.PathOf("whole.html"), "--no-redact");

        string page = await File.ReadAllTextAsync(folder.PathOf("page.html"), TestContext.Current.CancellationToken);
        Assert.Contains("Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-", page, StringComparison.Ordinal);
        Assert.Contains("<svg class=\"chart\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", page, StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113.77", page, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, page, StringComparison.Ordinal);
        Assert.Contains("s3cret", await File.ReadAllTextAsync(folder.PathOf("whole.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_WithRedact_ShortensTheTextAndTheJsonToo()
    {
        using var folder = new TempFolder();
        string log = folder.Write("race.log", _raceLog);

        ProgramRun plain = await DiagnoseRun.Of(log);
        ProgramRun text = await DiagnoseRun.Of(log, "--redact");
        JsonElement json = await DiagnoseRun.Report(DiagnoseRun.Findings, log, "--redact");

        Assert.Contains("s3cret", plain.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnose_WithFromAndTo_ReadsThatPeriodOnly()
    {
        using var folder = new TempFolder();
        string log = folder.Write("good.log", AlbLogs.Healthy(500));

        JsonElement report = await DiagnoseRun.Report(
            DiagnoseRun.NothingFound, log, "--from", "2026-11-24T01:10:00+01:00", "--to", "2026-11-24T00:20:00Z");

        JsonElement counts = report.GetProperty("counts");
        Assert.Equal(194, counts.GetProperty("requests").GetInt32());
        Assert.Equal(500, counts.GetProperty("requests").GetInt32() + counts.GetProperty("outside_period").GetInt32());
    }

    [Fact]
    public async Task Diagnose_FromBeyondTheLogsEnd_SaysWhichTimesItHasAndFails()
    {
        using var folder = new TempFolder();
        string log = folder.Write("good.log", AlbLogs.Healthy(500));

        ProgramRun run = await DiagnoseRun.Of(log, "--from", "2027-01-01");

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.Matches(
            @"^error: no line lies between --from and --to; those that were read are of 2026-11-24 \d\d:\d\d:\d\d UTC to 2026-11-24 \d\d:\d\d:\d\d UTC$", run.Errors.TrimEnd());
    }

    [Fact]
    public async Task Diagnose_WithAPatternThatFitsNoLineOfTheTargetsLog_SaysSoWithALine()
    {
        using var folder = new TempFolder();
        string log = folder.Write("good.log", AlbLogs.Healthy(50));
        string targets = folder.Write("app.log", "started\n2026-11-24 00:00:01 GET /a 200\n");

        ProgramRun run = await DiagnoseRun.Of(log, "--target-log", targets, "--target-log-format", "%h \"%r\" %>s");

        Assert.Equal(DiagnoseRun.NothingFound, run.ExitCode);
        Assert.StartsWith(
            "warning: app.log: the pattern %h \"%r\" %>s of --target-log-format fits none of 2 lines; the first is started", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.log", "nowhere.log")]
    [InlineData("*.nothing", "*.nothing")]
    public async Task Diagnose_WhatIsNotThere_NamesItAndFails(string path, string named)
    {
        using var folder = new TempFolder();

        ProgramRun run = await DiagnoseRun.Of(folder.PathOf(path));

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.StartsWith("error: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains(named, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Diagnose_WhatIsNoLog_Fails()
    {
        using var folder = new TempFolder();

        ProgramRun run = await DiagnoseRun.Of(folder.Write("notes.txt", "milk\nbread\n"));

        Assert.Equal(DiagnoseRun.CouldNot, run.ExitCode);
        Assert.Contains("none of the lines is of an application load balancer's access log", run.Errors, StringComparison.Ordinal);
    }

    private static string Essence(JsonElement report)
    {
        JsonElement finding = report.GetProperty("findings")[0];
        return string.Join('\n', ((string[])["cause", "count", "confidence", "headline", "evidence", "keepalive", "fix", "cost"])
            .Select(name => finding.GetProperty(name).GetRawText()).Append(report.GetProperty("period").GetRawText()));
    }
}
