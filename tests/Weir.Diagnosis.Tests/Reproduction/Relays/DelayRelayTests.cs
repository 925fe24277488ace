using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Weir.Http.Http2;

namespace Weir.Diagnosis.Tests;

public sealed class DelayRelayTests : IDisposable
{
    private static readonly TimeSpan _latency = TimeSpan.FromMilliseconds(30);

    // A relay that delays too little is wrong; one that delays longer may only have been kept waiting for the processor.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly DelayRelay _relay;
    private readonly List<Socket> _sockets = [];

    public DelayRelayTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _relay = new DelayRelay((IPEndPoint)_listener.LocalEndPoint!, _latency);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _listener.Dispose();
        _sockets.ForEach(static socket => socket.Dispose());
    }

    private static CancellationToken Limit() => new CancellationTokenSource(_limit).Token;

    private Task<(Socket Balancer, Socket Target)> Connect() => Connect(_relay.EndPoint);

    private async Task<(Socket Balancer, Socket Target)> Connect(IPEndPoint relay)
    {
        var balancer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(balancer);
        await balancer.ConnectAsync(relay, Limit());
        Socket target = await _listener.AcceptAsync(Limit());
        _sockets.Add(target);
        return (balancer, target);
    }

    private DelayRelay OfHttp2() =>
        new((IPEndPoint)_listener.LocalEndPoint!, _latency, readHttp2: static isFromTarget => new Http2PassingReader(isFromTarget));

    private static async Task<string> Receive(Socket socket, int length)
    {
        byte[] buffer = new byte[length];
        int count = 0;
        while (count < length && await socket.ReceiveAsync(buffer.AsMemory(count), Limit()) is var more and > 0)
        {
            count += more;
        }

        return Encoding.ASCII.GetString(buffer, 0, count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_EitherWay_ArriveLateAndWhole(bool toTarget)
    {
        (Socket balancer, Socket target) = await Connect();
        (Socket from, Socket to) = toTarget ? (balancer, target) : (target, balancer);
        long sent = Stopwatch.GetTimestamp();
        from.Send("hello"u8);
        from.Send(" there"u8);

        Assert.Equal("hello there", await Receive(to, "hello there".Length));
        Assert.True(Stopwatch.GetElapsedTime(sent) >= _latency);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fin_EitherWay_ArrivesLateBehindItsBytesAndLeavesTheOtherWayOpen(bool toTarget)
    {
        (Socket balancer, Socket target) = await Connect();
        (Socket from, Socket to) = toTarget ? (balancer, target) : (target, balancer);
        long sent = Stopwatch.GetTimestamp();
        from.Send("last"u8);
        from.Shutdown(SocketShutdown.Send);

        Assert.Equal("last", await Receive(to, "last and nothing more".Length));
        Assert.True(Stopwatch.GetElapsedTime(sent) >= _latency);
        to.Send("answer"u8);
        Assert.Equal("answer", await Receive(from, "answer".Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rst_EitherWay_ArrivesLateAndAsRst(bool toTarget)
    {
        (Socket balancer, Socket target) = await Connect();
        (Socket from, Socket to) = toTarget ? (balancer, target) : (target, balancer);
        long sent = Stopwatch.GetTimestamp();
        from.LingerState = new LingerOption(true, 0);
        from.Close();

        SocketException end = await Assert.ThrowsAsync<SocketException>(() => Receive(to, 1));
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        Assert.True(Stopwatch.GetElapsedTime(sent) >= _latency);
    }

    // What happens in the race: the target has closed, and the request that comes is answered with RST.
    [Fact]
    public async Task Request_ThatMeetsAClosedSocket_GetsFinAndThenRst()
    {
        (Socket balancer, Socket target) = await Connect();
        target.Close();
        balancer.Send("GET /?n=1 HTTP/1.1\r\n\r\n"u8);

        Assert.Equal("", await Receive(balancer, 1));
        CancellationToken limit = Limit();
        while ((int)balancer.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! == 0)
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        RelayedConnection connection = Assert.Single(_relay.Connections);
        Assert.NotEqual(RelayEnd.None, connection.EndByTarget);
        Assert.Equal(RelayEnd.None, connection.EndByBalancer);
    }

    private async Task<RelayedRequest> Ask(Socket balancer)
    {
        balancer.Send("GET /?n=1 HTTP/1.1\r\n\r\n"u8);
        CancellationToken limit = Limit();
        while (_relay.Find("/?n=1") is not { MetEnd: not null })
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return _relay.Find("/?n=1")!;
    }

    // Half of it as Apache does, which swallows what comes; the whole of it as Node does.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_BehindTheTargetsEnd_IsKnownToHaveMetIt(bool half)
    {
        (Socket balancer, Socket target) = await Connect();
        if (half)
        {
            target.Shutdown(SocketShutdown.Send);
        }
        else
        {
            target.Close();
        }

        Assert.True((await Ask(balancer)).MetEnd);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_BeforeTheTargetsEnd_IsKnownToHaveArrivedWhetherItIsReadOrNot(bool reads)
    {
        (Socket balancer, Socket target) = await Connect();
        RelayedRequest request = await Ask(balancer);
        Assert.True(target.Poll(_limit, SelectMode.SelectRead));
        if (reads)
        {
            await Receive(target, "GET /?n=1 HTTP/1.1\r\n\r\n".Length);
        }

        target.Close();

        Exception? end = await Record.ExceptionAsync(() => Receive(balancer, 1));
        Assert.Equal(!reads, end is SocketException { SocketErrorCode: SocketError.ConnectionReset });
        Assert.False(request.MetEnd);
        Assert.Equal(reads ? RelayEnd.Fin : RelayEnd.Rst, request.Connection.EndByTarget);
        Assert.Equal(!reads, request.Connection.ResetByTarget);
    }

    // The reset behind a FIN tells of the request only if nothing came after it.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_BehindTheTargetsFin_IsForTheRequestUnlessMoreWasWritten(bool isWritten)
    {
        (Socket balancer, Socket target) = await Connect();
        RelayedRequest request = await Ask(balancer);
        if (isWritten)
        {
            await Receive(target, "GET /?n=1 HTTP/1.1\r\n\r\n".Length);
        }

        target.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await Receive(balancer, 1));
        if (isWritten)
        {
            balancer.Send("more"u8);
            await Receive(target, "more".Length);
        }

        target.LingerState = new LingerOption(true, 0);
        target.Close();
        CancellationToken limit = Limit();
        while (!request.Connection.ResetByTarget)
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(!isWritten, request.Connection.HasResetUnread);
    }

    [Fact]
    public async Task Request_OnAUsedConnection_IsKnownWithItsAgeAndThePathBefore()
    {
        (Socket balancer, Socket target) = await Connect();
        balancer.Send("GET /?n=1 HTTP/1.1\r\nHost: x\r\n\r\n"u8);
        await Receive(target, "GET /?n=1 HTTP/1.1\r\nHost: x\r\n\r\n".Length);
        target.Send("answer"u8);
        await Receive(balancer, "answer".Length);
        balancer.Send("POST /?n=2 HTTP/1.1\r\nHost: x\r\n\r\nbody"u8);
        await Receive(target, "POST /?n=2 HTTP/1.1\r\nHost: x\r\n\r\nbody".Length);

        Assert.False(_relay.Find("/?n=1")!.IsReuse);
        RelayedRequest second = _relay.Find("/?n=2")!;
        Assert.True(second.IsReuse);
        Assert.Equal("/?n=1", second.Previous);
        Assert.InRange(second.IdleAge!.Value, TimeSpan.Zero, _limit);
        Assert.Equal(1, _relay.Passes("/?n=2"));
    }

    [Fact]
    public async Task End_OfAnIdleConnection_IsKnownByWhoWasFirst()
    {
        (Socket balancer, Socket target) = await Connect();
        balancer.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await Receive(target, 1));
        target.Close();
        Assert.Equal("", await Receive(balancer, 1));

        RelayedConnection connection = Assert.Single(_relay.Connections);
        Assert.Equal(RelayEnd.Fin, connection.EndByBalancer);
        Assert.Equal(RelayEnd.None, connection.EndByTarget);
    }

    // A balancer takes each port for a target, and shares a connection among the requests to one.
    [Fact]
    public async Task Ports_LeadToTheSameTarget_AndConnectionsTellTheirs()
    {
        using var relay = new DelayRelay((IPEndPoint)_listener.LocalEndPoint!, TimeSpan.Zero, ports: 3);
        foreach (IPEndPoint port in relay.EndPoints.Reverse())
        {
            (Socket balancer, Socket target) = await Connect(port);
            balancer.Send("hello"u8);
            Assert.Equal("hello", await Receive(target, "hello".Length));
        }

        Assert.Equal([2, 1, 0], relay.Connections.Select(static connection => connection.Port));
    }

    // The end of a connection of HTTP/2 is when it is said, whoever closes first then.
    [Fact]
    public async Task GoAway_OfTheTarget_IsItsEnd_AndNamesWhatItHasNotLookedAt()
    {
        using DelayRelay relay = OfHttp2();
        (Socket balancer, Socket target) = await Connect(relay.EndPoint);
        byte[] requests = Http2Bytes.Requests((1, "/?n=1"), (3, "/?n=2"));
        balancer.Send(requests);
        await Receive(target, requests.Length);
        byte[] farewell = [.. Http2Bytes.Greeting, .. Http2Bytes.GoAway(lastStreamId: 1, Http2ErrorCode.InternalError)];
        target.Send(farewell);
        await Receive(balancer, farewell.Length);
        balancer.Close();
        await Receive(target, 1);

        RelayedConnection connection = Assert.Single(relay.Connections);
        Assert.True(connection.IsEndedByTarget);
        Assert.Equal("INTERNAL_ERROR", connection.GoAwayCode);
        Assert.Equal(RelayEnd.None, connection.EndByBalancer);
        Assert.False(relay.Find("/?n=1")!.IsRefused);
        Assert.True(relay.Find("/?n=2")!.IsRefused);
        Assert.False(relay.Find("/?n=2")!.HasMetEnd);
        Assert.False(connection.IsEndedIdle);
        Assert.Null(connection.CloseAge);
    }

    // Only what was on its way then has met an idle close: a target may say GOAWAY on account of a request.
    [Fact]
    public async Task Request_BehindTheTargetsGoAway_IsKnownToHaveMetIt()
    {
        using DelayRelay relay = OfHttp2();
        (Socket balancer, Socket target) = await Connect(relay.EndPoint);
        byte[] farewell = [.. Http2Bytes.Greeting, .. Http2Bytes.GoAway(lastStreamId: 0)];
        target.Send(farewell);
        byte[] requests = Http2Bytes.Requests((1, "/?n=1"));
        balancer.Send(requests);
        await Receive(target, requests.Length);
        await Receive(balancer, farewell.Length);

        RelayedRequest request = relay.Find("/?n=1")!;
        Assert.True(request.IsRefused);
        Assert.True(request.HasMetEnd);
        Assert.False(request.MetEnd);
        Assert.True(request.Connection.IsEndedIdle);
    }

    [Fact]
    public async Task GoAway_OfTheBalancer_IsItsEnd_ThoughTheTargetClosesFirst()
    {
        using DelayRelay relay = OfHttp2();
        (Socket balancer, Socket target) = await Connect(relay.EndPoint);
        byte[] farewell = [.. Http2Bytes.Requests(), .. Http2Bytes.GoAway(lastStreamId: 0)];
        balancer.Send(farewell);
        await Receive(target, farewell.Length);
        target.Close();
        await Receive(balancer, 1);

        RelayedConnection connection = Assert.Single(relay.Connections);
        Assert.True(connection.HasEnded);
        Assert.False(connection.IsEndedByTarget);
        Assert.Equal(RelayEnd.None, connection.EndByTarget);
    }
}
