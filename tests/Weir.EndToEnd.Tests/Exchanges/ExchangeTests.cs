using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>Requests that succeed: what goes to the target, what comes back, what is kept open.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public async Task Request_ThroughOneTarget_IsRewrittenAnsweredLoggedAndCounted()
    {
        using RawTarget target = RawTarget.Answering("hello", "Server: own\r\nX-Kept: yes\r\nKeep-Alive: timeout=5\r\n");
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url)).WhenHealthy();
        Metrics before = await weir.ReadMetrics();

        RawResponse response = await RawClient.Ask(weir.Port, RawClient.Get("/a?b=c", "X-Own: 1\r\nUser-Agent: e2e\r\n"));
        Metrics after = await weir.WhenQuiet();
        LogLine line = Assert.Single(await weir.StopAndReadLog());

        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: own\r\nX-Kept: yes\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n", response.Head);
        Assert.Equal("hello", response.Body);
        Assert.Matches(
            $"^GET /a\\?b=c HTTP/1\\.1\r\nX-Forwarded-For: 127\\.0\\.0\\.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: {weir.Port}\r\n"
            + $"Host: e2e\\.test:{weir.Port}\r\nX-Amzn-Trace-Id: Root=1-[0-9a-f]{{8}}-[0-9a-f]{{24}}\r\nX-Own: 1\r\nUser-Agent: e2e\r\nConnection: keep-alive\r\n\r\n$",
            Assert.Single(target.Heads));
        Assert.Equal($"\"GET http://e2e.test:{weir.Port}/a?b=c HTTP/1.1\"", line[13]);
        Assert.Equal("\"e2e\"", line[14]);
        Assert.Equal(["200", "200", "66", (response.Head.Length + 5).ToString(CultureInfo.InvariantCulture)], [line[9], line[10], line[11], line[12]]);
        Assert.Contains($"X-Amzn-Trace-Id: {line[18].Trim('"')}\r\n", target.Heads.Single(), StringComparison.Ordinal);
        Assert.Equal(1, after.Since(before)["weir_target_2xx_total"]);
    }

    [Fact]
    public async Task HealthCheck_OnTheWire_IsAsAlbSendsIt()
    {
        using RawTarget target = RawTarget.Answering("");
        await using WeirProcess weir = await (await WeirProcess.StartAsync("--target", target.Url, "--health-check-path", "/up")).WhenHealthy();

        Assert.Equal(
            $"GET /up HTTP/1.1\r\nHost: {target.Key}\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\n"
            + "Accept-Encoding: gzip, compressed\r\n\r\n",
            target.LastHealthCheck);
        Assert.Equal(0, (await weir.ReadMetrics())["weir_requests_total"]);
    }

    [Fact]
    public async Task SmallRequests_OneAfterAnother_ShareOneConnectionToTheTarget()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        for (int i = 0; i < 20; i++)
        {
            await RawClient.Ask(weir.Port, RawClient.Get());
        }

        Assert.Equal(20, target.Requests);
        Assert.Equal(1, target.Connections);
        Assert.Equal(19, (await weir.WaitForMetric("weir_requests_total", 20))["weir_target_connections_reused_total"]);
    }

    [Fact]
    public async Task PipelinedRequests_OneConnection_AreAnsweredInOrder()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer(exchange.Path));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send(string.Concat(Enumerable.Range(0, 50).Select(static i => RawClient.Get($"/{i}"))));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal($"/{i}", (await client.ReadResponse()).Body);
        }

        client.Dispose();
        LogLine[] lines = await weir.StopAndReadLog();
        Assert.Equal(50, lines.Length);
        Assert.Single(lines.Select(static line => line[30]).Distinct());
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")]
    public async Task Response_WithoutBody_LeavesBothConnectionsOpen(string method, string answer)
    {
        using RawTarget target = RawTarget.Start(exchange => exchange.Send(answer));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        for (int i = 0; i < 3; i++)
        {
            await client.Send($"{method} / HTTP/1.1\r\nHost: e2e.test\r\n\r\n");
            Assert.Equal(answer.Insert(answer.Length - 2, "Connection: keep-alive\r\n"), (await client.ReadResponse(toHead: method == "HEAD")).Head);
        }

        Assert.Equal(1, target.Connections);
    }

    [Fact]
    public async Task Http10Client_ChunkedAnswer_IsEndedByTheClose()
    {
        using RawTarget target = RawTarget.Start(static exchange =>
            exchange.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", await client.ReadToEnd());
        Assert.False(client.WasReset);
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Matches($"^\"GET http://weir-\\d+\\.[a-z0-9.-]+:{weir.Port}/ HTTP/1\\.0\"$", line[13]);
    }

    [Fact]
    public async Task HalfClosedClient_WhenTolerated_GetsItsAnswer()
    {
        using RawTarget target = RawTarget.Answering("late");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--attribute", "weir.client_half_close=tolerate");
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send(RawClient.Get());
        client.EndSending();
        Assert.EndsWith("\r\n\r\nlate", await client.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetThatSaysClose_EachRequest_GetsANewConnection()
    {
        using RawTarget target = RawTarget.Answering("ok", "Connection: close\r\n");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        for (int i = 0; i < 3; i++)
        {
            await client.Send(RawClient.Get());
            Assert.Equal("keep-alive", (await client.ReadResponse()).Field("Connection"));
        }

        Assert.Equal(3, target.Connections);
    }

    [Fact]
    public async Task InterimResponse_FromTheTarget_IsPassedOn()
    {
        using RawTarget target = RawTarget.Start(static exchange =>
            exchange.Send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);

        await client.Send(RawClient.Get());
        Assert.Equal("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", (await client.ReadResponse()).Head);
        Assert.Equal("ok", (await client.ReadResponse()).Body);
        Assert.Equal(1, (await weir.WaitForMetric("weir_requests_total", 1))["weir_target_1xx_total"]);
    }

    [Fact]
    public async Task TraceId_GivenByTheClient_KeepsItsRoot()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);

        await RawClient.Ask(weir.Port, RawClient.Get("/", "X-Amzn-Trace-Id: Root=1-63441c4a-abcdef012345678912345678;CalledFrom=app\r\n"));
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Matches("^\"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-63441c4a-abcdef012345678912345678;CalledFrom=app\"$", line[18]);
        Assert.Contains(line[18].Trim('"'), target.Heads.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SampleTarget_WithoutArguments_AnswersOnItsListener()
    {
        await using WeirProcess weir = await WeirProcess.StartAsync();
        RawResponse response = await RawClient.Ask(weir.Port, RawClient.Get("/hi"));

        Assert.Equal(200, response.StatusCode);
        Assert.Matches(new Regex("GET /hi\n"), response.Body);
        Assert.Contains("X-Forwarded-For: 127.0.0.1", response.Body, StringComparison.Ordinal);
        Assert.Single(weir.Events("sample-target"));
    }
}
