using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests;

/// <summary>The relay before a target with TLS: what passes can be read, and each end stays what it was.</summary>
public sealed class TlsRelayTests : IDisposable
{
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly X509Certificate2 _certificate = LaboratoryTls.CreateCertificate();
    private readonly DelayRelay _relay;
    private readonly List<IDisposable> _open = [];

    public TlsRelayTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _relay = new DelayRelay((IPEndPoint)_listener.LocalEndPoint!, _latency, isTls: true);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _listener.Dispose();
        _open.ForEach(static one => one.Dispose());
        _certificate.Dispose();
    }

    private static CancellationToken Limit() => new CancellationTokenSource(_limit).Token;

    private async Task<(End Balancer, End Target)> Connect(SslProtocols protocols)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _open.Add(socket);
        await socket.ConnectAsync(_relay.EndPoint, Limit());
        var balancer = new End(socket);
        Task client = balancer.Tls.AuthenticateAsClientAsync(LaboratoryTls.AsClient(), Limit());
        Socket accepted = await _listener.AcceptAsync(Limit());
        _open.Add(accepted);
        var target = new End(accepted);
        await target.Tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = protocols }, Limit());
        await client;
        return (balancer, target);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Requests_OverTls_AreKnownWithTheirAgeAndThePathBefore(SslProtocols protocols)
    {
        (End balancer, End target) = await Connect(protocols);
        long sent = Stopwatch.GetTimestamp();
        await balancer.Send("GET /?n=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("GET /?n=1 HTTP/1.1\r\nHost: x\r\n\r\n", await target.Receive());
        Assert.True(Stopwatch.GetElapsedTime(sent) >= _latency);
        await target.Send("answer");
        Assert.Equal("answer", await balancer.Receive());
        await balancer.Send("POST /?n=2 HTTP/1.1\r\nHost: x\r\n\r\nbody");
        Assert.NotEqual("", await target.Receive());

        RelayedRequest second = _relay.Find("/?n=2")!;
        Assert.Equal(("/?n=1", 2, false), (second.Previous, second.Ordinal, second.MetEnd));
        Assert.InRange(second.IdleAge!.Value, TimeSpan.Zero, _limit);
    }

    // Then OpenSSL has no session to close, and says so in an exception of its own; the relay's one thread must outlive it.
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task End_OfASideWhoseTlsIsBroken_IsStillItsEnd(SslProtocols protocols)
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!, Limit());
        using var side = new RelaySide(peer);
        Task agreeing = side.SecureAsClient(isHttp2: false, Limit());
        using Socket accepted = await _listener.AcceptAsync(Limit());
        var target = new End(accepted);
        await target.Tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = protocols }, Limit());
        await agreeing;
        // A record of application data that nobody has encrypted.
        accepted.Send([0x17, 0x03, 0x03, 0x00, 0x20, .. new byte[0x20]]);
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (await side.Receive(new byte[64]) > 0)
            {
            }
        });

        side.End(RelayEnd.Fin, closesTls: true);

        byte[] rest = new byte[1024];
        int count;
        while ((count = await accepted.ReceiveAsync(rest, Limit())) > 0)
        {
        }

        Assert.Equal(0, count);
    }

    // In TLS 1.3 neither looks like what it is, and tickets that the target sent before are no bytes of an answer.
    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
    [InlineData(SslProtocols.Tls12, false)]
    [InlineData(SslProtocols.Tls13, false)]
    public async Task End_OfTheTarget_ReachesTheBalancerWithOrWithoutCloseNotify(SslProtocols protocols, bool closesTls)
    {
        (End balancer, End target) = await Connect(protocols);
        if (closesTls)
        {
            await target.Tls.ShutdownAsync();
        }

        target.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("", await balancer.Receive());
        Assert.Equal(closesTls, balancer.Transport.End == ConnectionEnd.None);
        RelayedConnection connection = Assert.Single(_relay.Connections);
        Assert.Equal((RelayEnd.Fin, RelayEnd.None), (connection.EndByTarget, connection.EndByBalancer));
        Assert.Equal(closesTls, connection.Target.HasClosedTls);
    }

    [Fact]
    public async Task Reset_OfTheTarget_ReachesTheBalancerAsOne()
    {
        (End balancer, End target) = await Connect(SslProtocols.Tls13);
        target.Socket.LingerState = new LingerOption(true, 0);
        target.Socket.Close();

        await Assert.ThrowsAsync<IOException>(balancer.Receive);
        Assert.Equal(ConnectionEnd.Rst, balancer.Transport.End);
        Assert.True(Assert.Single(_relay.Connections).ResetByTarget);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_BehindTheTargetsEnd_IsKnownToHaveMetIt(bool closesTls)
    {
        (End balancer, End target) = await Connect(SslProtocols.Tls13);
        if (closesTls)
        {
            await target.Tls.ShutdownAsync();
        }

        target.Socket.Close();
        await balancer.Send("GET /?n=1 HTTP/1.1\r\n\r\n");

        CancellationToken limit = Limit();
        while (_relay.Find("/?n=1") is not { MetEnd: not null })
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.True(_relay.Find("/?n=1")!.MetEnd);
    }

    [Fact]
    public async Task Balancer_ThatEndsAnIdleConnection_IsSeenToBeTheFirst()
    {
        (End balancer, End target) = await Connect(SslProtocols.Tls13);
        await balancer.Tls.ShutdownAsync();
        balancer.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("", await target.Receive());
        Assert.Equal(ConnectionEnd.None, target.Transport.End);
        Assert.Equal(RelayEnd.Fin, Assert.Single(_relay.Connections).EndByBalancer);
    }

    // As one that speaks HTTP without TLS answers a handshake.
    [Fact]
    public async Task Target_ThatDoesNotSpeakTls_FailsTheBalancersHandshake()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_relay.EndPoint, Limit());
        var balancer = new End(socket);
        Task client = balancer.Tls.AuthenticateAsClientAsync(LaboratoryTls.AsClient(), Limit());
        using Socket target = await _listener.AcceptAsync(Limit());
        await target.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        await Assert.ThrowsAsync<IOException>(() => client);
        Assert.Equal(ConnectionEnd.Rst, balancer.Transport.End);
    }

    // A program at one end of the relay.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Http2_IsAgreedOnWithBothSides_OrWithNeither(bool targetChoosesIt)
    {
        using var relay = new DelayRelay((IPEndPoint)_listener.LocalEndPoint!, TimeSpan.Zero, isTls: true, static isFromTarget => new Http2PassingReader(isFromTarget));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _open.Add(socket);
        await socket.ConnectAsync(relay.EndPoint, Limit());
        var balancer = new End(socket);
        Task client = balancer.Tls.AuthenticateAsClientAsync(LaboratoryTls.AsClient(isHttp2: true), Limit());
        Socket accepted = await _listener.AcceptAsync(Limit());
        _open.Add(accepted);
        var target = new End(accepted);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate,
            ApplicationProtocols = targetChoosesIt ? [SslApplicationProtocol.Http2] : null,
        };
        await target.Tls.AuthenticateAsServerAsync(options, Limit());

        if (targetChoosesIt)
        {
            await client;
            Assert.Equal(SslApplicationProtocol.Http2, target.Tls.NegotiatedApplicationProtocol);
            Assert.Equal(SslApplicationProtocol.Http2, balancer.Tls.NegotiatedApplicationProtocol);
        }
        else
        {
            await Assert.ThrowsAnyAsync<IOException>(() => client);
        }
    }

    private sealed class End
    {
        private readonly byte[] _buffer = new byte[4096];

        public End(Socket socket)
        {
            Socket = socket;
            Transport = new ObservedStream(socket, TimeProvider.System);
            Tls = new SslStream(Transport);
        }

        public Socket Socket { get; }

        public ObservedStream Transport { get; }

        public SslStream Tls { get; }

        public async Task Send(string text) => await Tls.WriteAsync(Encoding.ASCII.GetBytes(text), Limit());

        public async Task<string> Receive() => Encoding.ASCII.GetString(_buffer, 0, await Tls.ReadAsync(_buffer, Limit()));
    }
}
