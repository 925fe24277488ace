using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

public sealed class SignalTests
{
    [Theory]
    [InlineData(Signals.SIGTERM)]
    [InlineData(Signals.SIGINT)]
    public async Task Stop_WithARequestUnderWay_LetsItEnd(int signal)
    {
        var mayAnswer = new TaskCompletionSource();
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            await mayAnswer.Task;
            await exchange.Answer("done");
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        using RawClient idle = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get());
        await Deadline.Until(() => target.Requests == 1, "the request is at the target");

        weir.Signal(signal);
        Assert.Equal("", await idle.ReadToEnd());
        await Assert.ThrowsAnyAsync<Exception>(() => RawClient.ConnectAsync(weir.Port));
        mayAnswer.SetResult();
        RawResponse response = await client.ReadResponse();

        Assert.Equal("done", response.Body);
        Assert.Equal("close", response.Field("Connection"));
        Assert.Equal(0, await weir.WaitForExit());
        Assert.Equal("200", Assert.Single(LogLine.ReadAll(weir.LogFile)).ElbStatus);
        Assert.Single(weir.Events("stopped"));
    }

    [Theory]
    [InlineData(Signals.SIGTERM, 143)]
    [InlineData(Signals.SIGINT, 130)]
    public async Task Stop_WhileTheNodeStarts_EndsAtOnce(int signal, int code)
    {
        using var folder = new TempFolder();
        string template = folder.PathOf("app.yaml");
        await ProgramRun.Of("mkfifo", [template]);
        var start = new ProcessStartInfo(
            WeirBinary.Command[0], [.. WeirBinary.Command.Skip(1), "run", "--template", template, "--admin", "off"]);
        using Process weir = Process.Start(start)!;
        try
        {
            // Opening the pipe returns when the node reads its template, which never ends.
            await using FileStream writer = await Task.Run(
                () => new FileStream(template, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), Deadline.Token());
            Signals.Send(weir.Id, signal);
            await Deadline.Until(() => weir.HasExited, "weir ends");

            Assert.Equal(code, weir.ExitCode);
        }
        finally
        {
            weir.Kill();
        }
    }

    [Fact]
    public async Task Stop_WhenTheDrainTimeEnds_AnswersWhatIsLeftAndSaysSo()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.WaitForEnd());
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--drain-timeout", "1");
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get());
        await Deadline.Until(() => target.Requests == 1, "the request is at the target");

        weir.Signal(Signals.SIGTERM);
        RawResponse response = await client.ReadResponse();
        client.Dispose();

        Assert.Equal("HTTP/1.1 503 Service Temporarily Unavailable", response.Head.Split("\r\n")[0]);
        Assert.Equal(1, await weir.WaitForExit());
        LogLine line = Assert.Single(LogLine.ReadAll(weir.LogFile));
        Assert.Equal(["503", "-"], [line.ElbStatus, line.TargetStatus]);
        Assert.Equal(1, Assert.Single(weir.Events("stopped")).GetProperty("cut").GetInt32());
    }

    [Fact]
    public async Task SecondStop_WhileDraining_EndsAtOnce()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.WaitForEnd());
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--drain-timeout", "300");
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get());
        await Deadline.Until(() => target.Requests == 1, "the request is at the target");

        weir.Signal(Signals.SIGTERM);
        await Deadline.Until(() => weir.Events("stopping").Length == 1, "it drains");
        weir.Signal(Signals.SIGTERM);
        Assert.Equal(503, (await client.ReadResponse()).StatusCode);
        client.Dispose();
        Assert.Equal(1, await weir.WaitForExit());
    }

    [Fact]
    public async Task Usr1_AfterTheLogWasMoved_OpensANewFile()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        await RawClient.Ask(weir.Port, RawClient.Get("/first"));
        await weir.WaitForMetric("weir_access_log_written_lines_total", 1);

        File.Move(weir.LogFile, weir.LogFile + ".1");
        weir.Signal(Signals.SIGUSR1);
        await Deadline.Until(() => File.Exists(weir.LogFile), "the new file is there");
        await RawClient.Ask(weir.Port, RawClient.Get("/second"));

        Assert.Contains("/second", Assert.Single(await weir.StopAndReadLog())[13], StringComparison.Ordinal);
        Assert.Contains("/first", Assert.Single(LogLine.ReadAll(weir.LogFile + ".1"))[13], StringComparison.Ordinal);
    }

    [Fact]
    public async Task HealthEndpoint_WhileDraining_Says503()
    {
        var mayAnswer = new TaskCompletionSource();
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            await mayAnswer.Task;
            await exchange.Answer("done");
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using var http = new HttpClient();
        Assert.Equal("ok\n", await http.GetStringAsync(weir.AdminUrl + "/healthz", Deadline.Token()));
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get());
        await Deadline.Until(() => target.Requests == 1, "the request is at the target");

        weir.Signal(Signals.SIGTERM);
        // It says that it stops before it does.
        await Deadline.Until(
            async () =>
            {
                using HttpResponseMessage answer = await http.GetAsync(weir.AdminUrl + "/healthz", Deadline.Token());
                return (int)answer.StatusCode == 503;
            },
            "the health endpoint says that it drains");
        mayAnswer.SetResult();
        Assert.Equal(0, await weir.WaitForExit());
    }
}
