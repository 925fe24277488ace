using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Weir.Diagnosis;

/// <summary>How the laboratory's clients connect, with or without TLS.</summary>
internal static class LaboratoryConnection
{
    /// <summary>The longest that connecting may take: the kernel itself would go on for two minutes where nobody answers.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Throws <see cref="SocketException"/> if nobody listens there, or answers within <see cref="ConnectLimit"/>;
    /// <see cref="AuthenticationException"/> or <see cref="IOException"/> if the handshake fails, or another protocol is chosen in it
    /// than the one that was offered.
    /// </summary>
    /// <param name="peer">Whom to connect to.</param>
    /// <param name="tls">Null: without.</param>
    /// <param name="cancel">Ends it at once.</param>
    public static async Task<(Socket Socket, Stream Stream)> Connect(
        IPEndPoint peer, SslClientAuthenticationOptions? tls, CancellationToken cancel)
    {
        var socket = new Socket(peer.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ConnectLimit);
        try
        {
            await socket.ConnectAsync(peer, limit.Token);
            var transport = new NetworkStream(socket);
            return (socket, tls is null ? transport : await Handshake(transport, tls, limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            bool isConnected = socket.Connected;
            socket.Dispose();
            throw isConnected
                ? new AuthenticationException(string.Create(CultureInfo.InvariantCulture, $"no handshake within {ConnectLimit.TotalSeconds:0} s."))
                : new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> Handshake(NetworkStream transport, SslClientAuthenticationOptions options, CancellationToken cancel)
    {
        var tls = new SslStream(transport);
        await tls.AuthenticateAsClientAsync(options, cancel);
        if (options.ApplicationProtocols is [var offered] && tls.NegotiatedApplicationProtocol != offered)
        {
            throw new AuthenticationException($"{offered} is not chosen by ALPN.");
        }

        return tls;
    }
}
