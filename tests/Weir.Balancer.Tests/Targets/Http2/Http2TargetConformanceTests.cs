using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

using static Weir.Balancer.Tests.FieldHex;
using static Weir.Http.Http2.Frames.FrameType;
using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>
/// What RFC 9113 demands of a client of what a server sends, on the wire: a row is what a target sends when it has got a request on
/// stream 1, and what becomes of that. What it demands of what a client sends is for <see cref="Http2Referee"/>. docs/http2.md has the list.
/// </summary>
public sealed class Http2TargetConformanceTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const int Ack = 1;
    private const int EndStream = 1;
    private const int EndHeaders = 4;
    private const int Padded = 8;

    /// <summary>The request still waits for its answer, and gets it.</summary>
    private const string GoesOn = "goes on";

    /// <summary>The request has its answer, and the connection goes on.</summary>
    private const string Answered = "answered";

    /// <summary>A malformed response: RST_STREAM PROTOCOL_ERROR, and the client gets 502.</summary>
    private const string NoAnswer = "502";

    /// <summary>The same behind a head that was well: the client's stream is reset.</summary>
    private const string Broken = "cut";

    private static string Hello => Of(Settings);

    private static string Ok => Of(Headers, 5, 1, "88");

    private static string Begun => Of(Headers, EndHeaders, 1, "88");

    public static TheoryData<string, string, string> OfFrames => new()
    {
        { "§3.4 the first frame is no SETTINGS", Of(Ping, 0, 0, Zeros(8)), "GOAWAY ProtocolError" },
        { "§3.4 the first frame is an acknowledgement", Of(Settings, Ack), "GOAWAY ProtocolError" },
        { "§3.4 no HTTP/2 at all", Convert.ToHexStringLower("SSH-2.0-OpenSSH_9.6\r\n"u8), "GOAWAY ProtocolError" },
        { "§4.1 a frame of unknown type", Hello + Of((FrameType)0xAB, 0xFF, 7, Zeros(300)), GoesOn },
        { "§4.1 flags and a reserved bit that mean nothing", Hello + Of(Ping, 0xFE, int.MinValue, Zeros(8)) + Of(Headers, 5 | 0xD2, 1, "88"), Answered },
        { "§4.2 the largest frame", Hello + Begun + Of(Data, EndStream, 1, Zeros(16384)), Answered },
        { "§4.2 DATA that is larger", Hello + Begun + Of(Data, EndStream, 1, Zeros(16385)), "GOAWAY FrameSizeError" },
        { "§4.2 HEADERS that is larger", Hello + Of(Headers, 5, 1, Zeros(16385)), "GOAWAY FrameSizeError" },
        { "§4.3 a field block with an index of nothing", Hello + Of(Headers, 5, 1, "80"), "GOAWAY CompressionError" },
        { "§4.3 a table over what was announced", Hello + Of(Headers, 5, 1, "3fe21f" + "88"), "GOAWAY CompressionError" },
        { "§4.3 trailers that break off", Hello + Begun + Of(Headers, 5, 1, "4105"), "GOAWAY CompressionError" },
        { "§5.1 idle: DATA", Hello + Of(Data, 0, 3), "GOAWAY ProtocolError" },
        { "§5.1 idle: HEADERS", Hello + Of(Headers, 5, 3, "88"), "GOAWAY ProtocolError" },
        { "§5.1 idle, of the target: HEADERS", Hello + Of(Headers, 5, 2, "88"), "GOAWAY ProtocolError" },
        { "§5.1 idle, of the target: DATA", Hello + Of(Data, 0, 2), "GOAWAY ProtocolError" },
        { "§5.1 idle: WINDOW_UPDATE", Hello + Of(WindowUpdate, 0, 3, "00000001"), "GOAWAY ProtocolError" },
        { "§5.1 idle: WINDOW_UPDATE by 0", Hello + Of(WindowUpdate, 0, 2, Zeros(4)), "GOAWAY ProtocolError" },
        { "§5.1 idle: PRIORITY", Hello + Of(Priority, 0, 9, Zeros(5)), GoesOn },
        { "§5.1, §6.9 closed: WINDOW_UPDATE", Hello + Ok + Of(WindowUpdate, 0, 1, "00000001"), Answered },
        { "§5.1 closed: RST_STREAM, PRIORITY", Hello + Ok + Of(RstStream, 0, 1, Zeros(4)) + Of(Priority, 0, 1, Zeros(5)), Answered },
        { "§5.1, §6.1 closed: DATA", Hello + Ok + Of(Data, 0, 1), "RST_STREAM StreamClosed, answered" },
        { "§5.1 closed: HEADERS", Hello + Ok + Of(Headers, 5, 1, "88"), "GOAWAY StreamClosed, answered" },
        { "§5.1, §6.1 closed by RST_STREAM: DATA", Hello + Begun + Of(RstStream, 0, 1, "00000002") + Of(Data, 0, 1), "RST_STREAM StreamClosed, cut" },
        { "§5.1 closed by RST_STREAM: HEADERS", Hello + Begun + Of(RstStream, 0, 1, "00000002") + Of(Headers, 5, 1), "RST_STREAM StreamClosed, cut" },
        { "§5.5 a setting that nobody knows", Of(Settings, 0, 0, "00ffffffffff"), GoesOn },
        { "§5.5 an unknown type within a field block", Hello + Of(Headers, 0, 1, "88") + Of((FrameType)0xAB, 0, 1), "GOAWAY ProtocolError" },
        { "§6.1 DATA on stream 0", Hello + Of(Data), "GOAWAY ProtocolError" },
        { "§6.1 padding as long as the payload", Hello + Begun + Of(Data, Padded, 1, "05" + Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.2 HEADERS on stream 0", Hello + Of(Headers, 5, 0, "88"), "GOAWAY ProtocolError" },
        { "§6.2 padding over the payload", Hello + Of(Headers, 5 | Padded, 1, "0288"), "GOAWAY ProtocolError" },
        { "§6.2, §8.1 another type within a field block", Hello + Of(Headers, 0, 1, "88") + Of(Ping, 0, 0, Zeros(8)), "GOAWAY ProtocolError" },
        { "§6.2 another stream within a field block", Hello + Of(Headers, 0, 1, "88") + Of(Continuation, EndHeaders, 3), "GOAWAY ProtocolError" },
        { "§6.3 PRIORITY on stream 0", Hello + Of(Priority, 0, 0, Zeros(5)), "GOAWAY ProtocolError" },
        { "§6.3 PRIORITY of 4 octets", Hello + Of(Priority, 0, 1, Zeros(4)), "RST_STREAM FrameSizeError, 502" },
        { "§6.3, §6.4 PRIORITY of 6 octets on a stream of the target", Hello + Of(Priority, 0, 2, Zeros(6)), "GOAWAY FrameSizeError" },
        { "§6.4 RST_STREAM on stream 0", Hello + Of(RstStream, 0, 0, Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.4 RST_STREAM on an idle stream", Hello + Of(RstStream, 0, 3, Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.4 RST_STREAM of 3 octets", Hello + Of(RstStream, 0, 1, Zeros(3)), "GOAWAY FrameSizeError" },
        { "§6.5 an acknowledgement with settings", Hello + Of(Settings, Ack, 0, "000300000001"), "GOAWAY FrameSizeError" },
        { "§6.5 SETTINGS on a stream", Hello + Of(Settings, 0, 1), "GOAWAY ProtocolError" },
        { "§6.5 SETTINGS of 5 octets", Hello + Of(Settings, 0, 0, Zeros(5)), "GOAWAY FrameSizeError" },
        { "§6.5.2 ENABLE_PUSH 0", Of(Settings, 0, 0, "000200000000"), GoesOn },
        { "§6.5.2 ENABLE_PUSH 1 from a server", Of(Settings, 0, 0, "000200000001"), "GOAWAY ProtocolError" },
        { "§6.5.2 ENABLE_PUSH 2", Of(Settings, 0, 0, "000200000002"), "GOAWAY ProtocolError" },
        { "§6.5.2 a window over 31 bits", Of(Settings, 0, 0, "000480000000"), "GOAWAY FlowControlError" },
        { "§6.5.2 frames that are too small", Of(Settings, 0, 0, "000500003fff"), "GOAWAY ProtocolError" },
        { "§6.5.2 frames that are too large", Of(Settings, 0, 0, "000501000000"), "GOAWAY ProtocolError" },
        { "§6.6 PUSH_PROMISE", Hello + Of(PushPromise, EndHeaders, 1, "00000002" + "828784410161"), "GOAWAY ProtocolError" },
        { "§6.6 PUSH_PROMISE on stream 0", Hello + Of(PushPromise, EndHeaders, 0, "00000002"), "GOAWAY ProtocolError" },
        { "§6.7 PING on a stream", Hello + Of(Ping, 0, 1, Zeros(8)), "GOAWAY ProtocolError" },
        { "§6.7 PING of 7 octets", Hello + Of(Ping, 0, 0, Zeros(7)), "GOAWAY FrameSizeError" },
        { "§6.7 an answer to no PING", Hello + Of(Ping, Ack, 0, Zeros(8)), GoesOn },
        { "§6.8 GOAWAY on a stream", Hello + Of(GoAway, 0, 1, Zeros(8)), "GOAWAY ProtocolError" },
        { "§6.8, §4.2 GOAWAY of 7 octets", Hello + Of(GoAway, 0, 0, Zeros(7)), "GOAWAY FrameSizeError" },
        { "§7 RST_STREAM with a code that nobody knows", Hello + Of(RstStream, 0, 1, "deadbeef"), "502, by itself" },
        { "§6.9 an increment of 0 of a stream", Hello + Of(WindowUpdate, 0, 1, Zeros(4)), "RST_STREAM ProtocolError, 502" },
        { "§6.9 an increment of 0 of the connection", Hello + Of(WindowUpdate, 0, 0, Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.9 WINDOW_UPDATE of 3 octets", Hello + Of(WindowUpdate, 0, 1, Zeros(3)), "GOAWAY FrameSizeError" },
        { "§6.9.1 a stream's window over 31 bits", Hello + Of(WindowUpdate, 0, 1, "7fffffff"), "RST_STREAM FlowControlError, 502" },
        { "§6.9.1 the connection's window over 31 bits", Hello + Of(WindowUpdate, 0, 0, "7fffffff"), "GOAWAY FlowControlError" },
        { "§6.9.2 settings that bring a window over 31 bits", Hello + Of(WindowUpdate, 0, 1, "00010000") + Of(Settings, 0, 0, "00047fffffff"), "GOAWAY FlowControlError" },
        { "§6.10 CONTINUATION on stream 0", Hello + Of(Continuation, EndHeaders), "GOAWAY ProtocolError" },
        { "§6.10 CONTINUATION behind the end of a block", Hello + Begun + Of(Continuation, EndHeaders, 1), "GOAWAY ProtocolError" },
        { "§6.10 a block in three frames", Hello + Of(Headers, EndStream, 1, "88") + Of(Continuation, 0, 1, "0001") + Of(Continuation, EndHeaders, 1, "610162"), Answered },
    };

    public static TheoryData<string, string, string> OfMessages => new()
    {
        { "§8.1 interim responses before the final one", Head(1, ":status=103|link=</a>", false) + Head(1, ":status=103", false) + Ok, Answered },
        { "§8.1 an interim response that ends the stream", Head(1, ":status=103"), NoAnswer },
        { "§8.1 DATA before the head", Of(Data, EndStream, 1, "00"), NoAnswer },
        { "§8.1 a second head that does not end the stream", Head(1, ":status=200", false) + Head(1, ":status=200", false), Broken },
        { "§8.1, §8.3 pseudo-header fields in trailers", Head(1, ":status=200", false) + Head(1, ":status=200"), Broken },
        { "§8.1.1 content-length and no DATA", Head(1, ":status=200|content-length=1"), NoAnswer },
        { "§8.1.1 fewer bytes than content-length", Head(1, ":status=200|content-length=2", false) + Of(Data, EndStream, 1, "61"), Broken },
        { "§8.1.1 more bytes than content-length", Head(1, ":status=200|content-length=2", false) + Of(Data, 0, 1, "616161"), Broken },
        { "§8.1.1 content-length of what has no content", Head(1, ":status=304|content-length=5"), Answered },
        { "§8.1.1 content-lengths that differ", Head(1, ":status=304|content-length=5|content-length=6"), NoAnswer },
        { "§8.2.1 capitals in a name", Head(1, ":status=200|X=y"), NoAnswer },
        { "§8.2.1 a blank in a name", Head(1, ":status=200|x y=z"), NoAnswer },
        { "§8.2.1 a colon in a name", Head(1, ":status=200|x:y=z"), NoAnswer },
        { "§8.2.1 NUL in a value", Head(1, ":status=200|x=\0"), NoAnswer },
        { "§8.2.1, §10.3 CR and LF in a value", Head(1, ":status=200|x=y\r\nz: 1"), NoAnswer },
        { "§8.2.1 a blank behind a value", Head(1, ":status=200|x=y "), NoAnswer },
        { "§8.2.1 LF in trailers", Head(1, ":status=200", false) + Head(1, "x=\n"), Broken },
        { "§8.2.2 connection", Head(1, ":status=200|connection=close"), NoAnswer },
        { "§8.2.2 proxy-connection", Head(1, ":status=200|proxy-connection=close"), NoAnswer },
        { "§8.2.2 keep-alive", Head(1, ":status=200|keep-alive=timeout=5"), NoAnswer },
        { "§8.2.2 transfer-encoding", Head(1, ":status=200|transfer-encoding=chunked"), NoAnswer },
        { "§8.2.2 upgrade", Head(1, ":status=200|upgrade=h2c"), NoAnswer },
        { "§8.2.2 te is for requests", Head(1, ":status=200|te=trailers"), NoAnswer },
        { "§8.3 a pseudo-header field of requests", Head(1, ":status=200|:path=/"), NoAnswer },
        { "§8.3 one that is not defined", Head(1, ":status=200|:x=y"), NoAnswer },
        { "§8.3 :status twice", Head(1, ":status=200|:status=200"), NoAnswer },
        { "§8.3 :status behind a field", Head(1, "x=y|:status=200"), NoAnswer },
        { "§8.3.2 no :status", Head(1, "x=y"), NoAnswer },
        { "§8.3.2 a :status that is none", Head(1, ":status=2x0"), NoAnswer },
        { "§8.6 101", Head(1, ":status=101", false), NoAnswer },
    };

    [Theory]
    [MemberData(nameof(OfFrames))]
    public void Frames_OfATarget_AreAnsweredAsTheyMust(string row, string hex, string outcome) => Check(row, hex, outcome);

    [Theory]
    [MemberData(nameof(OfMessages))]
    public void Messages_OfATarget_AreAnsweredAsTheyMust(string row, string hex, string outcome) =>
        Check(row, Hello + hex, outcome is Broken or NoAnswer ? $"RST_STREAM ProtocolError, {outcome}" : outcome);

    // §4.3.1, §6.5.3: the settings are acknowledged, and the next request begins by making the table as small as they say.
    [Fact]
    public void Request_BehindASmallerTable_BeginsWithItsSize()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int first = client.Get();
        Peer bytes = world.Target.Accept();
        Http2Peer target = Http2Peer.OfTarget(world, bytes);
        target.Answer();
        client.Read(first);
        target.Setting(SettingId.HeaderTableSize, 0);
        target.Until(() => target.SettingsAcks == 2, "the acknowledgement");
        int before = (int)bytes.ReceivedBytes;
        int second = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(second).Status);
        string sent = bytes.Received[before..];
        Assert.Equal((byte)Headers, (byte)sent[3]);
        Assert.Equal(0x20, sent[FrameHeader.Bytes]);
    }

    // §5.1, §5.4.2: what the target sent before it heard of the reset is dropped; its fields are in the table, its DATA in the window.
    [Fact]
    public void Frames_OnAStreamThatWasReset_ChangeTableAndWindow()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int given = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        client.Reset(given);
        target.Until(() => target.At(at).Reset == Http2ErrorCode.Cancel, "the reset");
        target.Bytes.Send(Convert.FromHexString(Of(Headers, EndHeaders, at, "88" + "40" + "0178" + "0179")));
        int before = Connections(target);
        for (int i = 0; i < 300; i++)
        {
            target.Data(at, new string('x', 16_000));
            world.RunMs(1);
        }

        Assert.InRange(Connections(target) - before, 4_000_000, 4_800_000);
        int next = client.Get();
        target.Bytes.Send(Convert.FromHexString(Of(Headers, 5, target.NextRequest(), "88" + "be")));
        Assert.Equal("y", client.Read(next).Field("x"));
        Assert.Empty(target.GoAways);
    }

    // §6.8: though a second GOAWAY may not allow more than the first, one that does is believed no more than that.
    [Fact]
    public void GoAway_ThatAllowsMoreThanTheFirst_IsNotBelieved()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int[] ids = [client.Get(), client.Get()];
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.NextRequest();
        target.GoAway(at, (Http2ErrorCode)0xdeadbeef);
        target.GoAway(int.MaxValue);
        world.Target.AcceptHttp2().Answer(body: "elsewhere");
        Assert.Equal("elsewhere", client.Read(ids[1]).Body);
        target.Respond(at, body: "here");
        Assert.Equal("here", client.Read(ids[0]).Body);
        int next = client.Get();
        world.RunMs(20);
        Assert.False(target.HasRequest);
        client.Reset(next);
    }

    // §8.3.1: where a request names no authority, its target URI has the one that the server is configured with (RFC 9110 §7.1).
    [Fact]
    public void Request_WithoutAnAuthority_IsOneForTheLoadBalancersName()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Request(":method: GET\n:scheme: https\n:path: /\n");
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.Answer();
        string name = world.Node.Snapshot.LoadBalancers[0].DnsName;
        Assert.Contains($"\n:authority: {name}\n", target.At(at).Head, StringComparison.Ordinal);
        Assert.Equal("200", client.Read(id).Status);
    }

    private static int Connections(Http2Peer target)
    {
        target.Look();
        return target.WindowUpdates.Where(static update => update.Id == 0).Sum(static update => update.Increment);
    }

    private void Check(string row, string hex, string outcome)
    {
        Check(row, hex, outcome, static options => options with { LoadBalancer = ["weir.stale_connection.mode=observe"] });
        // In small pieces, at many moments.
        Check(row, hex, outcome, static options => options with
        {
            LoadBalancer = ["weir.stale_connection.mode=observe"],
            Network = options.Network with { SegmentBytes = 1, Link = options.Network.Link with { JitterMicros = 50 } },
        });
    }

    private void Check(string row, string hex, string outcome, Func<WorldOptions, WorldOptions> with)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, with: with);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2(greets: false);
        // The request is here; what the target has to say first stands in the row.
        world.RunMs(5);
        byte[] bytes = Convert.FromHexString(hex);
        // What comes with a bad end is never passed on: the head goes first.
        int first = outcome.EndsWith(Broken, StringComparison.Ordinal) ? (2 * FrameHeader.Bytes) + bytes[FrameHeader.Bytes + 2] : bytes.Length;
        target.Bytes.Send(bytes[..first]);
        world.RunMs(20);
        target.Bytes.Send(bytes[first..]);
        world.RunMs(20);
        Assert.Equal(1, target.NextRequest());
        string[] parts = outcome.Split(", ");
        // A target that goes on sending when its connection is closed may be reset before it has read why (§5.4.1): the counter has it.
        string told = target.At(1).Reset is { } code ? $"RST_STREAM {code}"
            : target.GoAways.Count > 0 ? $"GOAWAY {target.GoAways[0].Code}"
            : target.Bytes.Ended && world.Options.Network.SegmentBytes == 1 ? $"GOAWAY {Http2Faults.Code(Enum.GetValues<Http2Fault>().Single(fault => world.Counters.OfTargets(fault) > 0))}"
            : "";
        Assert.True(told == (parts[0].Contains('_', StringComparison.Ordinal) || parts[0].StartsWith("GOAWAY", StringComparison.Ordinal) ? parts[0] : ""), $"{row}: {told}");
        Assert.DoesNotContain(target.Ids, other => other != 1 && target.At(other).Reset is not null);
        string became = client.At(id) is { Reset: not null } ? Broken : client.At(id).IsEnded ? client.At(id).Status == "502" ? NoAnswer : Answered : GoesOn;
        bool isOver = parts[0].StartsWith("GOAWAY", StringComparison.Ordinal);
        if (isOver && parts.Length == 1)
        {
            Assert.True(became is NoAnswer or Broken, $"{row}: {became}");
        }
        else
        {
            Assert.Equal(parts.Length == 1 ? parts[0] : parts[0] == NoAnswer ? NoAnswer : parts[1], became);
        }

        if (isOver)
        {
            Assert.True(target.Bytes.Ended, row);
            return;
        }

        if (became == GoesOn)
        {
            target.Respond(1, ":status: 204\n");
            Assert.Equal("204", client.Read(id).Status);
        }

        int next = client.Get();
        target.Answer(":status: 204\n");
        Assert.Equal("204", client.Read(next).Status);
        Assert.Equal(1, world.Target.Accepted);
    }
}
