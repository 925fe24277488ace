using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// What a client may not do: each costs it the stream or the connection, is told by the code that the protocol has for it, and
/// is counted by its name. The codecs' own tests have every rule; these show that the connection acts on their verdicts.
/// </summary>
public sealed class Http2DefenceTests
{
    private static readonly Dictionary<Http2Fault, Action<BalancerWorld, Http2Peer>> _floods = new()
    {
        // Rapid reset: CVE-2023-44487.
        [Http2Fault.ResetFlood] = static (world, client) => Repeat(world, 2000, () => client.Reset(client.Get())),
        [Http2Fault.ContinuationFlood] = static (_, client) =>
        {
            client.Frame(FrameType.Headers, 0, 1, [0x82]);
            for (int i = 0; i < 20; i++)
            {
                client.Frame(FrameType.Continuation, 0, 1, [0x00, 0x01, (byte)'x', 0x01, (byte)'y']);
            }
        },
        [Http2Fault.SettingsFlood] = static (world, client) => Repeat(world, 200, () => client.Frame(FrameType.Settings, 0, 0, [])),
        [Http2Fault.PingFlood] = static (world, client) => Repeat(world, 2000, () => client.Ping("12345678")),
        [Http2Fault.PriorityFlood] = static (world, client) => Repeat(world, 200, () => client.Frame(FrameType.Priority, 0, 3, new byte[5])),
        [Http2Fault.WindowUpdateFlood] = static (world, client) => Repeat(world, 2000, () => client.WindowUpdate(0, 1)),
        [Http2Fault.EmptyFrameFlood] = static (world, client) =>
        {
            int id = client.Post();
            Repeat(world, 20, () => client.Data(id, ""));
        },
        [Http2Fault.UnknownFrameFlood] = static (world, client) => Repeat(world, 2000, () => client.Frame((FrameType)0xBB, 0, 0, [])),
        [Http2Fault.OverheadFlood] = static (world, client) =>
            Repeat(world, 1000, () => client.Frame((FrameType)0xBB, 0, 0, new byte[16 * 1024])),
        // A client that gives its streams windows of nothing.
        [Http2Fault.WindowStall] = static (world, client) =>
        {
            client.Setting(SettingId.InitialWindowSize, 0);
            client.Get();
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            world.RunSeconds(61);
        },
    };

    public static TheoryData<Http2Fault> Floods => [.. _floods.Keys];

    [Theory]
    [MemberData(nameof(Floods))]
    public void Flood_OfAnyKind_EndsTheConnectionAndIsCounted(Http2Fault fault)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world) { GivesWindow = false };
        _floods[fault](world, client);
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, client.ReadGoAway().Code);
        client.Bytes.Close();
        world.RunSeconds(3);
        Assert.Equal(1, world.Counters[fault]);
        Assert.Equal(fault == Http2Fault.WindowStall ? 1 : 0, world.Counters[FailureReason.ClientSilentInResponse]);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    // "Made you reset": CVE-2025-8671. Streams are reset by us for faults of the client's, again and again.
    [Fact]
    public void Faults_OfStreams_AreAFloodToo()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        Repeat(world, 2000, () => client.WindowUpdate(client.Get(), 0));
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, client.ReadGoAway().Code);
        // Where too many came at once, the stream was refused, and the frame was one of a stream that is closed.
        Assert.InRange(world.Counters[Http2Fault.ZeroIncrement] + world.Counters[Http2Fault.TooManyStreams], 1000, 1200);
        Assert.Equal(1, world.Counters[Http2Fault.ResetFlood]);
    }

    [Fact]
    public void Reset_Streams_CostNoTargetAnything()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        for (int i = 0; i < 500; i++)
        {
            client.Reset(client.Get());
        }

        world.RunSeconds(1);
        // In one turn of the loop both frames are here.
        Assert.InRange(world.Target.Accepted, 0, 20);
        Assert.InRange(world.Counters[FailureReason.ClientClosed], Http2Client.MaxServed, 500);
        Assert.Equal(500, world.Counters[FailureReason.ClientClosed] + world.Counters[Http2Fault.TooManyStreams]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        world.Target.Script = _ => "HTTP/1.1 204 No Content\r\n\r\n";
        Assert.Equal("204", client.Read(client.Get()).Status);
    }

    [Fact]
    public void Streams_OverTheLimit_AreRefusedAndTheOthersGoOn()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        world.Target.Script = _ => "HTTP/1.1 204 No Content\r\n\r\n";
        var client = new Http2Peer(world);
        int[] open = [.. Enumerable.Range(0, Http2Limits.ConcurrentStreams).Select(_ => client.Post())];
        int refused = client.Get("/refused");
        Assert.Equal(Http2ErrorCode.RefusedStream, client.Read(refused).Reset);
        client.Data(open[5], "", ends: true);
        Assert.Equal("204", client.Read(open[5]).Status);
        Assert.Equal("204", client.Read(client.Get()).Status);
        Assert.Equal(1, world.Counters[Http2Fault.TooManyStreams]);
        Assert.Equal(Http2Limits.ConcurrentStreams + 1, world.Counters[Counter.Http2Streams]);
    }

    public static TheoryData<Http2Fault, Http2ErrorCode> ConnectionFaults => new()
    {
        { Http2Fault.InvalidPreface, Http2ErrorCode.ProtocolError },
        { Http2Fault.FirstFrameNotSettings, Http2ErrorCode.ProtocolError },
        { Http2Fault.FrameTooLarge, Http2ErrorCode.FrameSizeError },
        { Http2Fault.FrameOnIdleStream, Http2ErrorCode.ProtocolError },
        { Http2Fault.InvalidStreamId, Http2ErrorCode.ProtocolError },
        { Http2Fault.ContinuationUnexpected, Http2ErrorCode.ProtocolError },
        { Http2Fault.FieldBlockInterrupted, Http2ErrorCode.ProtocolError },
        { Http2Fault.FieldBlockInvalid, Http2ErrorCode.CompressionError },
        { Http2Fault.PushPromise, Http2ErrorCode.ProtocolError },
        { Http2Fault.InvalidInitialWindow, Http2ErrorCode.FlowControlError },
        { Http2Fault.ConnectionWindowOverflow, Http2ErrorCode.FlowControlError },
        { Http2Fault.InitialWindowOverflow, Http2ErrorCode.FlowControlError },
        { Http2Fault.ZeroConnectionIncrement, Http2ErrorCode.ProtocolError },
        { Http2Fault.HeadersOnClosedStream, Http2ErrorCode.StreamClosed },
    };

    [Theory]
    [MemberData(nameof(ConnectionFaults))]
    public void Fault_OfTheConnection_EndsItWithItsCode(Http2Fault fault, Http2ErrorCode code)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world, greets: fault is not (Http2Fault.InvalidPreface or Http2Fault.FirstFrameNotSettings));
        int running = 0;
        if (fault is not (Http2Fault.InvalidPreface or Http2Fault.FirstFrameNotSettings))
        {
            running = client.Get("/running");
            world.Target.Accept().ReadHead();
        }

        switch (fault)
        {
            case Http2Fault.InvalidPreface:
                client.Bytes.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                break;
            case Http2Fault.FirstFrameNotSettings:
                client.Bytes.Send(FrameReader.ClientPreface.ToArray());
                client.Ping("12345678");
                break;
            case Http2Fault.FrameTooLarge:
                client.Frame(FrameType.Data, 0, running, new byte[(16 * 1024) + 1]);
                break;
            case Http2Fault.FrameOnIdleStream:
                client.Data(101, "x");
                break;
            case Http2Fault.InvalidStreamId:
                client.Headers(2, client.Block(":method: GET\n"), ends: true);
                break;
            case Http2Fault.ContinuationUnexpected:
                client.Frame(FrameType.Continuation, 4, running, [0x82]);
                break;
            case Http2Fault.FieldBlockInterrupted:
                client.Frame(FrameType.Headers, 0, 3, [0x82]);
                client.Ping("12345678");
                break;
            case Http2Fault.FieldBlockInvalid:
                client.Frame(FrameType.Headers, 5, 3, [0xFF, 0xFF, 0xFF, 0xFF]);
                break;
            case Http2Fault.PushPromise:
                client.Frame(FrameType.PushPromise, 4, running, [0, 0, 0, 2, 0x82]);
                break;
            case Http2Fault.InvalidInitialWindow:
                client.Setting(SettingId.InitialWindowSize, uint.MaxValue);
                break;
            case Http2Fault.ConnectionWindowOverflow:
                client.WindowUpdate(0, int.MaxValue);
                break;
            case Http2Fault.InitialWindowOverflow:
                client.WindowUpdate(running, 1_000_000);
                client.Setting(SettingId.InitialWindowSize, int.MaxValue);
                break;
            case Http2Fault.ZeroConnectionIncrement:
                client.WindowUpdate(0, 0);
                break;
            default:
                world.Target.Script = _ => "HTTP/1.1 204 No Content\r\n\r\n";
                int id = client.Get();
                client.Read(id);
                client.Headers(id, client.Block(":method: GET\n"), ends: true);
                break;
        }

        (int lastId, Http2ErrorCode told) = client.ReadGoAway();
        Assert.Equal(code, told);
        Assert.True(lastId >= running);
        Assert.Equal(1, world.Counters[fault]);
        client.Bytes.Close();
        world.RunMs(20);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Theory]
    [InlineData(Http2Fault.FrameAfterEndStream, Http2ErrorCode.StreamClosed)]
    [InlineData(Http2Fault.WindowOverflow, Http2ErrorCode.FlowControlError)]
    [InlineData(Http2Fault.ZeroIncrement, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.WrongPrioritySize, Http2ErrorCode.FrameSizeError)]
    public void Fault_OfAStream_ResetsItAndNoOther(Http2Fault fault, Http2ErrorCode code)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        Peer target = world.Target.Accept();
        switch (fault)
        {
            case Http2Fault.FrameAfterEndStream:
                client.Data(id, "x");
                break;
            case Http2Fault.WindowOverflow:
                client.WindowUpdate(id, int.MaxValue);
                break;
            case Http2Fault.ZeroIncrement:
                client.WindowUpdate(id, 0);
                break;
            default:
                client.Frame(FrameType.Priority, 0, id, new byte[4]);
                break;
        }

        Http2Answer answer = client.Read(id);
        Assert.Equal(code, answer.Reset);
        Assert.Empty(answer.Blocks);
        Assert.Equal(1, world.Counters[fault]);
        world.Until(() => target.Ended, "the target's connection to be closed");
        int next = client.Get();
        world.Target.Accept().Answer("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal("204", client.Read(next).Status);
        Assert.Empty(client.GoAways);
        Assert.Equal("460", world.Log()[0][9]);
    }

    [Fact]
    public void Frames_InSmallPieces_AreTheSame()
    {
        using var world = new BalancerWorld(new WorldOptions
        {
            Network = new SimNetworkOptions { Link = new SimLinkOptions { LatencyMicros = 500, SplitProbability = 1 } },
        });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post("x: y\n");
        client.Data(id, "hello");
        client.Headers(id, client.Block("t: 1\n"), ends: true);
        Peer target = world.Target.Accept();
        target.ReadTo("0\r\nt: 1\r\n\r\n");
        target.Send("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal("204", client.Read(id).Status);
        Assert.Contains("hello", Chunked.Decode(target.Received[(target.Received.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]
            .Replace("t: 1\r\n", "", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static void Repeat(BalancerWorld world, int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }

        world.RunMs(100);
    }
}
