using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>How streams and connections end: by the client, by time, by the operator.</summary>
public sealed class Http2EndTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly SimNetworkOptions _narrow = new WorldOptions().Network with { SendBufferBytes = 4_096, ReceiveBufferBytes = 4_096 };

    [Fact]
    public void Reset_BeforeTheAnswer_CancelsTheExchange()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get("/given-up");
        Peer target = world.Target.Accept();
        target.ReadHead();
        client.Reset(id);
        world.Until(() => target.Ended, "the target's connection to be closed");
        int next = client.Get("/next");
        world.Target.Accept().Answer(Ok);
        Assert.Equal("ok", client.Read(next).Body);
        Assert.Equal(1, world.Counters[Counter.Http2StreamsReset]);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosed]);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        IReadOnlyList<LogLine> log = world.Log();
        Assert.StartsWith("10.0.1.1:8080 0.001 -1 -1 460 - ", log[0].Outcome, StringComparison.Ordinal);
        Assert.EndsWith(" 0", log[0].Outcome, StringComparison.Ordinal);
        Assert.Contains("/given-up", log[0][13], StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_InsideTheRequest_IsA400OfTheLog()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post();
        Peer target = world.Target.Accept();
        target.ReadHead();
        client.Data(id, "part");
        client.Reset(id);
        world.Until(() => target.Ended, "the target's connection to be closed");
        LogLine line = Assert.Single(world.Log());
        Assert.StartsWith("- -1 -1 -1 400 - ", line.Outcome, StringComparison.Ordinal);
        Assert.Null(client.At(id).Reset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_OfTheConnection_CancelsEveryStream(bool reset)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        client.Get("/1");
        client.Get("/2");
        Peer[] targets = [world.Target.Accept(), world.Target.Accept()];
        world.RunMs(10);
        if (reset)
        {
            client.Bytes.Reset();
        }
        else
        {
            client.Bytes.Close();
        }

        world.Until(() => targets.All(target => target.Ended), "the targets' connections to be closed");
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal(["460", "460"], world.Log().Select(line => line[9]));
    }

    [Fact]
    public void Idle_Connection_IsToldAndClosedWhateverPingsCome()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        world.Target.Accept().Answer(Ok);
        client.Read(id);
        long answeredMs = world.ClientLoop.NowMs;
        world.RunSeconds(30);
        client.Ping("12345678");
        world.RunSeconds(29);
        Assert.False(client.Bytes.Ended);
        Assert.Equal((id, Http2ErrorCode.NoError), client.ReadGoAway());
        Assert.Equal(["12345678"], client.PingAcks);
        Assert.InRange(client.Bytes.EndedMs - answeredMs, 59_990, 60_010);
        Assert.Equal(1, world.Counters[Counter.ClientConnectionsClosedIdle]);
        Assert.Single(world.Log());
    }

    [Fact]
    public void Silent_Target_IsA504OfItsStreamOnly()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int silent = client.Get("/silent");
        world.Target.Accept();
        world.RunSeconds(30);
        int id = client.Get();
        world.Target.Accept().Answer(Ok);
        client.Read(id);
        Assert.Equal("504", client.Read(silent, TimeSpan.FromSeconds(40)).Status);
        Assert.Empty(client.GoAways);
        Assert.Equal(["200", "504"], world.Log().Select(line => line[9]));
    }

    [Fact]
    public void Silent_Upload_IsA408OfItsStreamOnly()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int silent = client.Post();
        client.Data(silent, "part");
        world.Target.Accept();
        world.RunSeconds(40);
        int id = client.Get();
        world.Target.Accept().Answer(Ok);
        client.Read(id);
        Http2Answer answer = client.Read(silent, TimeSpan.FromSeconds(40));
        Assert.Equal("408", answer.Status);
        client.Until(() => answer.Reset == Http2ErrorCode.NoError, "no more of the request is wanted");
        Assert.Empty(client.GoAways);
    }

    [Fact]
    public void KeepAliveDuration_Over_AllowsOneMoreRequest()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["client_keep_alive.seconds=60"] });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        world.Target.Script = _ => Ok;
        for (int i = 0; i < 3; i++)
        {
            client.Read(client.Get());
            world.RunSeconds(25);
            Assert.Empty(client.GoAways);
        }

        int last = client.Get();
        int late = client.Get();
        Assert.Equal("ok", client.Read(last).Body);
        Assert.Equal((last, Http2ErrorCode.NoError), client.ReadGoAway());
        Assert.Empty(client.At(late).Blocks);
        Assert.Equal(4, world.Counters[Counter.Http2Streams]);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Requests_TenThousandOfThem_AreAllThatOneConnectionCarries()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        world.Target.Script = _ => "HTTP/1.1 204 No Content\r\n\r\n";
        int id = 0;
        for (int i = 0; i < Http2Client.MaxRequests; i++)
        {
            id = client.Get();
            if (i % 100 == 99)
            {
                client.Read(id);
            }
        }

        Assert.Equal((id, Http2ErrorCode.NoError), client.ReadGoAway());
        Assert.Equal(Http2Client.MaxRequests, world.Counters[Counter.TargetCode2xx]);
        Assert.Equal(0, world.Counters[Http2Fault.TooManyStreams]);
    }

    [Fact]
    public void Drain_TellsTheClientTwiceAndLosesNothingThatWasUnderWay()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int running = client.Get("/running");
        Peer target = world.Target.Accept();
        target.ReadHead();
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        client.Until(() => client.Pings.Count == 1, "the question whether GOAWAY was heard");
        Assert.Equal([(int.MaxValue, Http2ErrorCode.NoError)], client.GoAways);

        int onItsWay = client.Get("/on-its-way");
        client.Ping(client.Pings[0], isAck: true);
        int late = client.Get("/late");
        Peer other = world.Target.Accept();
        other.Answer(Ok);
        Assert.Equal("ok", client.Read(onItsWay).Body);
        Assert.Equal((onItsWay, Http2ErrorCode.NoError), client.GoAways[^1]);
        Assert.False(drained);
        target.Send(Ok);
        Assert.Equal("ok", client.Read(running).Body);
        world.Until(() => drained && client.Bytes.Ended, "the end");
        Assert.Empty(client.At(late).Blocks);
        Assert.Equal(2, world.Counters[Counter.Requests]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Drain_OfAClientThatSaysNothing_EndsAfterItsGrace()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        world.RunMs(10);
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        world.Until(() => client.Bytes.Ended, "the end", TimeSpan.FromSeconds(2));
        client.Bytes.Close();
        world.Until(() => drained, "the end");
        client.Look();
        Assert.Equal(2, client.GoAways.Count);
    }

    [Fact]
    public void Drain_OverItsLimit_AnswersWith503()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        world.Target.Accept().ReadHead();
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(3), () => drained = true);
        Assert.Equal("503", client.Read(id).Status);
        world.Until(() => drained && client.Bytes.Ended, "the end");
        Assert.Equal("503", Assert.Single(world.Log())[9]);
    }

    [Fact]
    public void Cut_OfAClientThatReadsNothing_TakesNoLongerThanItsLimit()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        client.Setting(Http.Http2.Frames.SettingId.InitialWindowSize, int.MaxValue);
        client.WindowUpdate(0, 1 << 30);
        client.Bytes.StopReading();
        client.Get();
        world.Target.Accept().Answer($"HTTP/1.1 200 OK\r\nContent-Length: 8000000\r\n\r\n{new string('x', 8_000_000)}");
        world.RunSeconds(1);
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(3), () => drained = true);
        world.Until(() => drained, "the end", TimeSpan.FromSeconds(6));
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
    }

    [Fact]
    public void DeregistrationDelay_Over_IsA502()
    {
        using var world = new BalancerWorld(new WorldOptions { TargetGroup = ["deregistration_delay.timeout_seconds=5"] });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        world.Target.Accept().ReadHead();
        world.Apply(world.Options with { Targets = 0 });
        Assert.Equal("502", client.Read(id, TimeSpan.FromSeconds(7)).Status);
        Assert.Equal(1, world.Counters[FailureReason.DeregistrationDelayOver]);
    }

    [Fact]
    public void Target_ThatClosesInsideItsAnswer_CostsItsStreamOnly()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart");
        client.Until(() => client.At(id).Body == "part", "the part");
        target.Close();
        Http2Answer answer = client.Read(id);
        Assert.Equal(Http2ErrorCode.InternalError, answer.Reset);
        Assert.False(answer.IsEnded);
        int next = client.Get();
        world.Target.Accept().Answer(Ok);
        Assert.Equal("ok", client.Read(next).Body);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosedInResponse]);
    }

    [Fact]
    public void Goaway_OfTheClient_EndsTheConnectionBehindTheLastAnswer()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        client.Frame(Http.Http2.Frames.FrameType.GoAway, 0, 0, new byte[8]);
        world.RunMs(20);
        Assert.False(client.Bytes.Ended);
        world.Target.Accept().Answer(Ok);
        Assert.Equal("ok", client.Read(id).Body);
        Assert.Equal((id, Http2ErrorCode.NoError), client.ReadGoAway());
    }

    [Fact]
    public void Goaway_BehindAnAnswerThatTheClientTakesSlowly_WaitsForIt()
    {
        using var world = new BalancerWorld(new WorldOptions { Network = _narrow });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        client.Bytes.ReadBytes = 2_000;
        client.Bytes.ReadPause = TimeSpan.FromMilliseconds(500);
        int id = client.Get();
        string body = new('x', 50_000);
        world.Target.Accept().Answer($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        client.GoAway(0);
        Assert.Equal(body, client.Read(id, TimeSpan.FromSeconds(30)).Body);
        world.Until(() => client.Bytes.Ended, "the connection to end");
        Assert.Equal(ConnectionEnd.Fin, client.Bytes.End);
    }

    [Fact]
    public void Goaway_BehindAnAnswerThatTheClientLeaves_EndsAfterTheIdleTimeout()
    {
        using var world = new BalancerWorld(new WorldOptions { Network = _narrow });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        client.Get();
        Peer target = world.Target.Accept();
        target.ReadHead();
        client.Bytes.StopReading();
        client.GoAway(0);
        target.Send($"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n{new string('x', 50_000)}");
        world.RunSeconds(55);
        Assert.Equal(1, world.Counters[Counter.ClientConnectionsOpen]);
        world.RunSeconds(15);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
    }

    [Fact]
    public void Bug_InAnExchange_CostsItsStreamOnly()
    {
        var bug = new ThrowingObserver();
        using var world = new BalancerWorld(new WorldOptions { Observer = bug, Bugs = 1 });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int other = client.Get();
        Peer target = world.Target.Accept();
        target.ReadHead();
        bug.IsArmed = true;
        int id = client.Get();
        Assert.Equal("500", client.Read(id).Status);
        bug.IsArmed = false;
        target.Send(Ok);
        Assert.Equal("ok", client.Read(other).Body);
        Assert.Single(world.TakeReports());
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }
}
