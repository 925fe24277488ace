using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis;

/// <summary>
/// One side of a relayed connection. TLS, if it speaks that, ends here: so requests can be read, and the end of TLS is told from
/// that of TCP. Owned by its connection; one reads from it and one writes to it at a time.
/// </summary>
internal sealed class RelaySide(Socket socket) : IDisposable
{
    // Source: linux/tcp.h, struct tcp_info: the state is its first byte, tcpi_bytes_received lies behind 16 words and more.
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int BytesReceivedOffset = 128;
    private const int TcpInfoBytes = BytesReceivedOffset + sizeof(ulong);

    // Source: net/tcp_states.h.
    private const byte Closed = 7;
    private const byte CloseWait = 8;
    private const byte LastAcknowledgement = 9;

    // A side that takes nothing for so long is as good as gone; it must not hold up the others.
    private static readonly TimeSpan _sendLimit = TimeSpan.FromSeconds(2);

    private readonly ObservedStream _transport = new(socket, TimeProvider.System);
    private SslStream? _tls;
    private long _bytesReceived;

    public Socket Socket => socket;

    /// <summary>How much has been read of what it sent, of TLS its records: all bytes given out so far came with these.</summary>
    public long BytesReceived => _tls is null ? _bytesReceived : _transport.BytesRead;

    /// <summary>It has ended TLS in order (close_notify), ahead of its FIN or without one.</summary>
    public bool HasClosedTls { get; private set; }

    /// <summary>Agrees on TLS with a target, and on HTTP/2 if that is to be spoken.</summary>
    public async Task SecureAsClient(bool isHttp2, CancellationToken cancel)
    {
        _tls = new SslStream(_transport);
        await _tls.AuthenticateAsClientAsync(LaboratoryTls.AsClient(isHttp2: isHttp2), cancel);
        if (isHttp2 && _tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            throw new AuthenticationException("h2 is not chosen by ALPN.");
        }
    }

    /// <summary>Agrees on TLS with the balancer, in the target's place.</summary>
    public Task SecureAsServer(X509Certificate2 certificate, bool isHttp2, CancellationToken cancel)
    {
        _tls = new SslStream(_transport);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ApplicationProtocols = isHttp2 ? [SslApplicationProtocol.Http2] : null,
        };
        return _tls.AuthenticateAsServerAsync(options, cancel);
    }

    /// <summary>What comes next; nothing: its end. A reset is a <see cref="SocketException"/>, or with TLS an <see cref="IOException"/>.</summary>
    public async ValueTask<int> Receive(Memory<byte> buffer)
    {
        if (_tls is null)
        {
            int received = await socket.ReceiveAsync(buffer);
            _bytesReceived += received;
            return received;
        }

        try
        {
            int count = await _tls.ReadAsync(buffer);
            HasClosedTls |= count == 0 && _transport.End == ConnectionEnd.None;
            return count;
        }
        catch (IOException) when (_transport.End == ConnectionEnd.Fin)
        {
            // In the middle of a record.
            return 0;
        }
    }

    /// <summary>
    /// Whether it has ended by now, and how much it has sent, as the kernel knows both: whoever reads from it may be late. Null: it
    /// is no longer there to be asked.
    /// </summary>
    public (bool HasEnded, long Bytes)? Ask()
    {
        try
        {
            Span<byte> info = stackalloc byte[TcpInfoBytes];
            socket.GetRawSocketOption(Tcp, TcpInfo, info);
            return (info[0] is CloseWait or LastAcknowledgement or Closed, BitConverter.ToInt64(info[BytesReceivedOffset..]));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    public void Send(byte[] bytes)
    {
        if (_tls is null)
        {
            socket.Send(bytes);
        }
        else
        {
            _tls.Write(bytes);
        }
    }

    /// <summary>Ends it as the other side was ended.</summary>
    /// <param name="closesTls">Ahead of FIN, with close_notify.</param>
    public void End(RelayEnd end, bool closesTls)
    {
        try
        {
            if (end == RelayEnd.Fin)
            {
                if (closesTls && _tls is not null)
                {
                    CloseTls(_tls);
                }

                socket.Shutdown(SocketShutdown.Send);
            }
            else
            {
                // Closing without lingering is what sends RST.
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // That side has ended meanwhile, and needs no further telling.
        }
    }

    private static void CloseTls(SslStream tls)
    {
        try
        {
            tls.ShutdownAsync().Wait(_sendLimit);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // That side has ended meanwhile, or never agreed on TLS. Among what comes of a session that is broken is an exception of
            // OpenSSL's whose type is not public; FIN follows without close_notify.
        }
    }

    /// <summary>What is sent from now on does not wait, and gives up on a side that takes nothing.</summary>
    public void Prepare()
    {
        socket.NoDelay = true;
        socket.SendTimeout = (int)_sendLimit.TotalMilliseconds;
    }

    public void Dispose() => socket.Dispose();
}
