using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>What a client can do to its exchange: silence, closes, broken framing.</summary>
public sealed class ClientFailureTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 10\r\n\r\n";

    [Fact]
    public void Silence_BeforeARequest_ClosesWithoutALine()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect();
        world.RunSeconds(59.9);
        Assert.False(client.Ended);
        world.RunSeconds(0.2);
        Assert.True(client.Ended);
        Assert.Equal("", client.Received);
        Assert.Equal(ConnectionEnd.Fin, client.End);
        Assert.Equal(1, world.Counters[Counter.ClientConnectionsClosedIdle]);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Empty(world.Log());
    }

    [Fact]
    public void Silence_AfterARequest_ClosesWithoutAnotherLine()
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(Get, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        client.ReadHead();
        world.RunSeconds(61);
        Assert.True(client.Ended);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Single(world.Log());
    }

    [Fact]
    public void Close_BeforeARequest_LeavesNoLine()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect();
        world.RunMs(10);
        client.Close();
        world.RunMs(10);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Empty(world.Log());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silence_InsideAHead_Is408AndReachesNoTarget(bool targetConnectionPooled)
    {
        using var world = new BalancerWorld();
        if (targetConnectionPooled)
        {
            world.Target.Script = _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            world.Connect(Get).ReadHead();
            world.RunSeconds(30);
        }

        int before = world.Target.Accepted;
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: exam");
        world.RunSeconds(targetConnectionPooled ? 29 : 59.9);
        if (targetConnectionPooled)
        {
            // A request keeps the pooled connection alive until the client's time is over.
            world.Connect(Get).ReadHead();
            world.RunSeconds(30.9);
        }

        Assert.Equal("", client.Take());
        world.RunSeconds(0.2);
        Assert.Equal(BalancerWorld.Page("408 Request Time-out", false), BalancerWorld.Masked(client.ReadToEnd()));
        Assert.Equal(before, world.Target.Accepted);
        Assert.Equal(1, world.Counters[FailureReason.ClientSilent]);
        LogLine line = world.Log()[^1];
        Assert.Equal("- -1 -1 -1 408 - 0 287", line.Outcome);
        Assert.StartsWith("\"- http://", line[13], StringComparison.Ordinal);
        Assert.Equal("-", line[17]);
    }

    [Fact]
    public void Silence_InsideABody_Is408()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Post + "hello");
        Peer target = world.Target.Accept();
        target.ReadTo("hello");
        world.RunSeconds(59.9);
        Assert.Equal("", client.Take());
        world.RunSeconds(0.2);
        Assert.Equal(BalancerWorld.Page("408 Request Time-out", false), BalancerWorld.Masked(client.ReadToEnd()));
        Assert.True(target.Ended);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("- -1 -1 -1 408 - 63 287", line.Outcome);
        Assert.Equal("\"-\"", line[26]);
        Assert.Contains("targetgroup/group1/", line[17], StringComparison.Ordinal);
    }

    [Fact]
    public void Fin_InsideAHead_Is400()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: exam");
        client.Fin();
        Assert.Equal(BalancerWorld.Page("400 Bad Request", false), BalancerWorld.Masked(client.ReadToEnd()));
        Assert.Equal(1, world.Counters[FailureReason.ClientClosedInRequest]);
        Assert.Equal("- -1 -1 -1 400 - 0 272", Assert.Single(world.Log()).Outcome);
    }

    [Fact]
    public void Fin_InsideABody_Is400()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Post + "hello");
        Peer target = world.Target.Accept();
        target.ReadTo("hello");
        client.Fin();
        Assert.Equal(BalancerWorld.Page("400 Bad Request", false), BalancerWorld.Masked(client.ReadToEnd()));
        world.RunMs(10);
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosedInRequest]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("- -1 -1 -1 400 - 63 272", line.Outcome);
    }

    // Source: ALB, observed: `0.000 -1 -1 460 - 132 0`, where the target had logged the request (Stack Overflow 43736680).
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Close_WithTheResponseOutstanding_Is460InTheLogOnly(bool reset)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        if (reset)
        {
            client.Reset();
        }
        else
        {
            client.Close();
        }

        world.RunMs(10);
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosed]);
        Assert.Equal(1, world.Counters[Counter.ElbCode4xx]);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal("10.0.1.1:8080 0.001 -1 -1 460 - 37 0", Assert.Single(world.Log()).Outcome);
    }

    [Fact]
    public void HalfClose_WithTheResponseOutstanding_Is460WithoutAByte()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        client.Fin();
        Assert.Equal("", client.ReadToEnd());
        Assert.Equal(1, world.Counters[FailureReason.ClientClosed]);
    }

    [Fact]
    public void HalfClose_WithTheRequest_Is460()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        client.Fin();
        Assert.Equal("", client.ReadToEnd());
        Assert.Equal("460 - 37 0", Assert.Single(world.Log()).CodesAndBytes);
    }

    [Fact]
    public void HalfClose_Tolerated_GetsTheResponseAndThenTheEnd()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.client_half_close=tolerate"] });
        Peer client = world.Connect(Get);
        client.Fin();
        Peer target = world.Target.Accept();
        target.ReadHead();
        world.RunSeconds(1);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", client.ReadToEnd());
        Assert.Equal(ConnectionEnd.Fin, client.End);
        Assert.StartsWith("200 200 37", Assert.Single(world.Log()).CodesAndBytes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HalfClose_ToleratedBehindTwoRequests_GetsBothResponses(bool apart)
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.client_half_close=tolerate"] });
        Peer client = world.Connect(apart ? Get : Get + Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        if (apart)
        {
            client.Send(Get);
        }

        client.Fin();
        world.RunSeconds(1);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        target.ReadHead();
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\none"
                + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo",
            client.ReadToEnd());
        Assert.Equal(ConnectionEnd.Fin, client.End);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.All(world.Log(), static line => Assert.StartsWith("200 200 37", line.CodesAndBytes, StringComparison.Ordinal));
    }

    [Fact]
    public void HalfClose_ToleratedInsideASecondHead_Is400ForThatOne()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.client_half_close=tolerate"] });
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        client.Send("GET / HT");
        client.Fin();
        world.RunSeconds(1);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        client.ReadTo("one");
        Assert.Equal(BalancerWorld.Page("400 Bad Request", false), BalancerWorld.Masked(client.ReadToEnd()));
        Assert.Equal(2, world.Log().Count);
    }

    [Fact]
    public void Reset_Tolerated_IsStill460()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.client_half_close=tolerate"] });
        Peer client = world.Connect(Get);
        world.Target.Accept().ReadHead();
        client.Reset();
        world.RunMs(10);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosed]);
    }

    // Source: ALB, observed: `10.0.0.192:80 -1 -1 -1 460 - 125 0`. Nothing was dispatched: ALB user guide, access log entries.
    [Fact]
    public void Close_DuringTheConnect_Is460WithoutTimes()
    {
        var options = new WorldOptions();
        using var world = new BalancerWorld(
            options with { Network = options.Network with { Faults = new ConnectFate(BalancerWorld.TargetPort, SimConnectFate.Swallow) } });
        Peer client = world.Connect(Get);
        world.RunSeconds(1);
        client.Close();
        world.RunMs(10);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionErrors]);
        Assert.Equal("10.0.1.1:8080 -1 -1 -1 460 - 37 0", Assert.Single(world.Log()).Outcome);
    }

    [Fact]
    public void Close_InsideTheResponse_IsNoErrorOfTheBalancer()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello");
        client.ReadTo("hello");
        client.Reset();
        world.RunMs(10);
        target.Send(new byte[100_000]);
        world.RunMs(10);
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosedInResponse]);
        Assert.Equal(0, world.Counters[Counter.ElbCode4xx]);
        Assert.StartsWith("200 200 37", Assert.Single(world.Log()).CodesAndBytes, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_ThatTakesNothingOfTheResponse_IsCutAtTheIdleTimeout()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        client.StopReading();
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        target.Send(new byte[1_000_000]);
        world.RunSeconds(61);
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[FailureReason.ClientSilentInResponse]);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Client_ThatPipelinesAndNeverReads_IsCutAtTheIdleTimeout()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        Peer client = world.Connect();
        client.StopReading();
        client.Send(string.Concat(Enumerable.Repeat(Get, 3000)));
        world.RunSeconds(200);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void BrokenChunks_Are400AndCloseBothConnections()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Peer target = world.Target.Accept();
        target.ReadTo("hello");
        client.Send("zz\r\n");
        Assert.Equal(BalancerWorld.Page("400 Bad Request", false), BalancerWorld.Masked(client.ReadToEnd()));
        world.RunMs(10);
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[FailureReason.MalformedRequestBody]);
        Assert.StartsWith("- -1 -1 -1 400 - ", Assert.Single(world.Log()).Outcome, StringComparison.Ordinal);
    }
}
