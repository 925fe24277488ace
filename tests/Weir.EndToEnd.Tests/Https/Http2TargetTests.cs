using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weir.EndToEnd.Tests;

/// <summary>HTTP/2 towards targets: Kestrel and Node.js, with prior knowledge and over TLS, with the clients that people use.</summary>
[NativeOnly]
public sealed class Http2TargetTests
{
    private const int BigBytes = 10_000_000;
    private const int LoadRequests = 8_000;
    private const int MostRounds = 4;

    // Eight connections of clients, with TLS, shared among the requests of a round.
    private const int BytesPerRequest = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Curl_OverHttp2_ReachesTheTargetOverHttp2(bool tls)
    {
        await using Http2Server server = await Http2Server.Start(tls);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", "http2");
        Assert.Equal("HTTP/2|2|200", await site.Curl("/protocol", "-w", "|%{http_version}|%{http_code}"));
        Assert.Equal("hello|2|404", await site.Curl("/", "-w", "|%{http_version}|404"));
        LogLine line = (await site.Weir.StopAndReadLog())[0];
        Assert.Equal(["h2", "200", "200"], [line[1], line.ElbStatus, line.TargetStatus]);
    }

    [Fact]
    public async Task Curl_OverHttp11_Is464()
    {
        await using Http2Server server = await Http2Server.Start(tls: false);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", "HTTP2");
        Assert.EndsWith("|1.1|464", await site.Curl("/", "--http1.1", "-w", "|%{http_version}|%{http_code}"), StringComparison.Ordinal);
        LogLine line = Assert.Single(await site.Weir.StopAndReadLog());
        Assert.Equal(["https", "464", "-"], [line[1], line.ElbStatus, line.TargetStatus]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LargeBodies_BothWaysAtOnce_AreWhole(bool tls)
    {
        await using Http2Server server = await Http2Server.Start(tls);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", "HTTP2");
        using HttpClient client = site.Client();
        byte[] bytes = Http2Server.Bytes(BigBytes);
        string expected = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => (Task[])[Upload(), Download()]));
        Assert.Equal(1, (await Metrics.Read(site.Weir.AdminUrl))["weir_target_connections_opened_total"]);

        async Task Upload()
        {
            using HttpResponseMessage answer = await client.PostAsync("/hash", new ByteArrayContent(bytes), Deadline.Token());
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync(Deadline.Token()));
        }

        async Task Download() =>
            Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(await client.GetByteArrayAsync($"/bytes/{BigBytes}", Deadline.Token()))));
    }

    [Fact]
    public async Task H2load_SharesAFewConnections_FailsNothingAndAllocatesNothing()
    {
        await using Http2Server server = await Http2Server.Start(tls: false);
        await using HttpsSite site = await HttpsSite.Start(server.Url, "--protocol-version", "HTTP2", "--loops", "1");
        long requests = 0, allocated = long.MaxValue;
        // The first rounds fill the pools. What a request allocates, every round has.
        for (int round = 0; round < MostRounds && allocated > LoadRequests * BytesPerRequest; round++)
        {
            Metrics before = await site.Weir.WhenQuiet();
            ProgramRun run = await ProgramRun.Of(
                "h2load", ["-n", $"{LoadRequests}", "-c", "8", "-m", "16", "-t", "1", $"https://127.0.0.1:{site.Weir.Port}/"]);
            Assert.True(run.ExitCode == 0, run.Errors);
            Assert.Contains($"{LoadRequests} done, {LoadRequests} succeeded, 0 failed, 0 errored", run.Output, StringComparison.Ordinal);
            requests += LoadRequests;
            await Deadline.Until(async () => (await site.Weir.ReadMetrics())["weir_requests_total"] == requests, "all requests");
            allocated = (await site.Weir.WhenQuiet()).Since(before).GetValueOrDefault("weir_loop_allocated_bytes_total");
        }

        Assert.InRange(allocated, 0, LoadRequests * BytesPerRequest);
        Metrics metrics = await Metrics.Read(site.Weir.AdminUrl);
        // 128 requests at once; Kestrel allows 100 on a connection.
        Assert.InRange(metrics["weir_target_connections_opened_total"], 1, 3);
        Assert.Equal(0, metrics.Sum("weir_failures_total"));
    }

    // Kestrel says GOAWAY, and closes, after an idle time that is the pause between the requests.
    [Theory]
    [InlineData("observe")]
    [InlineData("protect")]
    public async Task Target_ThatClosesIdleConnections_CostsNoRequest(string mode)
    {
        await using Http2Server server = await Http2Server.Start(tls: false, keepAlive: TimeSpan.FromSeconds(1));
        await using HttpsSite site = await HttpsSite.Start(
            server.Url, "--protocol-version", "HTTP2", "--attribute", $"weir.stale_connection.mode={mode}");
        using HttpClient client = site.Client();
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal("hello", await client.GetStringAsync("/", Deadline.Token()));
            await site.Weir.WaitForMetric("weir_target_connections_closed_by_target_idle_total", i);
        }

        Metrics metrics = await Metrics.Read(site.Weir.AdminUrl);
        Assert.Equal(0, metrics.Sum("weir_failures_total"));
        Assert.Equal(3, metrics["weir_target_connections_opened_total"]);
    }

    [Fact]
    public async Task Target_ThatStops_LetsWhatIsUnderWayEnd_AndTheOthersGoOn()
    {
        await using Http2Server stopping = await Http2Server.Start(tls: false);
        await using Http2Server staying = await Http2Server.Start(tls: false);
        await using HttpsSite site = await HttpsSite.Start(stopping.Url, "--target", staying.Url, "--protocol-version", "HTTP2");
        await site.Weir.WhenHealthy(2);
        using HttpClient client = site.Client();
        Task<string>[] before = [.. Enumerable.Range(0, 20).Select(_ => client.GetStringAsync("/", Deadline.Token()))];
        Assert.All(await Task.WhenAll(before), static answer => Assert.Equal("hello", answer));
        Metrics metrics = await Metrics.Read(site.Weir.AdminUrl);
        Assert.Equal(0, metrics.Sum("weir_failures_total"));
        await stopping.Stop();
        await site.Weir.WaitForMetric("weir_target_connections_closed_by_target_idle_total", 1);
    }

    // What it has not begun it refuses, and so it does on every connection that is made to it from then on, as long as it passes for
    // healthy.
    [Fact]
    public async Task Node_ThatStopsGracefullyUnderLoad_CostsNoRequest()
    {
        const int Workers = 16;
        using ServerProcess stopping = await StartNode();
        using ServerProcess staying = await StartNode();
        await using HttpsSite site = await HttpsSite.Start(
            UrlOf(stopping), "--target", UrlOf(staying), "--protocol-version", "HTTP2");
        await site.Weir.WhenHealthy(2);
        using HttpClient client = site.Client();
        using var end = new CancellationTokenSource();
        Task<int>[] load = [.. Enumerable.Range(0, Workers).Select(_ => Load())];
        await site.Weir.WaitForMetric("weir_requests_total", 500);
        stopping.Terminate();
        await site.Weir.WaitForMetric("weir_requests_sent_again_after_refusal_total", 500);
        await end.CancelAsync();
        int requests = (await Task.WhenAll(load)).Sum();
        Metrics metrics = await site.Weir.WaitForMetric("weir_requests_total", requests);
        Assert.Equal(requests, metrics["weir_target_2xx_total"]);
        Assert.Equal(0, metrics.Sum("weir_failures_total"));

        async Task<int> Load()
        {
            for (int i = 0; ; i++)
            {
                if (end.IsCancellationRequested)
                {
                    return i;
                }

                // One that may do twice what is asked once.
                using HttpResponseMessage answer = await client.PostAsync("/", new StringContent("body"), Deadline.Token());
                Assert.Equal("body", await answer.Content.ReadAsStringAsync(Deadline.Token()));
            }
        }

        static string UrlOf(ServerProcess node) => $"http://127.0.0.1:{node.Lines.First(static line => line.StartsWith("port ", StringComparison.Ordinal))[5..]}";

        static Task<ServerProcess> StartNode() => ServerProcess.StartAsync("port ", "node", "-e", """
            let isStopping = false;
            const sessions = new Set();
            const server = require('node:http2').createServer();
            server.on('session', session => {
              sessions.add(session);
              session.on('close', () => sessions.delete(session));
              if (isStopping) session.close();
            });
            server.on('stream', stream => {
              stream.respond({ ':status': 200 });
              stream.pipe(stream);
            });
            process.on('SIGTERM', () => {
              isStopping = true;
              sessions.forEach(session => session.close());
            });
            server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
            process.stdin.resume();
            process.stdin.on('end', () => process.exit());
            """);
    }

    [Fact]
    public async Task Node_ReachedOverTls_AnswersWithTrailersAndInterimResponses()
    {
        const string Script = """
            const fs = require('node:fs');
            const pem = fs.readFileSync(process.argv[1]);
            const server = require('node:http2').createSecureServer({ key: pem, cert: pem });
            server.on('stream', (stream, headers) => {
              if (headers[':path'] === '/interim') stream.additionalHeaders({ ':status': 103, link: '</a>' });
              stream.respond({ ':status': 200, 'x-te': String(headers.te) }, { waitForTrailers: true });
              stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '42' }));
              stream.end('node');
            });
            server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
            process.stdin.resume();
            process.stdin.on('end', () => process.exit());
            """;
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("target.pem"), "target.test");
        using ServerProcess node = await ServerProcess.StartAsync("port ", "node", "-e", Script, folder.PathOf("target.pem"));
        string port = node.Lines.Single(static line => line.StartsWith("port ", StringComparison.Ordinal))[5..];
        await using HttpsSite site = await HttpsSite.Start($"https://127.0.0.1:{port}", "--protocol-version", "HTTP2");
        using HttpClient client = site.Client();
        using HttpResponseMessage answer = await client.GetAsync("/", Deadline.Token());
        Assert.Equal("node", await answer.Content.ReadAsStringAsync(Deadline.Token()));
        Assert.Equal("42", answer.TrailingHeaders.GetValues("x-sum").Single());
        ProgramRun run = await ProgramRun.Of("nghttp", ["-v", $"https://127.0.0.1:{site.Weir.Port}/interim"]);
        Assert.Contains(":status: 103", run.Output, StringComparison.Ordinal);
        Assert.Contains("x-sum: 42", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "alert no application protocol")]
    [InlineData(false, "the target did not choose HTTP/2 (h2) by ALPN")]
    public async Task Target_ThatDoesNotAgreeOnHttp2_Is502ThatSaysSo(bool refuses, string said)
    {
        await using Http2Server refusing = await Http2Server.Start(tls: true, protocols: HttpProtocols.Http1);
        await using TlsTarget silent = TlsTarget.Start();
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        await using WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true },
            [
                "--listen", "https://0", "--certificate", folder.PathOf("site.pem"), "--target", refuses ? refusing.Url : silent.Url,
                "--protocol-version", "HTTP2", "--explain", folder.PathOf("explain.log"),
            ]);
        ProgramRun run = await ProgramRun.Of("curl", ["-s", "-k", "-o", "/dev/null", "-w", "%{http_code}", $"https://127.0.0.1:{weir.Port}/"]);
        Assert.Equal("502", run.Output);
        await weir.StopAsync();
        Assert.Contains(said, await File.ReadAllTextAsync(folder.PathOf("explain.log"), Deadline.Token()), StringComparison.Ordinal);
    }
}
