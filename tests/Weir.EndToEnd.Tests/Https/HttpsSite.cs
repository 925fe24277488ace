using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>A node with an HTTPS listener of one certificate.</summary>
internal sealed class HttpsSite(TempFolder folder, WeirProcess weir) : IAsyncDisposable
{
    public WeirProcess Weir => weir;

    public static Task<HttpsSite> Start(string target, params string[] more) => StartWith("ELBSecurityPolicy-TLS13-1-2-2021-06", target, more);

    public static async Task<HttpsSite> StartWith(string policy, string target, params string[] more)
    {
        var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("site.pem"), "site.test");
        WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { HasOwnListeners = true },
            [
                "--listen", "https://0", "--certificate", folder.PathOf("site.pem"),
                    "--security-policy", policy, "--target", target, .. more,
            ]);
        await weir.WhenHealthy();
        return new HttpsSite(folder, weir);
    }

    /// <summary>A connection to a node's first listener, with the handshake done. No protocol is offered: HTTP/1.1.</summary>
    public static async Task<SslStream> Connect(WeirProcess weir)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", weir.Port);
#pragma warning disable CA5359 // The certificates of these tests are signed by nobody.
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync("site.test");
        return stream;
    }

    public async Task<string> Curl(string path, params string[] more)
    {
        ProgramRun run = await ProgramRun.Of(
            "curl", ["-s", "-k", "--resolve", $"site.test:{Weir.Port}:127.0.0.1", $"https://site.test:{Weir.Port}{path}", .. more]);
        Assert.True(run.ExitCode == 0, $"curl ended with {run.ExitCode}: {run.Errors}");
        return run.Output;
    }

    public HttpClient Client() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
#pragma warning disable CA5359 // The certificates of these tests are signed by nobody.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
        },
    })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{Weir.Port}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    public async ValueTask DisposeAsync()
    {
        await weir.DisposeAsync();
        folder.Dispose();
    }
}
