using System.Diagnostics;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>The explain log of a running node; each failure has its line checked where the failures are.</summary>
public sealed class ExplainLogTests
{
    [Theory]
    [InlineData(false, "fin", "closed (FIN)")]
    [InlineData(true, "rst", "reset (RST)")]
    public async Task Close_OnTheSecondRequest_IsExplainedWithAllThatIsKnown(bool resets, string end, string words)
    {
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            if (exchange.EarlierRequests == 0)
            {
                await exchange.Answer("first", "Keep-Alive: timeout=5\r\n");
            }
            else if (resets)
            {
                exchange.Reset();
            }
            else
            {
                exchange.Close();
            }
        });
        using var folder = new TempFolder();
        await using WeirProcess weir = await WeirProcess.StartAsync(
            "--target", target.Url, "--attribute", "weir.stale_connection.mode=observe", "--explain", folder.PathOf("explain.log"));
        await weir.WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        var sinceFirst = Stopwatch.StartNew();
        await client.Send(RawClient.Get("/first"));
        Assert.Equal(200, (await client.ReadResponse()).StatusCode);
        await weir.WaitForMetric("weir_target_connections_idle", 1);
        var sinceIdle = Stopwatch.StartNew();
        await weir.ReadMetrics();
        long idleAtLeast = sinceIdle.ElapsedMilliseconds;
        await client.Send(RawClient.Get("/second"));
        Assert.Equal(502, (await client.ReadResponse()).StatusCode);
        long idleAtMost = sinceFirst.ElapsedMilliseconds;

        LogLine line = (await weir.StopAndReadLog())[1];
        ExplainLine explained = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
        Assert.Equal([line[18], line[30]], [$"\"{explained.Text("trace_id")}\"", explained.Text("connection_trace_id")]);
        Assert.Equal(
            ["target_closed", end, target.Key, $"http://e2e.test:{weir.Port}/second"],
            [explained.Text("reason"), explained.Text("end"), explained.Text("target"), explained.Text("url")]);
        Assert.True(explained.Truth("reused"));
        Assert.Equal(1, explained.Number("earlier_requests"));
        // Both clocks round.
        Assert.InRange(explained.Number("idle_ms")!.Value, idleAtLeast - 2, idleAtMost + 2);
        Assert.Equal(Encoding.Latin1.GetByteCount(target.Heads.Last()), explained.Number("request_bytes_written"));
        Assert.Equal(0, explained.Number("response_bytes"));
        Assert.Equal(5, explained.Number("advertised_keep_alive_s"));
        Assert.StartsWith($"The target {words} a connection that had been idle for ", explained.Text("verdict"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_ThatARetrySavesFrom_IsExplainedWithBothAttempts()
    {
        using RawTarget target = RawTarget.Start(exchange =>
        {
            if (exchange.EarlierRequests == 0)
            {
                return exchange.Answer("fine");
            }

            exchange.Close();
            return Task.CompletedTask;
        });
        using var folder = new TempFolder();
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--explain", folder.PathOf("explain.log"));
        await weir.WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        for (int i = 0; i < 2; i++)
        {
            await client.Send(RawClient.Get($"/{i}"));
            Assert.Equal(200, (await client.ReadResponse()).StatusCode);
            await weir.WaitForMetric("weir_target_connections_idle", 1);
        }

        LogLine line = (await weir.StopAndReadLog())[1];
        ExplainLine explained = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
        Assert.Equal(["retried", "target_closed", "fin"], [explained.Text("kind"), explained.Text("reason"), explained.Text("end")]);
        Assert.Equal([line[18], "200"], [$"\"{explained.Text("trace_id")}\"", $"{explained.Number("status_code")}"]);
        Assert.Equal(["target_closed", "answered"], explained.Outcomes);
    }

    [Fact]
    public async Task StandardOutput_AsTheExplainLog_HoldsNothingButLines()
    {
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", "http://127.0.0.1:1", "--explain", "-");
        Assert.Equal(502, (await RawClient.Ask(weir.Port, RawClient.Get())).StatusCode);
        Assert.Equal("-", Assert.Single(weir.Events("explain-log")).GetProperty("destination").GetString());
        await weir.StopAsync();
        Assert.Equal("connect_refused", ExplainLine.Parse(Assert.Single(weir.Output)).Text("reason"));
    }

    [Fact]
    public async Task File_ThatWasMovedAway_IsReopenedOnSigusr1()
    {
        using var folder = new TempFolder();
        string file = folder.PathOf("explain.log");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", "http://127.0.0.1:1", "--explain", file);
        await RawClient.Ask(weir.Port, RawClient.Get("/first"));
        await weir.WaitForMetric("weir_explain_log_written_lines_total", 1);
        File.Move(file, file + ".1");
        weir.Signal(Signals.SIGUSR1);
        await Deadline.Until(() => File.Exists(file), "the new file is there");
        await RawClient.Ask(weir.Port, RawClient.Get("/second"));
        await weir.StopAsync();
        Assert.EndsWith("/first", Assert.Single(ExplainLine.ReadAll(file + ".1")).Text("url"), StringComparison.Ordinal);
        Assert.EndsWith("/second", Assert.Single(ExplainLine.ReadAll(file)).Text("url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StandardOutput_ForBothLogs_NamesBothAndExits64()
    {
        ProgramRun run = await ProgramRun.OfWeir("run", "--access-log", "-", "--explain", "-");
        Assert.Equal(64, run.ExitCode);
        Assert.Contains("--explain", run.Errors, StringComparison.Ordinal);
        Assert.Contains("--access-log", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatCannotBeWritten_Exits73()
    {
        ProgramRun run = await ProgramRun.OfWeir("run", "--listen", "0", "--admin", "off", "--explain", "/proc/no/such/file");
        Assert.Equal(73, run.ExitCode);
        Assert.Contains("explain log /proc/no/such/file: ", run.Errors, StringComparison.Ordinal);
    }
}
