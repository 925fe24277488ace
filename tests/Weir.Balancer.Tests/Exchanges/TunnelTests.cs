using Weir.Reactor;

namespace Weir.Balancer.Tests;

public sealed class TunnelTests
{
    private const string Ask =
        "GET /chat?room=1 HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

    private const string Agree =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

    [Fact]
    public void Handshake_PassesBothWays_WithUpgradeOnEachHop()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Ask);
        Peer target = world.Target.Accept();

        string asked = target.ReadHead();
        Assert.StartsWith("GET /chat?room=1 HTTP/1.1\r\n", asked, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", asked, StringComparison.Ordinal);
        Assert.EndsWith("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", asked, StringComparison.Ordinal);
        target.Send(Agree);

        string agreed = client.ReadHead();
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", agreed, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", agreed, StringComparison.Ordinal);
        Assert.EndsWith("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", agreed, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_PassBothWays_AndOneLineIsLoggedAtTheEnd()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);

        client.Send("\u0081\u0085to the target");
        Assert.Equal("\u0081\u0085to the target", target.ReadTo("target"));
        target.Send("\0\u0001to the client");
        Assert.Equal("\0\u0001to the client", client.ReadTo("client"));
        world.RunSeconds(20);
        Assert.Equal(1, world.Counters[Counter.RequestsInFlight]);

        client.Fin();
        Assert.Equal("", target.ReadToEnd());
        target.Fin();
        client.ReadToEnd();
        world.RunSeconds(1);

        LogLine line = Assert.Single(world.Log());
        Assert.Equal(("ws", "10.0.1.1:8080"), (line[1], line[5]));
        Assert.All(line.Times, static seconds => Assert.InRange(seconds, 0, 1));
        Assert.Equal($"101 101 {Ask.Length + 15} {client.ReceivedBytes}", line.CodesAndBytes);
        Assert.Equal("\"GET http://a.test:80/chat?room=1 HTTP/1.1\"", line[13]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Bytes_SentBeforeTheAgreement_ReachTheTargetAfterIt()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Ask + "early");
        Peer target = world.Target.Accept();
        target.ReadHead();
        Assert.Equal("", target.Take());

        target.Send(Agree + "at once");
        client.ReadHead();
        Assert.Equal("at once", client.ReadTo("at once"));
        Assert.Equal("early", target.ReadTo("early"));
    }

    [Fact]
    public void Fin_OfOneSide_LeavesTheOtherWayOpen()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);

        target.Fin();
        Assert.Equal("", client.ReadToEnd());
        client.Send("still here");
        Assert.Equal("still here", target.ReadTo("here"));
        Assert.False(target.Ended);
        client.Fin();
        target.ReadToEnd();
        Assert.Equal((ConnectionEnd.Fin, ConnectionEnd.Fin), (client.End, target.End));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reset_OfOneSide_ResetsTheOther(bool isOfClient)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);
        (Peer broken, Peer other) = isOfClient ? (client, target) : (target, client);
        broken.Send("so far");
        other.ReadTo("so far");

        broken.Reset();
        other.ReadToEnd();
        // A FIN would have said that it was whole.
        Assert.Equal(ConnectionEnd.RstAfterData, other.End);
        world.RunSeconds(3);

        LogLine line = Assert.Single(world.Log());
        Assert.Equal(("ws", "101"), (line[1], line[9]));
        Assert.Empty(world.Explained());
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    // The target has said all: its client keeps that, whatever becomes of what it says itself.
    [Fact]
    public void Reset_OfATargetThatHasEndedItsWay_TakesNothingFromTheClient()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);
        client.StopReading();
        string said = new('s', 100_000);
        target.Send(said);
        target.Fin();
        world.RunMs(20);
        target.Reset();
        client.Send("too late");
        world.RunMs(20);
        client.GoOnReading();
        Assert.Equal(said, client.ReadToEnd());
        Assert.Equal(ConnectionEnd.Fin, client.End);
        world.RunSeconds(3);
        Assert.Single(world.Log());
    }

    [Fact]
    public void Reset_OfAClientWithoutEndedReading_IsSeenWhileTheTargetTakesNothing()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);
        target.StopReading();
        client.Send(new byte[4 * 1024 * 1024]);
        world.RunSeconds(5);
        Assert.True(client.UnsentBytes > 0);

        client.Reset();
        target.GoOnReading();
        target.ReadToEnd();
        Assert.Single(world.Log());
    }

    [Fact]
    public void Reader_ThatTakesNothing_HoldsUpItsOwnWayOnly()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);
        client.StopReading();
        target.Send(new byte[8 * 1024 * 1024]);
        client.Send("meanwhile");
        target.ReadTo("meanwhile");
        world.RunSeconds(5);
        Assert.InRange(target.UnsentBytes, 1, 8 * 1024 * 1024);
        Assert.InRange(world.BalancerLoop.Buffers.Rented, 1, 4);

        client.GoOnReading();
        world.Until(() => client.ReceivedBytes > 8 * 1024 * 1024, "all of it");
        Assert.Equal(0, target.UnsentBytes);
    }

    [Fact]
    public void Tunnel_WithoutAByteForTheIdleTimeout_IsClosed()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);
        world.RunSeconds(50);
        target.Send("ping");
        client.ReadTo("ping");
        world.RunSeconds(59.5);
        Assert.False(client.Ended || target.Ended);
        world.RunSeconds(1);
        Assert.True(client.Ended && target.Ended);
        Assert.Equal((ConnectionEnd.Fin, ConnectionEnd.Fin), (client.End, target.End));
        world.RunSeconds(3);
        Assert.Equal("101 101", Assert.Single(world.Log()).CodesAndBytes[..7]);
        Assert.Empty(world.Explained());
    }

    [Fact]
    public void Answer_OtherThan101_IsAnOrdinaryOne()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Ask);
        Peer target = world.Target.Accept();
        target.ReadHead();
        target.Send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        Assert.Contains("\r\nConnection: keep-alive\r\n", client.ReadTo("no"), StringComparison.Ordinal);

        client.Send("GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n");
        Assert.StartsWith("GET /next ", target.ReadHead(), StringComparison.Ordinal);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal(("http", "403"), (line[1], line[9]));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", Agree)]
    [InlineData(Ask, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")]
    [InlineData(Ask, "HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    public void Agreement_ToWhatWasNotAsked_Is502(string ask, string agree)
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(ask, agree);
        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\n", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[FailureReason.MalformedResponse]);
    }

    [Fact]
    public void Request_WithABody_IsNoHandshake()
    {
        using var world = new BalancerWorld();
        world.Connect("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nok");
        string asked = world.Target.Accept().ReadTo("ok");
        Assert.DoesNotContain("Upgrade", asked, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Stop_OfTheBalancer_EndsTheTunnelWhenItsTimeIsOver()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer target) = Open(world);
        bool isDrained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => isDrained = true);
        world.RunSeconds(29);
        client.Send("still");
        target.ReadTo("still");
        Assert.False(isDrained);
        world.RunSeconds(3);
        Assert.True(client.Ended && target.Ended && isDrained);
    }

    private static (Peer Client, Peer Target) Open(BalancerWorld world)
    {
        Peer client = world.Connect(Ask);
        Peer target = world.Target.Accept();
        target.ReadHead();
        target.Send(Agree);
        client.ReadHead();
        return (client, target);
    }
}
