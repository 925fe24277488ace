using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Weir.EndToEnd.Tests;

/// <summary>HTTP/2 towards clients, with curl, nghttp, h2load and .NET's client, over real TLS.</summary>
[NativeOnly]
public sealed partial class Http2Tests
{
    private const int LoadRequests = 8_000;
    private const int MostRounds = 4;

    // Four connections and what they bring, shared among the requests of a round.
    private const int BytesPerRequest = 50;

    private const int BigBytes = 10_000_000;

    [Theory]
    [InlineData("1.2", "TLSv1.2")]
    [InlineData("1.3", "TLSv1.3")]
    public async Task Curl_Request_IsForwardedAndLoggedAsH2(string tlsVersion, string protocol)
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        string answer = await site.Curl(
            "/path?q=1", "--tls-max", tlsVersion, "-H", "User-Agent: e2e", "-b", "a=1", "-w", "|%{http_version}|%{http_code}");
        Assert.Equal("hello|2|200", answer);
        string head = target.Heads.Last();
        Assert.StartsWith("GET /path?q=1 HTTP/1.1\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nHost: site.test:{site.Weir.Port}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\ncookie: a=1\r\n", head, StringComparison.Ordinal);

        LogLine line = Assert.Single(await site.Weir.StopAndReadLog());
        Assert.Equal(LogLine.FieldCount, line.Count);
        Assert.Equal("h2", line[1]);
        Assert.Equal(target.Key, line.Target);
        Assert.Equal(["200", "200"], [line.ElbStatus, line.TargetStatus]);
        Assert.Equal($"\"GET https://site.test:{site.Weir.Port}/path?q=1 HTTP/2.0\"", line[13]);
        Assert.Equal("\"e2e\"", line[14]);
        Assert.Equal(protocol, line[16]);
        Assert.Equal(["\"site.test\"", "0", "\"forward\""], [line[19], line[21], line[23]]);
    }

    [Fact]
    public async Task Attribute_Off_LeavesHttp11()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        await using HttpsSite site = await HttpsSite.Start(target.Url, "--attribute", "routing.http2.enabled=false");
        Assert.Equal("hello|1.1", await site.Curl("/", "-w", "|%{http_version}"));
        LogLine line = Assert.Single(await site.Weir.StopAndReadLog());
        Assert.Equal("https", line[1]);
        Assert.EndsWith(" HTTP/1.1\"", line[13], StringComparison.Ordinal);
    }

    // Source: ALB user guide: HTTP/2 on HTTPS listeners only.
    [Fact]
    public async Task PlainListener_DoesNotSpeakHttp2()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        await weir.WhenHealthy();
        ProgramRun upgrade = await ProgramRun.Of("curl", ["-s", "--http2", "-w", "|%{http_version}", weir.Url]);
        Assert.Equal("hello|1.1", upgrade.Output);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.Equal(505, (await client.ReadResponse()).StatusCode);
    }

    [Fact]
    public async Task Bodies_OfTenMegabytes_ArriveWholeInBothDirections()
    {
        using NodeTarget target = await NodeTarget.Serving(
            "const h = require('node:crypto').createHash('sha256');"
            + "if (request.method === 'GET') { response.end(Buffer.alloc(10000000, 'x')); return; }"
            + "request.on('data', d => h.update(d)); request.on('end', () => response.end(h.digest('hex')));");
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        byte[] body = RandomNumberGenerator.GetBytes(BigBytes);
        using HttpClient client = site.Client();
        Task<HttpResponseMessage>[] uploads = [.. Enumerable.Range(0, 4).Select(_ => client.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(body), Version = HttpVersion.Version20 }, Deadline.Token()))];
        Task<byte[]>[] downloads = [.. Enumerable.Range(0, 4).Select(_ => client.GetByteArrayAsync("/", Deadline.Token()))];
        string hash = Convert.ToHexStringLower(SHA256.HashData(body));
        foreach (Task<HttpResponseMessage> upload in uploads)
        {
            Assert.Equal(hash, await (await upload).Content.ReadAsStringAsync(Deadline.Token()));
        }

        foreach (Task<byte[]> download in downloads)
        {
            byte[] got = await download;
            Assert.Equal(BigBytes, got.Length);
            Assert.True(got.AsSpan().IndexOfAnyExcept((byte)'x') < 0);
        }

        Metrics metrics = await site.Weir.ReadMetrics();
        Assert.Equal(1, metrics["weir_http2_connections_total"]);
        Assert.Equal(8, metrics["weir_http2_streams_total"]);
    }

    [Fact]
    public async Task Trailers_AndInterimResponses_ReachAClient()
    {
        using NodeTarget target = await NodeTarget.Serving(
            "response.writeEarlyHints({ link: '</a>; rel=preload' }); response.writeHead(200, { Trailer: 'X-Sum' });"
            + "response.write('body'); response.addTrailers({ 'X-Sum': '42' }); response.end();");
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        ProgramRun run = await ProgramRun.Of("nghttp", ["-nv", "--no-verify-peer", $"https://127.0.0.1:{site.Weir.Port}/"]);
        Assert.Contains(":status: 103", run.Output, StringComparison.Ordinal);
        Assert.Contains(":status: 200", run.Output, StringComparison.Ordinal);
        Assert.Contains("x-sum: 42", run.Output, StringComparison.Ordinal);
        Assert.Contains("SETTINGS_MAX_CONCURRENT_STREAMS(0x03):128", run.Output, StringComparison.Ordinal);

        using HttpClient client = site.Client();
        using HttpResponseMessage response = await client.GetAsync("/", Deadline.Token());
        Assert.Equal("body", await response.Content.ReadAsStringAsync(Deadline.Token()));
        Assert.Equal("42", Assert.Single(response.TrailingHeaders.GetValues("x-sum")));
    }

    [Fact]
    public async Task Load_OfManyStreams_LosesNothingAndAllocatesNothing()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        long requests = 0, allocated = long.MaxValue;
        // A round that opens more connections to the target than those before it allocates these. What a request allocates, every
        // round has, 8,000 times as much.
        for (int round = 0; round < MostRounds && allocated > LoadRequests * BytesPerRequest; round++)
        {
            await site.Weir.WhenQuiet();
            Metrics before = await site.Weir.ReadMetrics();
            await Load(site, LoadRequests);
            await site.Weir.WhenQuiet();
            requests += LoadRequests;
            // The gauge is taken once a second.
            await Deadline.Until(async () => (await site.Weir.ReadMetrics())["weir_requests_total"] == requests, "all requests");
            SortedDictionary<string, long> moved = (await site.Weir.ReadMetrics()).Since(before);
            Assert.Equal(LoadRequests, moved["weir_http2_streams_total"]);
            Assert.Equal(LoadRequests, moved["weir_target_2xx_total"]);
            Assert.DoesNotContain(moved.Keys, static name => name.StartsWith("weir_failures_total", StringComparison.Ordinal));
            allocated = moved.GetValueOrDefault("weir_loop_allocated_bytes_total");
        }

        Assert.InRange(allocated, 0, LoadRequests * BytesPerRequest);
        LogLine[] lines = await site.Weir.StopAndReadLog();
        Assert.Equal(requests, lines.Count(static line => line[1] == "h2" && line.ElbStatus == "200"));
    }

    [Fact]
    public async Task Sigterm_DuringDownloads_LetsThemEnd()
    {
        using NodeTarget target = await NodeTarget.Serving("response.write('begin '); setTimeout(() => response.end('end'), 1500);");
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        using HttpClient client = site.Client();
        using HttpResponseMessage response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Deadline.Token());
        site.Weir.Signal(Signals.SIGTERM);
        Assert.Equal("begin end", await response.Content.ReadAsStringAsync(Deadline.Token()));
        await site.Weir.WaitForExit();
        LogLine line = Assert.Single(LogLine.ReadAll(site.Weir.LogFile));
        Assert.Equal("200", line.ElbStatus);
    }

    [Fact]
    public async Task Cancelled_Request_Is460AndItsConnectionGoesOn()
    {
        using NodeTarget target = await NodeTarget.Serving("if (request.url !== '/never') response.end('hello');");
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        using HttpClient client = site.Client();
        using var cancel = new CancellationTokenSource();
        Task<string> never = client.GetStringAsync("/never", cancel.Token);
        await site.Weir.WaitForMetric("weir_requests_routed_total", 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
        Assert.Equal("hello", await client.GetStringAsync("/", Deadline.Token()));
        Metrics metrics = await site.Weir.ReadMetrics();
        Assert.Equal(1, metrics["weir_http2_connections_total"]);
        Assert.Equal(1, metrics["weir_http2_streams_reset_total"]);
        LogLine[] lines = await site.Weir.StopAndReadLog();
        Assert.Equal(["460", "200"], lines.Select(static line => line.ElbStatus));
    }

    [Theory]
    [InlineData("reset_flood")]
    [InlineData("ping_flood")]
    [InlineData("settings_flood")]
    [InlineData("continuation_flood")]
    public async Task Attack_IsEndedAndCountedAndOthersAreServed(string fault)
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        await using HttpsSite site = await HttpsSite.Start(target.Url);
        using HttpClient client = site.Client();
        Assert.Equal("hello", await client.GetStringAsync("/", Deadline.Token()));
        (uint code, bool closed) = await Http2Attack.Run(site.Weir.Port, fault);
        Assert.Equal(0xBu, code);
        Assert.True(closed);
        Metrics metrics = await site.Weir.WaitForMetric($"weir_http2_faults_total{{fault=\"{fault}\",ends=\"connection\"}}", 1);
        Assert.Equal(0, metrics["weir_connections_cut_by_bugs_total"]);
        Assert.Equal("hello", await client.GetStringAsync("/", Deadline.Token()));
        Assert.Equal("hello", await site.Curl("/"));
    }

    private static async Task Load(HttpsSite site, int requests)
    {
        ProgramRun run = await ProgramRun.Of(
            "h2load", ["-n", $"{requests}", "-c", "4", "-m", "32", $"https://127.0.0.1:{site.Weir.Port}/"], TimeSpan.FromSeconds(60));
        Assert.Matches(Succeeded(), run.Output);
        Assert.Contains($"{requests} succeeded, 0 failed, 0 errored", run.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("Application protocol: h2")]
    private static partial Regex Succeeded();
}
