using System.Net;
using System.Text;

namespace Weir.Reactor.Tests.Tls;

/// <summary>A server on the production loop, and <c>openssl s_client</c>.</summary>
public sealed class TlsOpenSslClientTests(Credentials credentials) : IClassFixture<Credentials>, IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Theory]
    [InlineData("-tls1_3", "TLSv1.3 TLS_AES_256_GCM_SHA384 http/1.1")]
    [InlineData("-tls1_2", "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384 http/1.1")]
    public void Exchange_WithEachVersion_EchoesAndEndsInOrder(string version, string agreed)
    {
        (int port, Task<string> served) = Serve(credentials.Server(new TlsOptions { ApplicationProtocols = ["h2", "http/1.1"] }));
        using var client = new OpenSslCommand(
            "s_client", "-connect", $"127.0.0.1:{port}", "-quiet", "-no_ign_eof", "-alpn", "http/1.1", version);
        client.Write("hello\n");
        Assert.Equal("hello", client.ReadLine());
        client.EndInput();
        Assert.Equal($"{agreed} {ConnectionEnd.CloseNotify}", LoopThread.Wait(served));
    }

    [Fact]
    public void Handshake_WithOldVersionOnly_FailsWithTheReason()
    {
        (int port, Task<string> served) = Serve(credentials.Server(new TlsOptions { LeastVersion = TlsVersion.Tls13 }));
        using var client = new OpenSslCommand("s_client", "-connect", $"127.0.0.1:{port}", "-tls1_2");
        client.EndInput();
        Assert.Equal("Failed unsupported protocol", LoopThread.Wait(served));
        Assert.Contains("alert protocol version", LoopThread.Wait(client.Errors), StringComparison.Ordinal);
    }

    // A policy in which ciphers with RSA come before ciphers with ECDSA, and certificates of both kinds for one name.
    [Theory]
    [InlineData("-tls1_2", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES256-SHA384")]
    [InlineData("-tls1_2 -cipher ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -cipher AES128-SHA", "AES128-SHA")]
    // Those that have the ciphers, and could not check the signature or the curve of the certificate.
    [InlineData("-tls1_2 -sigalgs RSA+SHA256", "ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -groups X25519:P-384", "ECDHE-RSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_2 -groups P-384:P-256", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("-tls1_1 -cipher ALL:@SECLEVEL=0", "ECDHE-ECDSA-AES256-SHA")]
    [InlineData("-tls1 -cipher ECDHE-RSA-AES256-SHA:@SECLEVEL=0", "ECDHE-RSA-AES256-SHA")]
    public void Handshake_RsaAndEcdsaForOneName_IsOverEcdsaWhereTheClientCanUseIt(string options, string cipher)
    {
        var keys = new TlsTicketKeys();
        keys.RotateIfDue(0);
        var identity = new TlsServerIdentity
        {
            DefaultCertificate = credentials.Issue("default.test"),
            Certificates = [credentials.Issue("both.test"), credentials.Issue("both.test", isEcdsa: true)],
            TicketKeys = keys,
            ResumptionScope = "here",
        };
        (int port, Task<string> served) = Serve(Credentials.Made(TlsContext.Server(identity, new TlsOptions
        {
            LeastVersion = TlsVersion.Tls10,
            Ciphers = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA384:"
                + "ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES128-SHA:AES128-SHA",
            ApplicationProtocols = ["http/1.1"],
        })));
        using var client = new OpenSslCommand(
            ["s_client", "-connect", $"127.0.0.1:{port}", "-servername", "both.test", "-quiet", "-no_ign_eof", "-alpn", "http/1.1", .. options.Split(' ')]);
        client.Write("hello\n");
        Assert.Equal("hello", client.ReadLine());
        client.EndInput();
        Assert.Equal(cipher, LoopThread.Wait(served).Split(' ')[1]);
    }

    [Fact]
    public void Renegotiation_AskedByTheClient_IsRefused()
    {
        (int port, _) = Serve(credentials.Server());
        // A line with R alone makes s_client renegotiate.
        using var client = new OpenSslCommand("s_client", "-connect", $"127.0.0.1:{port}", "-tls1_2");
        client.Write("hello\n");
        while (client.ReadLine() != "hello")
        {
        }

        client.Write("R\n");
        client.ReadToEnd();
        Assert.Contains("no renegotiation", LoopThread.Wait(client.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public void Session_TakenUpAgain_IsResumed(string version)
    {
        TlsContext context = credentials.Server();
        string session = credentials.Write($"session{version}.pem", "");
        Assert.False(Resumes(context, version, "-sess_out", session));
        Assert.True(Resumes(context, version, "-sess_in", session));
    }

    /// <summary>Whether a client that keeps what it needs to resume in a file, or reads that, resumes.</summary>
    internal static bool Resumes(TlsContext context, string version, string use, string session)
    {
        using var tests = new TlsOpenSslClientTests(null!);
        (int port, Task<string> served) = tests.Serve(context);
        using var client = new OpenSslCommand(
            "s_client", "-connect", $"127.0.0.1:{port}", "-quiet", "-no_ign_eof", version, use, session);
        client.Write("hello\n");
        Assert.Equal("hello", client.ReadLine());
        client.EndInput();
        return LoopThread.Wait(served).Contains(" resumed ", StringComparison.Ordinal);
    }

    // Serves one connection: echoes to its end, then says what was agreed and how it ended.
    private (int Port, Task<string> Served) Serve(TlsContext context)
    {
        AcceptQueue queue = _thread.Call(loop => new AcceptQueue(loop));
        Listener listener = _thread.Call(loop => loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), queue)).Listener!;
        return (listener.LocalEndPoint.Port, _thread.Begin(async _ =>
        {
            var connection = new TlsConnection(await queue.Take(), context);
            listener.Close();
            try
            {
                TlsHandshakeOutcome outcome = await connection.Handshake(_limit);
                return outcome.Result == TlsHandshakeResult.Done ? await Echo(connection) : $"{outcome.Result} {outcome.Problem}";
            }
            finally
            {
                connection.Close();
            }
        }));
    }

    private static async LoopTask<string> Echo(TlsConnection connection)
    {
        var agreed = new StringBuilder($"{connection.Agreement.Protocol} {connection.Agreement.Cipher} {connection.Agreement.ApplicationProtocol}");
        if (connection.Agreement.IsResumed)
        {
            agreed.Append(" resumed");
        }

        byte[] buffer = new byte[4096];
        while (true)
        {
            await connection.WhenReadable();
            int n = connection.Receive(buffer);
            if (n == Connection.Ended)
            {
                return agreed.Append(' ').Append(connection.End).ToString();
            }

            if (n > 0)
            {
                Assert.True(await connection.SendAll(buffer.AsMemory(0, n)));
            }
        }
    }
}
