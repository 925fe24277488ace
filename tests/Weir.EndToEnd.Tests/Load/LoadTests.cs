using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>Many requests at once: that none is lost, and what each costs.</summary>
[NativeOnly]
[Collection(AloneCollection.Name)]
public sealed class LoadTests
{
    // Housekeeping once a second and the reading of metrics allocate a little; a request may not.
    private const double AllowedBytesPerRequest = 0.5;

    // A machine that is busy with something else may not get through one load's warming up before its end.
    private const int MaxLoads = 3;

    // It reads them once a second.
    private static readonly TimeSpan _betweenAllocationReadings = TimeSpan.FromSeconds(1.2);

    [Theory]
    [InlineData("GET", 64)]
    [InlineData("GET", 1024)]
    [InlineData("POST", 64)]
    [InlineData("POST", 1024)]
    public async Task SmallRequests_OnKeptConnections_AllocateNothingOnTheLoop(string method, int connections)
    {
        using RawTarget target = RawTarget.Start(static async exchange =>
        {
            if (exchange.Field("Content-Length") is { } length && length != "0")
            {
                await exchange.Receive();
            }

            await exchange.Answer("hello");
        });
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url)).WhenHealthy();
        using var folder = new TempFolder();
        string script = folder.Write("load.lua", $"wrk.method = '{method}'\n" + (method == "POST" ? "wrk.body = 'x=12345'\n" : ""));
        double least = double.MaxValue;
        for (int loads = 0; loads < MaxLoads && least >= AllowedBytesPerRequest; loads++)
        {
            least = await LeastAllocatedBytesPerRequest(weir, connections, Wrk(weir, connections, seconds: 4, "-s", script));
        }

        Assert.True(least < AllowedBytesPerRequest, $"{least} bytes for each request, at the least");
    }

    [Fact]
    public async Task Wrk_ForTwoSeconds_SeesNoErrorAndNoOtherCode()
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url, "--loops", "2")).WhenHealthy();

        ProgramRun run = await Wrk(weir, 64, seconds: 2);
        AssertClean(run);
        long requests = long.Parse(Regex.Match(run.Output, @"(\d+) requests in").Groups[1].Value, CultureInfo.InvariantCulture);
        // wrk leaves the last request of each connection behind.
        Metrics metrics = await weir.WhenQuiet();
        Assert.InRange(metrics["weir_target_2xx_total"], requests, requests + 64);
        Assert.Equal(metrics["weir_requests_total"], (await weir.StopAndReadLog()).Length);
    }

    [Fact]
    public async Task H2load_InItsHttp1Mode_SucceedsWithEveryRequest()
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);

        ProgramRun run = await ProgramRun.Of("h2load", ["--h1", "-n", "5000", "-c", "32", weir.Url + "/"], TimeSpan.FromSeconds(60));
        Assert.Contains("5000 total, 5000 started, 5000 done, 5000 succeeded, 0 failed, 0 errored, 0 timeout", run.Output, StringComparison.Ordinal);
        Assert.Contains("status codes: 5000 2xx, 0 3xx, 0 4xx, 0 5xx", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SmallRequests_OnKeptConnections_TakeTwoReceivesAndTwoSends()
    {
        const int Requests = 2_000;
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await (await WeirProcess.StartAsync(new WeirStart { HasNoLog = true }, "--target", target.Url)).WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await Ask(client, 10);
        // An accept or a health check in between would be counted too.
        await using SystemCallCount counting = await SystemCallCount.StartAsync(weir.Id);
        await Ask(client, Requests);
        IReadOnlyDictionary<string, long> calls = await counting.StopAsync();

        long receives = calls.Where(static call => call.Key is "recvfrom" or "recvmsg" or "readv").Sum(static call => call.Value);
        long sends = calls.Where(static call => call.Key is "sendto" or "sendmsg" or "writev").Sum(static call => call.Value);
        Assert.InRange(receives, 2 * Requests, (2 * Requests) + 20);
        Assert.InRange(sends, 2 * Requests, (2 * Requests) + 20);
    }

    [Fact]
    public async Task SlowHeads_OnAThousandConnections_StopNobodyElse()
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url)).WhenHealthy();
        var slow = new List<RawClient>();
        for (int i = 0; i < 1_000; i++)
        {
            slow.Add(await RawClient.ConnectAsync(weir.Port));
            await slow[i].Send("GET / HTTP/1.1\r\nHost: e2e.t");
        }

        await weir.WaitForMetric("weir_client_connections_open", 1_000);
        Task<ProgramRun> load = Wrk(weir, 16, seconds: 1);
        foreach (RawClient client in slow)
        {
            await client.Send("e");
        }

        AssertClean(await load);
        foreach (RawClient client in slow)
        {
            await client.Send("st\r\n\r\n");
        }

        foreach (RawClient client in slow)
        {
            Assert.Equal("hello", (await client.ReadResponse()).Body);
            client.Dispose();
        }
    }

    [Fact]
    public async Task IdleConnections_TenThousand_TakeTwoKibibytesEach()
    {
        const int MaxConnections = 10_000;
        const long AllowedBytesEach = 2 * 1024;
        using RawTarget target = RawTarget.Answering("hello");
        // On a busy machine the first connection is a minute old before the last one is open.
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url, "--idle-timeout", "600")).WhenHealthy();
        AssertClean(await Wrk(weir, 64, seconds: 1));
        // The machine's limit of descriptors may be for fewer.
        int connections = (int)Math.Min(MaxConnections, (await weir.WhenQuiet())["weir_client_connections_limit"]);
        long before = weir.ResidentBytes();

        var idle = new List<RawClient>(connections);
        for (int i = 0; i < connections; i++)
        {
            RawClient client = await RawClient.ConnectAsync(weir.Port);
            idle.Add(client);
            await client.Send(RawClient.Get());
            Assert.Equal("hello", (await client.ReadResponse()).Body);
        }

        await weir.WaitForMetric("weir_client_connections_open", connections);
        long each = (weir.ResidentBytes() - before) / connections;
        idle.ForEach(static client => client.Dispose());
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each idle connection");
        Assert.InRange(each, long.MinValue, AllowedBytesEach);
    }

    private static async Task Ask(RawClient client, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await client.Send(RawClient.Get());
            Assert.Equal("hello", (await client.ReadResponse()).Body);
        }
    }

    private static Task<ProgramRun> Wrk(WeirProcess weir, int connections, int seconds, params string[] options) => ProgramRun.Of(
        "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s", .. options, weir.Url + "/"], TimeSpan.FromSeconds(seconds + 20));

    private static void AssertClean(ProgramRun wrk)
    {
        Assert.Equal(0, wrk.ExitCode);
        Assert.DoesNotContain("Socket errors", wrk.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", wrk.Output, StringComparison.Ordinal);
    }

    private static async Task<double> LeastAllocatedBytesPerRequest(WeirProcess weir, int connections, Task<ProgramRun> load)
    {
        // Warm: every connection is open, and its requests have filled the pools with their buffers.
        long before = (await weir.ReadMetrics())["weir_requests_total"];
        await Deadline.Until(
            async () => load.IsCompleted
                || (await weir.ReadMetrics() is var metrics && metrics["weir_client_connections_open"] == connections
                    && metrics["weir_requests_total"] >= before + (connections * 5)),
            "the load is under way",
            TimeSpan.FromMinutes(1));
        double least = double.MaxValue;
        while (least >= AllowedBytesPerRequest && !load.IsCompleted)
        {
            least = Math.Min(least, await AllocatedBytesPerRequest(weir));
        }

        AssertClean(await load);
        return least;
    }

    // Of one stretch of time. The access log's chunks are allocated when the disk is behind for the first time, up to a
    // number; what each request allocated would show in every stretch.
    private static async Task<double> AllocatedBytesPerRequest(WeirProcess weir)
    {
        Metrics before = await weir.ReadMetrics();
        var elapsed = Stopwatch.StartNew();
        await Deadline.Until(() => elapsed.Elapsed > _betweenAllocationReadings, "the node has read its allocations again");
        Metrics after = await weir.ReadMetrics();
        double requests = after["weir_requests_total"] - before["weir_requests_total"];
        double bytes = after["weir_loop_allocated_bytes_total"] - before["weir_loop_allocated_bytes_total"];
        TestContext.Current.SendDiagnosticMessage($"{bytes} bytes in {requests} requests");
        return requests < 1_000 ? double.MaxValue : bytes / requests;
    }
}
