using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>HTTPS listeners and targets of a running node, with curl, openssl and .NET as clients.</summary>
[NativeOnly]
public sealed class HttpsTests
{
    private const string Story = "ELBSecurityPolicy-TLS13-1-2-2021-06";

    [Fact]
    public async Task Request_OverTls12_IsForwardedAndLoggedFieldByField()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        string arn = TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        await using WeirProcess weir = await Start(target.Url, folder.PathOf("site.pem"));
        await weir.WhenHealthy();
        string answer = await Output(
            "curl", "-s", "-k", "--http1.1", "--tls-max", "1.2", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA256", "--resolve", $"site.test:{weir.Port}:127.0.0.1",
            $"https://site.test:{weir.Port}/path?q=1", "-H", "User-Agent: e2e", "-H", "X-Forwarded-Proto: http");
        Assert.Equal("hello", answer);
        string head = target.Heads.Last();
        Assert.Contains("X-Forwarded-Proto: https\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"X-Forwarded-Port: {weir.Port}\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Forwarded-Proto: http\r\n", head, StringComparison.Ordinal);

        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal(LogLine.FieldCount, line.Count);
        Assert.Equal("https", line[1]);
        Assert.Equal(target.Key, line.Target);
        Assert.Equal(["200", "200"], [line.ElbStatus, line.TargetStatus]);
        Assert.Equal($"\"GET https://site.test:{weir.Port}/path?q=1 HTTP/1.1\"", line[13]);
        Assert.Equal("\"e2e\"", line[14]);
        Assert.Equal(["ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2"], [line[15], line[16]]);
        Assert.StartsWith("arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/weir/", line[17], StringComparison.Ordinal);
        Assert.Equal(["\"site.test\"", $"\"{arn}\"", "0"], [line[19], line[20], line[21]]);
        Assert.Equal(["\"forward\"", "\"-\"", "\"-\""], [line[23], line[24], line[25]]);
    }

    [Fact]
    public async Task Request_PlainHttp_GetsThePageThatSaysSo()
    {
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        await using WeirProcess weir = await Start("http://127.0.0.1:9", folder.PathOf("site.pem"));
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get("/"));
        RawResponse response = await client.ReadResponse();
        Assert.Equal(400, response.StatusCode);
        LogLine line = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal(["https", "-", "400", "-"], [line[1], line.Target, line.ElbStatus, line.TargetStatus]);
        Assert.Equal(["370", "-", "-", "\"-\"", "\"-\""], [line[12], line[15], line[16], line[19], line[20]]);
    }

    [Theory]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task Client_ThatComesBack_Resumes(string version, string protocol)
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        await using WeirProcess weir = await Start(target.Url, folder.PathOf("site.pem"));
        await weir.WhenHealthy();
        string session = folder.PathOf("session.pem");
        foreach (string use in (string[])["-sess_out", "-sess_in"])
        {
            string said = await OutputOf(
                "GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n",
                "openssl", "s_client", "-connect", $"127.0.0.1:{weir.Port}", "-quiet", "-ign_eof", version, use, session);
            Assert.Contains("hello", said, StringComparison.Ordinal);
        }

        LogLine[] lines = await weir.StopAndReadLog();
        Assert.Equal([protocol, protocol], [lines[0][16], lines[1][16]]);
        Assert.Equal("\"session-reused\"", lines[1][20]);
        Assert.StartsWith("\"arn:aws:acm:", lines[0][20], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_OfSeveralNames_AreChosenByName()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        string[] arns = [TestCertificate.Write(folder.PathOf("one.pem"), "one.test"), TestCertificate.Write(folder.PathOf("two.pem"), "two.test")];
        await using WeirProcess weir = await Start(target.Url, folder.PathOf("one.pem"), "--certificate", folder.PathOf("two.pem"));
        await weir.WhenHealthy();
        foreach (string name in (string[])["two.test", "other.test"])
        {
            Assert.Equal("hello", await Output(
                "curl", "-s", "-k", "--resolve", $"{name}:{weir.Port}:127.0.0.1", $"https://{name}:{weir.Port}/"));
        }

        LogLine[] lines = await weir.StopAndReadLog();
        Assert.Equal(["\"two.test\"", $"\"{arns[1]}\""], [lines[0][19], lines[0][20]]);
        Assert.Equal(["\"-\"", $"\"{arns[0]}\""], [lines[1][19], lines[1][20]]);
    }

    [Fact]
    public async Task CertificateFile_Replaced_IsShownToNewConnections_AndABadOneIsNot()
    {
        using RawTarget target = RawTarget.Start(static exchange => exchange.Answer("hello"));
        using var folder = new TempFolder();
        string file = folder.PathOf("site.pem");
        TestCertificate.Write(file, "old.test");
        await using WeirProcess weir = await Start(target.Url, file);
        await weir.WhenHealthy();
        using SslStream kept = await HttpsSite.Connect(weir);
        Assert.Equal("CN=old.test", kept.RemoteCertificate!.Subject);

        TestCertificate.Write(file, "new.test");
        await Deadline.Until(() => weir.Events("certificates").Length == 1, "weir reads the file");
        using (SslStream after = await HttpsSite.Connect(weir))
        {
            Assert.Equal("CN=new.test", after.RemoteCertificate!.Subject);
        }

        File.WriteAllText(file, "nothing");
        await Deadline.Until(() => weir.Events("certificates").Length == 2, "weir reads the bad file");
        Assert.Contains("holds no certificate in PEM form", weir.Events("configuration")[^1].ToString(), StringComparison.Ordinal);
        using (SslStream after = await HttpsSite.Connect(weir))
        {
            Assert.Equal("CN=new.test", after.RemoteCertificate!.Subject);
        }

        // The connection of before has lived through both.
        await kept.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(), Deadline.Token());
        using var reader = new StreamReader(kept, Encoding.Latin1);
        Assert.EndsWith("hello", await reader.ReadToEndAsync(Deadline.Token()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificateFile_ReplacedByOneThatExpires_IsWarnedOf_AndTheMetricSaysWhen()
    {
        using var folder = new TempFolder();
        string file = folder.PathOf("site.pem");
        TestCertificate.Write(file, "site.test");
        await using WeirProcess weir = await Start("http://127.0.0.1:9", file);
        Assert.Empty(weir.Events("configuration"));
        string sample = $"weir_listener_certificate_not_after_seconds{{load_balancer=\"weir\",port=\"{weir.Port}\",file=\"{file}\",subject=\"CN=site.test\"}}";
        Assert.Equal(4_102_444_800, (await weir.ReadMetrics())[sample]);

        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddDays(3).ToUnixTimeSeconds());
        TestCertificate.Write(file, "site.test", end);
        await Deadline.Until(() => weir.Events("certificates").Length == 1, "weir reads the file");
        Assert.Contains(
            $"{file}: site.test expires within 14 days, on {end:yyyy-MM-ddTHH:mm:ssZ}",
            Assert.Single(weir.Events("configuration")).ToString(),
            StringComparison.Ordinal);
        Assert.Equal(end.ToUnixTimeSeconds(), (await weir.ReadMetrics())[sample]);
    }

    [Fact]
    public async Task Certificate_ThatExpiresWhileWeirRuns_IsWarnedOf_ThoughNoFileChanges()
    {
        using var folder = new TempFolder();
        string file = folder.PathOf("site.pem");
        DateTimeOffset end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddSeconds(10).ToUnixTimeSeconds());
        TestCertificate.Write(file, "site.test", end);
        await using WeirProcess weir = await Start("http://127.0.0.1:9", file);
        await Deadline.Until(() => weir.Events("configuration").Length == 2, "weir sees that the certificate has expired");
        string[] said = [.. weir.Events("configuration").Select(static warning => warning.ToString())];
        Assert.Contains($"{file}: site.test expires within 14 days, on {end:yyyy-MM-ddTHH:mm:ssZ}", said[0], StringComparison.Ordinal);
        Assert.Contains($"{file}: site.test expired on {end:yyyy-MM-ddTHH:mm:ssZ}; clients refuse it", said[1], StringComparison.Ordinal);
        Assert.Empty(weir.Events("certificates"));
    }

    // As --certificate <(…): what was read once serves all reloads.
    [Fact]
    public async Task Certificate_FromAFifo_IsReadOnce_AndOutlivesAReload()
    {
        using var folder = new TempFolder();
        string fifo = folder.PathOf("site.fifo"), file = folder.PathOf("site.pem");
        TestCertificate.Write(file, "site.test");
        Assert.Equal(0, (await ProgramRun.Of("mkfifo", [fifo])).ExitCode);
        Task writing = Task.Run(() => File.WriteAllBytes(fifo, File.ReadAllBytes(file)), Deadline.Token());
        await using WeirProcess weir = await Start("http://127.0.0.1:9", fifo);
        await writing;
        weir.Signal(Signals.SIGHUP);
        await Deadline.Until(() => weir.Events("reloaded").Length == 1, "weir reloads");
        using SslStream client = await HttpsSite.Connect(weir);
        Assert.Equal("CN=site.test", client.RemoteCertificate!.Subject);
    }

    // One that nobody writes to: to open it would wait for ever, and weir would hear no signal any more.
    [Fact]
    public async Task CertificateFile_ReplacedByAFifo_LeavesTheCertificateInForce_AndWeirListening()
    {
        using var folder = new TempFolder();
        string file = folder.PathOf("site.pem");
        TestCertificate.Write(file, "site.test");
        await using WeirProcess weir = await Start("http://127.0.0.1:9", file);
        Assert.Equal(0, (await ProgramRun.Of("mkfifo", [folder.PathOf("fifo")])).ExitCode);
        File.Move(folder.PathOf("fifo"), file, overwrite: true);
        await Deadline.Until(() => weir.Events("certificates").Length == 1, "weir looks at the file");
        Assert.Contains(
            $"{file}: this is no regular file; a FIFO or a device is read only when Weir starts.",
            Assert.Single(weir.Events("configuration")).ToString(),
            StringComparison.Ordinal);
        weir.Signal(Signals.SIGHUP);
        await Deadline.Until(() => weir.Events("not-reloaded").Length == 1, "weir refuses the reload");
        using (SslStream client = await HttpsSite.Connect(weir))
        {
            Assert.Equal("CN=site.test", client.RemoteCertificate!.Subject);
        }

        File.Delete(file);
        TestCertificate.Write(file, "next.test");
        await Deadline.Until(() => weir.Events("certificates").Length == 2, "weir reads the file again");
        using SslStream after = await HttpsSite.Connect(weir);
        Assert.Equal("CN=next.test", after.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task Target_OverTls_IsCheckedAndAsked()
    {
        await using TlsTarget target = TlsTarget.Start();
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        await weir.WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        for (int i = 0; i < 3; i++)
        {
            await client.Send(RawClient.Get("/"));
            Assert.Equal(200, (await client.ReadResponse()).StatusCode);
        }

        Metrics metrics = await weir.ReadMetrics();
        Assert.Equal(1, metrics["weir_target_connections_opened_total"]);
        Assert.Equal(0, metrics["weir_target_connections_unexpected_bytes_total"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Target_OverTlsThatRenegotiates_KeepsItsConnection(bool whileIdle)
    {
        int done = 0;
        await using TlsTarget target = TlsTarget.StartRenegotiating(whileIdle, () => Interlocked.Increment(ref done));
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        await weir.WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        int before = Volatile.Read(ref done);
        for (int i = 0; i < 3; i++)
        {
            await client.Send(RawClient.Get("/"));
            Assert.Equal("ok", (await client.ReadResponse()).Body);
            // A request that .NET receives in the midst of one it takes for a fault.
            await Deadline.Until(() => Volatile.Read(ref done) > before, "the renegotiation is over");
        }

        Metrics metrics = await weir.ReadMetrics();
        Assert.Equal(1, metrics["weir_target_connections_opened_total"]);
        Assert.Equal(0, metrics["weir_target_connections_unexpected_bytes_total"]);
    }

    [Theory]
    [InlineData(true, "target.test", null)]
    [InlineData(false, "target.test", "the certificate is not trusted (self-signed certificate)")]
    [InlineData(true, "other.test", "the certificate is not trusted (hostname mismatch)")]
    [InlineData(true, null, "the certificate is not trusted (IP address mismatch)")]
    public async Task Target_OverTlsThatIsVerified_MustBeTrustedAndBeWhoItShouldBe(bool isTrusted, string? name, string? problem)
    {
        await using TlsTarget target = TlsTarget.Start();
        using var folder = new TempFolder();
        File.WriteAllText(folder.PathOf("trusted.pem"), isTrusted ? target.CertificatePem : "");
        await using WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { Environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = folder.PathOf("trusted.pem") } },
            ["--target", target.Url, "--attribute", "weir.target_tls.verify=true", "--explain", folder.PathOf("explain.log"),
                .. name is null ? (string[])[] : ["--attribute", $"weir.target_tls.server_name={name}"]]);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get("/"));
        Assert.Equal(problem is null ? 200 : 502, (await client.ReadResponse()).StatusCode);
        await weir.StopAndReadLog();
        if (problem is not null)
        {
            ExplainLine line = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
            Assert.Equal("target_tls_failed", line.Text("reason"));
            Assert.Contains($"failed: {problem}.", line.Text("verdict"), StringComparison.Ordinal);
        }
    }

    // The three ways in which a connection ends under a request are three words.
    [Theory]
    [InlineData("close_notify", "closed (TLS close_notify)")]
    [InlineData("fin", "closed (FIN)")]
    [InlineData("rst", "reset (RST)")]
    public async Task Target_OverTlsThatCloses_IsExplainedByHowItDid(string end, string words)
    {
        await using TlsTarget target = TlsTarget.StartEnding(async (stream, socket) =>
        {
            switch (end)
            {
                case "close_notify":
                    await stream.ShutdownAsync();
                    break;
                case "fin":
                    socket.Shutdown(SocketShutdown.Send);
                    break;
                default:
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Close();
                    break;
            }
        });
        using var folder = new TempFolder();
        await using WeirProcess weir = await WeirProcess.StartAsync(
            "--target", target.Url, "--attribute", "weir.stale_connection.mode=observe", "--explain", folder.PathOf("explain.log"));
        await weir.WhenHealthy();
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get("/first"));
        Assert.Equal(200, (await client.ReadResponse()).StatusCode);
        await client.Send(RawClient.Get("/second"));
        Assert.Equal(502, (await client.ReadResponse()).StatusCode);
        await weir.StopAndReadLog();
        ExplainLine line = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
        Assert.Equal(["target_closed", end], [line.Text("reason"), line.Text("end")]);
        Assert.StartsWith($"The target {words} a connection that had been idle for ", line.Text("verdict"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Target_ThatDoesNotSpeakTls_Is502WithTheReason()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerPlainly(listener);
        using var folder = new TempFolder();
        await using WeirProcess weir = await WeirProcess.StartAsync(
            "--target", $"https://{listener.LocalEndpoint}", "--explain", folder.PathOf("explain.log"));
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send(RawClient.Get("/"));
        Assert.Equal(502, (await client.ReadResponse()).StatusCode);
        LogLine log = Assert.Single(await weir.StopAndReadLog());
        Assert.Equal(["-1", "-1", "-1", "502", "-"], [log[6], log[7], log[8], log[9], log[10]]);
        ExplainLine line = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
        Assert.Equal("target_tls_failed", line.Text("reason"));
        Assert.StartsWith($"The TLS handshake with {listener.LocalEndpoint} failed: wrong version number. What came back is no TLS", line.Text("verdict"), StringComparison.Ordinal);
        listener.Stop();
        await answering;
    }

    // A server that takes whatever comes for a bad request, as nginx and others do.
    private static async Task AnswerPlainly(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using Socket socket = await listener.AcceptSocketAsync(Deadline.Token());
                await socket.ReceiveAsync(new byte[4096], Deadline.Token());
                await socket.SendAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), Deadline.Token());
            }
        }
        catch (SocketException)
        {
            // The listener was stopped: the test is over.
        }
    }

    private static Task<string> Output(string program, params string[] arguments) => OutputOf("", program, arguments);

    private static async Task<string> OutputOf(string input, string program, params string[] arguments)
    {
        ProgramRun run = await ProgramRun.Of(program, arguments, input: input);
        Assert.True(run.ExitCode == 0, $"{program} ended with {run.ExitCode}: {run.Errors}");
        return run.Output;
    }

    private static Task<WeirProcess> Start(string target, string certificate, params string[] more) => WeirProcess.StartAsync(
        new WeirStart { HasOwnListeners = true },
        ["--listen", "https://0", "--certificate", certificate, "--security-policy", Story, "--target", target, .. more]);
}
