using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

using static Weir.Balancer.Tests.FieldHex;
using static Weir.Http.Http2.Frames.FrameType;
using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Balancer.Tests;

/// <summary>
/// What RFC 9113 demands of a server of what a client sends, on the wire: a row is the client's bytes and what becomes of them. What it
/// demands of what a server sends is for <see cref="Http2Referee"/>. docs/http2.md has the list.
/// </summary>
public sealed class Http2ClientConformanceTests
{
    private const int Ack = 1;
    private const int EndStream = 1;
    private const int EndHeaders = 4;
    private const int Padded = 8;
    private const int WithPriority = 0x20;

    /// <summary>The connection and its streams go on.</summary>
    private const string GoesOn = "goes on";

    /// <summary>A malformed request: a page, then RST_STREAM PROTOCOL_ERROR, and no target hears of it.</summary>
    private const string Refused = "400";

    /// <summary>The same of one whose head was well: no target gets the end of it.</summary>
    private const string Broken = "400 behind its head";

    // A bar in the bytes: stream 1 is answered before what follows is sent.
    public static TheoryData<string, string, string> OfFrames => new()
    {
        { "§3.4 preface and settings", Start + Get(1), GoesOn },
        { "§3.4 another preface", "505249202a20485454502f322e310d0a", "GOAWAY ProtocolError" },
        { "§3.4 the first frame is no SETTINGS", Start[..48] + Of(Ping, 0, 0, Zeros(8)), "GOAWAY ProtocolError" },
        { "§3.4 the first frame is an acknowledgement", Start[..48] + Of(Settings, Ack), "GOAWAY ProtocolError" },
        { "§4.1 a frame of unknown type", Start + Of((FrameType)0xAB, 0xFF, 7, Zeros(300)) + Get(1), GoesOn },
        { "§4.1 flags that PING has not", Start + Of(Ping, 0xFE, 0, Zeros(8)), GoesOn },
        { "§4.1 flags that HEADERS has not", Start + Get(1, 5 | 0xD2), GoesOn },
        { "§4.1 the reserved bit", Start + Of(Ping, 0, int.MinValue, Zeros(8)) + Get(1), GoesOn },
        { "§4.2 the largest frame", Start + Get(1, EndHeaders) + Of(Data, 0, 1, Zeros(16384)), GoesOn },
        { "§4.2 DATA that is larger", Start + Get(1, EndHeaders) + Of(Data, 0, 1, Zeros(16385)), "GOAWAY FrameSizeError" },
        { "§4.2 HEADERS that is larger", Start + Of(Headers, 5, 1, Zeros(16385)), "GOAWAY FrameSizeError" },
        { "§4.2 SETTINGS that is larger", Start + Of(Settings, 0, 0, Zeros(16386)), "GOAWAY FrameSizeError" },
        { "§4.2 an unknown type that is larger", Start + Of((FrameType)0xAB, 0, 1, Zeros(16385)), "GOAWAY FrameSizeError" },
        { "§4.3 a field block with an index of nothing", Start + Of(Headers, 5, 1, "80"), "GOAWAY CompressionError" },
        { "§4.3 a field block that breaks off", Start + Of(Headers, 5, 1, "828784" + "4105"), "GOAWAY CompressionError" },
        { "§4.3 a table over what was announced", Start + Of(Headers, 5, 1, "3fe21f" + "828784410161"), "GOAWAY CompressionError" },
        { "§4.3 trailers that cannot be decoded", Start + Get(1, EndHeaders) + Of(Headers, 5, 1, "ffff"), "GOAWAY CompressionError" },
        { "§5.1 idle: DATA", Start + Of(Data, 0, 1), "GOAWAY ProtocolError" },
        { "§5.1 idle: WINDOW_UPDATE", Start + Of(WindowUpdate, 0, 1, "00000001"), "GOAWAY ProtocolError" },
        { "§5.1 idle: WINDOW_UPDATE by 0", Start + Of(WindowUpdate, 0, 1, Zeros(4)), "GOAWAY ProtocolError" },
        { "§5.1 idle: CONTINUATION", Start + Of(Continuation, EndHeaders, 1), "GOAWAY ProtocolError" },
        { "§5.1 idle: PRIORITY", Start + Of(Priority, 0, 9, Zeros(5)), GoesOn },
        { "§5.1 idle, of the server: HEADERS", Start + Get(2), "GOAWAY ProtocolError" },
        { "§5.1 idle, of the server: DATA", Start + Get(3) + Of(Data, 0, 2), "GOAWAY ProtocolError" },
        { "§5.1 idle, of the server: RST_STREAM", Start + Get(3) + Of(RstStream, 0, 2, Zeros(4)), "GOAWAY ProtocolError" },
        { "§5.1 idle, of the server: WINDOW_UPDATE", Start + Get(3) + Of(WindowUpdate, 0, 2, "00000001"), "GOAWAY ProtocolError" },
        { "§5.1 idle, of the server: WINDOW_UPDATE by 0", Start + Get(3) + Of(WindowUpdate, 0, 2, Zeros(4)), "GOAWAY ProtocolError" },
        { "§5.1 open: DATA, trailers", Start + Get(1, EndHeaders) + Of(Data, 0, 1, "00") + Of(Headers, 5, 1), GoesOn },
        { "§5.1 half-closed: DATA", Start + Get(1) + Of(Data, 0, 1), "RST_STREAM StreamClosed" },
        { "§5.1 half-closed: HEADERS", Start + Get(1) + Get(1), "RST_STREAM StreamClosed" },
        { "§5.1 half-closed by DATA: DATA", Start + Get(1, EndHeaders) + Of(Data, EndStream, 1) + Of(Data, EndStream, 1), "RST_STREAM StreamClosed" },
        { "§5.1 half-closed: CONTINUATION", Start + Get(1) + Of(Continuation, EndHeaders, 1), "GOAWAY ProtocolError" },
        { "§5.1 half-closed: WINDOW_UPDATE, PRIORITY", Start + Get(1) + Of(WindowUpdate, 0, 1, "00000001") + Of(Priority, 0, 1, Zeros(5)), GoesOn },
        { "§5.1, §6.4 half-closed: RST_STREAM", Start + Get(1) + Of(RstStream, 0, 1, "00000008"), GoesOn },
        { "§5.1, §6.1 closed by RST_STREAM: DATA", Start + Get(1, EndHeaders) + Of(RstStream, 0, 1, Zeros(4)) + Of(Data, 0, 1), "RST_STREAM StreamClosed" },
        { "§5.1 closed by RST_STREAM: HEADERS", Start + Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Get(1), "RST_STREAM StreamClosed" },
        { "§5.1, §6.9 closed by RST_STREAM: WINDOW_UPDATE", Start + Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Of(WindowUpdate, 0, 1, "00000001"), GoesOn },
        { "§5.4.2 closed by RST_STREAM: RST_STREAM", Start + Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Of(RstStream, 0, 1, Zeros(4)), GoesOn },
        { "§5.1, §6.1 closed: DATA", Start + Get(1) + "|" + Of(Data, 0, 1), "RST_STREAM StreamClosed" },
        { "§5.1 closed: HEADERS", Start + Get(1) + "|" + Get(1), "GOAWAY StreamClosed" },
        { "§5.1, §6.9 closed: WINDOW_UPDATE", Start + Get(1) + "|" + Of(WindowUpdate, 0, 1, "00000001"), GoesOn },
        { "§5.1 closed: RST_STREAM", Start + Get(1) + "|" + Of(RstStream, 0, 1, Zeros(4)), GoesOn },
        { "§5.1 closed: PRIORITY", Start + Get(1) + "|" + Of(Priority, 0, 1, Zeros(5)), GoesOn },
        { "§5.1.1 a number that leaves some out", Start + Get(1) + Get(7), GoesOn },
        { "§5.1.1 a number that was left out", Start + Get(7) + Get(5), "GOAWAY ProtocolError" },
        { "§5.1.1, §6.1 DATA on a stream that was left out", Start + Get(7) + Of(Data, 0, 1), "RST_STREAM StreamClosed" },
        { "§5.5 a setting that nobody knows", Start + Of(Settings, 0, 0, "00ffffffffff") + Get(1), GoesOn },
        { "§5.5 an unknown type within a field block", Start + Get(1, 0) + Of((FrameType)0xAB, 0, 1), "GOAWAY ProtocolError" },
        { "§6.1 DATA on stream 0", Start + Of(Data), "GOAWAY ProtocolError" },
        { "§6.1 padding as long as the payload", Start + Get(1, EndHeaders) + Of(Data, Padded, 1, "05" + Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.1 nothing but padding", Start + Get(1, EndHeaders) + Of(Data, Padded | EndStream, 1, "04" + Zeros(4)), GoesOn },
        { "§6.1, §4.2 no room for the length of padding", Start + Get(1, EndHeaders) + Of(Data, Padded, 1), "GOAWAY FrameSizeError" },
        { "§6.2 HEADERS on stream 0", Start + Get(0), "GOAWAY ProtocolError" },
        { "§6.2 padding over the payload", Start + Of(Headers, 5 | Padded, 1, "0282"), "GOAWAY ProtocolError" },
        { "§6.2 padding and priority", Start + Of(Headers, 5 | Padded | WithPriority, 1, "02" + "0000000310" + "828784410161" + "0000"), GoesOn },
        { "§6.2, §4.2 no room for the priority", Start + Of(Headers, 5 | WithPriority, 1, "00000003"), "GOAWAY FrameSizeError" },
        { "§6.2 DATA within a field block", Start + Get(1, 0) + Of(Data, 0, 1), "GOAWAY ProtocolError" },
        { "§6.2 HEADERS within a field block", Start + Get(1, 0) + Get(1), "GOAWAY ProtocolError" },
        { "§6.2, §8.1 PING within a field block", Start + Get(1, 0) + Of(Ping, 0, 0, Zeros(8)), "GOAWAY ProtocolError" },
        { "§6.2 another stream within a field block", Start + Get(1, 0) + Of(Continuation, EndHeaders, 3), "GOAWAY ProtocolError" },
        { "§6.3 PRIORITY on stream 0", Start + Of(Priority, 0, 0, Zeros(5)), "GOAWAY ProtocolError" },
        { "§6.3 PRIORITY of 4 octets", Start + Get(1) + Of(Priority, 0, 1, Zeros(4)), "RST_STREAM FrameSizeError" },
        { "§6.3, §6.4 PRIORITY of 6 octets on an idle stream", Start + Of(Priority, 0, 1, Zeros(6)), "GOAWAY FrameSizeError" },
        { "§6.3, §6.4 PRIORITY of 6 octets on a stream of the server", Start + Get(3) + Of(Priority, 0, 2, Zeros(6)), "GOAWAY FrameSizeError" },
        { "§6.4 RST_STREAM on stream 0", Start + Of(RstStream, 0, 0, Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.4 RST_STREAM on an idle stream", Start + Of(RstStream, 0, 1, Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.4 RST_STREAM of 3 octets", Start + Get(1) + Of(RstStream, 0, 1, Zeros(3)), "GOAWAY FrameSizeError" },
        { "§6.4 RST_STREAM of 5 octets", Start + Get(1) + Of(RstStream, 0, 1, Zeros(5)), "GOAWAY FrameSizeError" },
        { "§6.5 an acknowledgement with settings", Start + Of(Settings, Ack, 0, "000300000001"), "GOAWAY FrameSizeError" },
        { "§6.5 SETTINGS on a stream", Start + Get(1) + Of(Settings, 0, 1), "GOAWAY ProtocolError" },
        { "§6.5 SETTINGS of 5 octets", Start + Of(Settings, 0, 0, Zeros(5)), "GOAWAY FrameSizeError" },
        { "§6.5.2 ENABLE_PUSH 1", Start + Of(Settings, 0, 0, "000200000001"), GoesOn },
        { "§6.5.2 ENABLE_PUSH 2", Start + Of(Settings, 0, 0, "000200000002"), "GOAWAY ProtocolError" },
        { "§6.5.2 the largest window", Start + Of(Settings, 0, 0, "00047fffffff"), GoesOn },
        { "§6.5.2 a larger window", Start + Of(Settings, 0, 0, "000480000000"), "GOAWAY FlowControlError" },
        { "§6.5.2 frames that are too small", Start + Of(Settings, 0, 0, "000500003fff"), "GOAWAY ProtocolError" },
        { "§6.5.2 frames that are too large", Start + Of(Settings, 0, 0, "000501000000"), "GOAWAY ProtocolError" },
        { "§6.5.2 the largest frames", Start + Of(Settings, 0, 0, "000500ffffff"), GoesOn },
        { "§6.5.3 settings are taken in their order", Start + Of(Settings, 0, 0, "000480000000" + "000200000002"), "GOAWAY FlowControlError" },
        { "§6.6, §8.4 PUSH_PROMISE", Start + Get(1) + Of(PushPromise, EndHeaders, 1, "0000000282"), "GOAWAY ProtocolError" },
        { "§6.6 PUSH_PROMISE on stream 0", Start + Of(PushPromise, EndHeaders, 0, "0000000282"), "GOAWAY ProtocolError" },
        { "§6.7 PING on a stream", Start + Get(1) + Of(Ping, 0, 1, Zeros(8)), "GOAWAY ProtocolError" },
        { "§6.7 PING of 7 octets", Start + Of(Ping, 0, 0, Zeros(7)), "GOAWAY FrameSizeError" },
        { "§6.7 PING of 9 octets", Start + Of(Ping, 0, 0, Zeros(9)), "GOAWAY FrameSizeError" },
        { "§6.7 an answer to no PING", Start + Of(Ping, Ack, 0, Zeros(8)), GoesOn },
        { "§6.8 GOAWAY on a stream", Start + Get(1) + Of(GoAway, 0, 1, Zeros(8)), "GOAWAY ProtocolError" },
        { "§6.8, §4.2 GOAWAY of 7 octets", Start + Of(GoAway, 0, 0, Zeros(7)), "GOAWAY FrameSizeError" },
        { "§7 RST_STREAM with a code that nobody knows", Start + Get(1) + Of(RstStream, 0, 1, "deadbeef"), GoesOn },
        { "§7 GOAWAY with a code that nobody knows", Start + Of(GoAway, 0, 0, "00000000" + "deadbeef" + "00"), "GOAWAY NoError" },
        { "§6.9 an increment of 0 of a stream", Start + Get(1) + Of(WindowUpdate, 0, 1, Zeros(4)), "RST_STREAM ProtocolError" },
        { "§6.9 an increment of 0 of the connection", Start + Of(WindowUpdate, 0, 0, Zeros(4)), "GOAWAY ProtocolError" },
        { "§6.9 nothing beside the reserved bit", Start + Of(WindowUpdate, 0, 0, "80000000"), "GOAWAY ProtocolError" },
        { "§6.9 WINDOW_UPDATE of 3 octets", Start + Of(WindowUpdate, 0, 0, Zeros(3)), "GOAWAY FrameSizeError" },
        { "§6.9 WINDOW_UPDATE of 5 octets on a stream", Start + Get(1) + Of(WindowUpdate, 0, 1, Zeros(5)), "GOAWAY FrameSizeError" },
        { "§6.9.1 a stream's window over 31 bits", Start + Get(1) + Of(WindowUpdate, 0, 1, "7fffffff"), "RST_STREAM FlowControlError" },
        { "§6.9.1 the connection's window over 31 bits", Start + Of(WindowUpdate, 0, 0, "7fffffff"), "GOAWAY FlowControlError" },
        { "§6.9.2 settings that bring a window over 31 bits", Start + Get(1) + Of(WindowUpdate, 0, 1, "00010000") + Of(Settings, 0, 0, "00047fffffff"), "GOAWAY FlowControlError" },
        { "§6.10 CONTINUATION on stream 0", Start + Of(Continuation, EndHeaders), "GOAWAY ProtocolError" },
        { "§6.10 CONTINUATION behind the end of a block", Start + Get(1) + Of(Continuation, EndHeaders, 1, "82"), "GOAWAY ProtocolError" },
        { "§6.10 CONTINUATION behind DATA", Start + Get(1, EndHeaders) + Of(Data, 0, 1, "00") + Of(Continuation, EndHeaders, 1), "GOAWAY ProtocolError" },
        { "§6.10 another type between two", Start + Get(1, 1) + Of(Continuation, 0, 1, "0001") + Of(Data, 0, 1), "GOAWAY ProtocolError" },
        { "§6.10 a block in three frames", Start + Get(1, 1) + Of(Continuation, 0, 1, "0001") + Of(Continuation, EndHeaders, 1, "610162"), GoesOn },
    };

    public static TheoryData<string, string, string> OfMessages => new()
    {
        { "§8.1 pseudo-header fields in trailers", Head(1, PostToA, false) + Head(1, ":path=/"), Broken },
        { "§8.1 a second HEADERS that does not end the stream", Head(1, PostToA, false) + Head(1, "x=y", false), Broken },
        { "§8.1.1 fewer bytes than content-length", Head(1, PostToA + "content-length=2", false) + Of(Data, EndStream, 1, "00"), Broken },
        { "§8.1.1 more bytes than content-length", Head(1, PostToA + "content-length=2", false) + Of(Data, 0, 1, "000000"), Broken },
        { "§6.4 a malformed request that the client resets", Head(1, GetOfA + "X=y") + Of(RstStream, 0, 1, "00000008"), GoesOn },
        { "§8.1.1 content-length and no DATA", Head(1, PostToA + "content-length=2"), Refused },
        { "§8.1.1 padding is no content", Head(1, PostToA + "content-length=1", false) + Of(Data, Padded | EndStream, 1, "020a0000"), GoesOn },
        { "§8.2.1 capitals in a name", Head(1, GetOfA + "X=y"), Refused },
        { "§8.2.1 a blank in a name", Head(1, GetOfA + "x y=z"), Refused },
        { "§8.2.1 NUL in a name", Head(1, GetOfA + "x\0=z"), Refused },
        { "§8.2.1 0x7f in a name", Head(1, GetOfA + "x\u007f=z"), Refused },
        { "§8.2.1 0xff in a name", Head(1, GetOfA + "x\u00ff=z"), Refused },
        { "§8.2.1 a colon in a name", Head(1, GetOfA + "x:y=z"), Refused },
        { "§8.2.1 no name", Head(1, GetOfA + "=z"), Refused },
        { "§8.2.1 NUL in a value", Head(1, GetOfA + "x=y\0"), Refused },
        { "§8.2.1, §10.3 LF in a value", Head(1, GetOfA + "x=y\nz: 1"), Refused },
        { "§8.2.1, §10.3 CR in a value", Head(1, GetOfA + "x=y\rz: 1"), Refused },
        { "§8.2.1 a blank before a value", Head(1, GetOfA + "x= y"), Refused },
        { "§8.2.1 a tab behind a value", Head(1, GetOfA + "x=y\t"), Refused },
        { "§8.2.1 CR in trailers", Head(1, PostToA, false) + Head(1, "x=y\r"), Broken },
        { "§8.2.2 connection", Head(1, GetOfA + "connection=close"), Refused },
        { "§8.2.2 proxy-connection", Head(1, GetOfA + "proxy-connection=close"), Refused },
        { "§8.2.2 keep-alive", Head(1, GetOfA + "keep-alive=timeout=5"), Refused },
        { "§8.2.2 transfer-encoding", Head(1, PostToA + "transfer-encoding=chunked"), Refused },
        { "§8.2.2 upgrade", Head(1, GetOfA + "upgrade=h2c"), Refused },
        { "§8.2.2 te that says trailers", Head(1, GetOfA + "te=trailers"), GoesOn },
        { "§8.2.2 te that says more", Head(1, GetOfA + "te=trailers, gzip"), Refused },
        { "§8.3 a pseudo-header field that is not defined", Head(1, GetOfA + ":x=y"), Refused },
        { "§8.3 one of responses", Head(1, GetOfA + ":status=200"), Refused },
        { "§8.3 one behind a field", Head(1, ":method=GET|:scheme=https|:path=/|x=y|:authority=a"), Refused },
        { "§8.3 one of an extension", Head(1, ":method=CONNECT|:protocol=websocket|:scheme=https|:path=/|:authority=a"), Refused },
        { "§8.3 :method twice", Head(1, GetOfA + ":method=GET"), Refused },
        { "§8.3 :path twice", Head(1, GetOfA + ":path=/"), Refused },
        { "§8.3.1 no :method", Head(1, ":scheme=https|:path=/|:authority=a"), Refused },
        { "§8.3.1 no :scheme", Head(1, ":method=GET|:path=/|:authority=a"), Refused },
        { "§8.3.1 no :path", Head(1, ":method=GET|:scheme=https|:authority=a"), Refused },
        { "§8.3.1 nothing at all", Head(1, ""), Refused },
        { "§8.3.1 an empty :path", Head(1, ":method=GET|:scheme=https|:path=|:authority=a"), Refused },
        { "§8.3.1 :authority with userinfo", Head(1, ":method=GET|:scheme=https|:path=/|:authority=u@a"), Refused },
        { "§8.3.1 a Host that names something else", Head(1, GetOfA + "host=b"), Refused },
        { "§8.3.1 a Host with the scheme's port", Head(1, GetOfA + "host=A:443"), GoesOn },
        { "§8.5 CONNECT with :scheme", Head(1, ":method=CONNECT|:scheme=https|:authority=a:1"), Refused },
        { "§8.5 CONNECT with :path", Head(1, ":method=CONNECT|:path=/|:authority=a:1"), Refused },
        { "§8.5 CONNECT without :authority", Head(1, ":method=CONNECT"), Refused },
        { "§10.3 :path with a line end", Head(1, ":method=GET|:scheme=https|:path=/\r\nx: y|:authority=a"), Refused },
        { "§10.3 :path with a blank", Head(1, ":method=GET|:scheme=https|:path=/ HTTP/1.1|:authority=a"), Refused },
        { "§10.3 :method with a blank", Head(1, ":method=GET /|:scheme=https|:path=/|:authority=a"), Refused },
        { "§10.3 :authority with a line end", Head(1, ":method=GET|:scheme=https|:path=/|:authority=a\r\nx: y"), Refused },
    };

    [Theory]
    [MemberData(nameof(OfFrames))]
    public void Frames_OfAClient_AreAnsweredAsTheyMust(string row, string hex, string outcome) => Check(row, hex, outcome);

    [Theory]
    [MemberData(nameof(OfMessages))]
    public void Messages_OfAClient_AreAnsweredAsTheyMust(string row, string hex, string outcome) => Check(row, Start + hex, outcome);

    // §4.3, §5.1, §6.8: what comes on a stream that we have reset is dropped, but its fields are in the table from then on.
    [Fact]
    public void FieldBlock_OnAStreamThatWasReset_StillChangesTheTable()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        client.Bytes.Send(Convert.FromHexString(
            Get(1, EndHeaders) + Of(WindowUpdate, 0, 1, Zeros(4)) + Of(Headers, 5, 1, "40" + "0178" + "0179") + Of(Headers, 5, 3, "828784" + "bf" + "be")));
        string request = NextHead(world, "x: y");
        Assert.Contains("\r\nHost: a\r\n", request, StringComparison.Ordinal);
        Assert.Equal(Http2ErrorCode.ProtocolError, client.Read(1).Reset);
    }

    // §6.8: the same once GOAWAY has named the last stream, and the DATA of such a stream counts for the connection's window.
    [Fact]
    public void Stream_BehindTheLast_ChangesTableAndWindow()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int last = client.Post();
        world.RunMs(5);
        world.Node.Drain(TimeSpan.FromSeconds(30), static () => { });
        client.Until(() => client.Pings.Count == 1, "the question whether GOAWAY was heard");
        client.Ping(client.Pings[0], isAck: true);
        client.Until(() => client.GoAways.Count == 2, "the last stream");
        Assert.Equal((last, Http2ErrorCode.NoError), client.GoAways[^1]);
        int late = last + 2;
        client.Frame(Headers, EndHeaders, late, Convert.FromHexString("828784" + "410161" + "40" + "0178" + "0179"));
        int before = client.WindowUpdates.Where(static update => update.Id == 0).Sum(static update => update.Increment);
        for (int i = 0; i < 40; i++)
        {
            client.Data(late, new string('x', 16_000));
            world.RunMs(1);
        }

        // x: y of the stream that nobody looked at.
        client.Frame(Headers, 5, last, [0xbe]);
        Peer target = world.Target.Accept();
        target.ReadTo("0\r\nx: y\r\n\r\n");
        client.Look();
        int after = client.WindowUpdates.Where(static update => update.Id == 0).Sum(static update => update.Increment);
        Assert.InRange(after - before, 100_000, 640_000);
        Assert.Empty(client.At(late).Blocks);
        target.Send("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal("204", client.Read(last).Status);
    }

    // §4.3.1, §6.5.3: the settings are acknowledged, and the next block begins by making the table as small as they say.
    [Theory]
    [InlineData(0u, (byte)0x20)]
    [InlineData(30u, (byte)0x3e)]
    public void FieldBlock_BehindASmallerTable_BeginsWithItsSize(uint size, byte first)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        world.Target.Script = _ => "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 0\r\n\r\n";
        Peer bytes = world.Connect(Http2Door.PortOf(0));
        bytes.Send(Convert.FromHexString(Start + Get(1)));
        world.RunMs(20);
        Assert.NotEmpty(FieldBlocks(bytes.Take()));
        bytes.Send(Convert.FromHexString(Of(Settings, 0, 0, $"0001{size:x8}") + Get(3)));
        world.RunMs(20);
        Assert.Equal(first, Assert.Single(FieldBlocks(bytes.Take()))[0]);
    }

    // §6.5.3, §6.7: at once, in their order, and with the same octets.
    [Fact]
    public void SettingsAndPings_AreAnsweredInTheirOrder()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        client.Setting(SettingId.MaxFrameSize, 100_000);
        client.Ping("first...");
        client.Ping("answered", isAck: true);
        client.Setting(SettingId.MaxConcurrentStreams, 0);
        client.Ping("second..");
        client.Until(() => client.PingAcks.Count == 2, "both answers");
        Assert.Equal(["first...", "second.."], client.PingAcks);
        Assert.Equal(3, client.SettingsAcks);
        Assert.Equal([Settings, Ping, Settings, Ping], client.Order.Select(static frame => frame.Type).TakeLast(4));
    }

    // §6.4: whatever the target answers, nothing more goes out on it.
    [Fact]
    public void Stream_ThatTheClientHasReset_IsSentNothingMore()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart");
        client.Until(() => client.At(id).Body == "part", "the part");
        client.Reset(id);
        world.RunMs(5);
        int frames = client.Order.Count;
        target.Send(new string('x', 50_000));
        world.RunMs(50);
        client.Look();
        Assert.Equal(frames, client.Order.Count);
    }

    // §8.2.1, §8.2.2, §8.3: what is no field of HTTP/2 does not become one.
    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "502")]
    [InlineData("HTTP/1.1 200 OK\r\n:path: /\r\nContent-Length: 0\r\n\r\n", "502")]
    [InlineData("HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 0\r\n\r\n", "502")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n", "502")]
    [InlineData("HTTP/1.1 200 OK\r\nX: \t a \t\r\nContent-Length: 0\r\n\r\n", "200")]
    [InlineData("HTTP/1.1 200 OK\r\nTE: gzip\r\nContent-Length: 0\r\n\r\n", "200")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nConnection: x\r\nTE: x\r\nUpgrade: x\r\n\r\n", "200")]
    public void Answer_OfHttp1_BecomesOneOfHttp2OrNone(string answer, string status)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        world.Target.Accept().Answer(answer);
        // That its fields are such of HTTP/2 is for the referee.
        Assert.Equal(status, client.Read(id).Status);
    }

    private static void Check(string row, string hex, string outcome)
    {
        Check(row, hex, outcome, new WorldOptions());
        // In small pieces, at many moments.
        WorldOptions options = new();
        Check(row, hex, outcome, options with { Network = options.Network with { SegmentBytes = 1, Link = options.Network.Link with { JitterMicros = 50 } } });
    }

    private static void Check(string row, string hex, string outcome, WorldOptions options)
    {
        using var world = new BalancerWorld(options);
        _ = new Http2Door(world);
        string[] parts = hex.Split('|');
        var client = new Http2Peer(world, greets: false);
        if (parts.Length > 1)
        {
            world.Target.Script = static _ => "HTTP/1.1 204 No Content\r\n\r\n";
            client.Bytes.Send(Convert.FromHexString(parts[0]));
            Assert.Equal("204", client.Read(1).Status);
        }

        byte[] bytes = Convert.FromHexString(parts[^1]);
        // What comes with a bad end costs no target anything: the head goes first.
        int first = outcome == Broken ? (Start.Length / 2) + FrameHeader.Bytes + bytes[(Start.Length / 2) + 2] : bytes.Length;
        client.Bytes.Send(bytes[..first]);
        world.RunMs(20);
        client.Bytes.Send(bytes[first..]);
        world.RunMs(20);
        client.Look();
        if (outcome.StartsWith("GOAWAY", StringComparison.Ordinal))
        {
            Assert.True(client.Bytes.Ended, row);
            Assert.Equal(outcome, $"GOAWAY {client.GoAways[^1].Code}");
            Assert.DoesNotContain(client.Order, static frame => frame.Type == RstStream);
            return;
        }

        bool isMalformed = outcome is Refused or Broken;
        string reset = isMalformed ? "RST_STREAM ProtocolError" : outcome;
        string[] resets = [.. client.Ids.Where(id => client.At(id).Reset is not null).Select(id => $"RST_STREAM {client.At(id).Reset}")];
        Assert.True(resets.SequenceEqual(outcome == GoesOn ? [] : [reset]), $"{row}: {string.Join(", ", resets)}");
        if (isMalformed)
        {
            Assert.Equal("400", client.At(1).Status);
            Assert.Equal(outcome == Broken, world.Target.HasWaiting);
        }

        if (outcome == Broken)
        {
            Peer target = world.Target.Accept();
            Assert.True(target.Ended, row);
            Assert.DoesNotContain("\r\n0\r\n", target.Received, StringComparison.Ordinal);
        }

        world.Target.Script = static _ => "HTTP/1.1 204 No Content\r\n\r\n";
        client.Headers(101, client.Block(":method: GET\n:scheme: https\n:authority: next\n:path: /\n"), ends: true);
        Assert.Equal("204", client.Read(101).Status);
        Assert.Empty(client.GoAways);
    }

    private static string NextHead(BalancerWorld world, string text)
    {
        while (true)
        {
            string head = world.Target.Accept().ReadHead();
            if (head.Contains(text, StringComparison.Ordinal))
            {
                return head;
            }
        }
    }

    // The payloads of HEADERS.
    private static List<byte[]> FieldBlocks(string text)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        List<byte[]> blocks = [];
        for (int at = 0, length; at < bytes.Length; at += FrameHeader.Bytes + length)
        {
            length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            if ((FrameType)bytes[at + 3] == Headers)
            {
                blocks.Add(bytes[(at + FrameHeader.Bytes)..(at + FrameHeader.Bytes + length)]);
            }
        }

        return blocks;
    }
}
