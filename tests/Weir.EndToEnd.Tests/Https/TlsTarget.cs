using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>An HTTPS server of .NET that answers each request; after so many on a connection it ends it as it is told.</summary>
internal sealed class TlsTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = TestCertificate.Make("target.test");
    private readonly SslServerAuthenticationOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private TlsTarget(Func<int, SslStream, Socket, Task<bool>> answer, bool resumes = true, SslProtocols versions = SslProtocols.None)
    {
        _options = new()
        {
            EnabledSslProtocols = versions,
            ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, additionalCertificates: null, offline: true),
            AllowTlsResume = resumes,
            // A client that shows none is let in.
            RemoteCertificateValidationCallback = static (_, _, _, problems) => problems == SslPolicyErrors.RemoteCertificateNotAvailable,
        };
        _listener.Start();
        _serving = Serve(answer);
    }

    public string Url => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Its certificate, for target.test and signed by itself, for those who want to trust it.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>Answers every request with 200 and the body "ok"; health checks too.</summary>
    public static TlsTarget Start() => StartAfter(static () => Task.CompletedTask);

    /// <summary>Answers likewise, each when <paramref name="turn"/> is done; gives sessions or does not.</summary>
    public static TlsTarget StartAfter(Func<Task> turn, bool resumes = true) => new(
        async (_, stream, _) =>
        {
            await turn();
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            return true;
        },
        resumes);

    /// <summary>
    /// Of TLS 1.2; asks for a client's certificate in a handshake begun anew, once on each connection (.NET can do it no more than once),
    /// while the first request waits or on the connection that idles behind it, and calls <paramref name="done"/> when it is over.
    /// </summary>
    public static TlsTarget StartRenegotiating(bool whileIdle, Action done) => new(
        async (number, stream, _) =>
        {
            if (number == 0 && !whileIdle)
            {
                await Renegotiate(stream);
            }

            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            if (number == 0 && whileIdle)
            {
                await Renegotiate(stream);
            }

            return true;

            async Task Renegotiate(SslStream stream)
            {
                await stream.NegotiateClientCertificateAsync();
                done();
            }
        },
        versions: SslProtocols.Tls12);

    /// <summary>Answers the first request of each connection, and ends it by <paramref name="end"/> at the second.</summary>
    public static TlsTarget StartEnding(Func<SslStream, Socket, Task> end) => new(async (number, stream, socket) =>
    {
        if (number > 0)
        {
            await end(stream, socket);
            return false;
        }

        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task Serve(Func<int, SslStream, Socket, Task<bool>> answer)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeOne(await _listener.AcceptSocketAsync(_stop.Token), answer));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeOne(Socket socket, Func<int, SslStream, Socket, Task<bool>> answer)
    {
        using (socket)
        {
            try
            {
                await using var stream = new SslStream(new NetworkStream(socket));
                await stream.AuthenticateAsServerAsync(_options, _stop.Token);
                byte[] buffer = new byte[16 * 1024];
                int have = 0;
                for (int number = 0; ;)
                {
                    int n = await stream.ReadAsync(buffer.AsMemory(have), _stop.Token);
                    if (n == 0)
                    {
                        return;
                    }

                    have += n;
                    if (Encoding.Latin1.GetString(buffer, 0, have).EndsWith("\r\n\r\n", StringComparison.Ordinal))
                    {
                        have = 0;
                        if (!await answer(number++, stream, socket))
                        {
                            return;
                        }
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException
                or AuthenticationException)
            {
                // The balancer has closed it, or the test is over.
            }
        }
    }
}
