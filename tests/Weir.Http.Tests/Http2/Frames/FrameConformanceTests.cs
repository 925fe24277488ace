using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

using static Weir.Http.Http2.Frames.FrameType;
using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Http.Tests.Http2.Frames;

/// <summary>Every MUST of RFC 9113 §3.4, §4 and §6 that can be decided without knowing the streams.</summary>
public sealed class FrameConformanceTests
{
    private const int EndStream = 1;
    private const int Ack = 1;
    private const int EndHeaders = 4;
    private const int Padded = 8;
    private const int WithPriority = 0x20;

    public static TheoryData<string, string, Http2Fault> FromClients => new()
    {
        { "§3.4 whole", Start, Http2Fault.None },
        { "§3.4 another preface", "505249202a20485454502f322e310d0a", Http2Fault.InvalidPreface },
        { "§3.4 no preface", Of(Settings), Http2Fault.InvalidPreface },
        { "§3.4 first frame is another", Start[..48] + Of(Ping, 0, 0, Zeros(8)), Http2Fault.FirstFrameNotSettings },
        { "§3.4 first frame is an acknowledgement", Start[..48] + Of(Settings, Ack), Http2Fault.FirstFrameNotSettings },
        { "§4.1 unknown type is discarded", Start + Of((FrameType)0xAB, 0xFF, 7, Zeros(300)) + Get(1), Http2Fault.None },
        { "§4.1 unused flags are ignored", Start + Of(Ping, 0xFE, 0, Zeros(8)), Http2Fault.None },
        { "§4.1 reserved bit is ignored", Start + Of(Ping, 0, int.MinValue, Zeros(8)), Http2Fault.None },
        { "§4.2 the largest frame", Start + Get(1, EndHeaders) + Of(Data, 0, 1, Zeros(16384)), Http2Fault.None },
        { "§4.2 a larger one", Start + Get(1, EndHeaders) + Of(Data, 0, 1, Zeros(16385)), Http2Fault.FrameTooLarge },
        { "§4.2 a larger one of an unknown type", Start + Of((FrameType)0xAB, 0, 0, Zeros(16385)), Http2Fault.FrameTooLarge },
        { "§4.3 a field block that cannot be decoded", Start + Of(Headers, 5, 1, "80"), Http2Fault.FieldBlockInvalid },
        { "§5.5 unknown type within a field block", Start + Get(1, 0) + Of((FrameType)0xAB, 0, 1), Http2Fault.FieldBlockInterrupted },
        { "§6.1 DATA on stream 0", Start + Of(Data), Http2Fault.NoStream },
        { "§6.1 padding as long as the payload", Start + Get(1, EndHeaders) + Of(Data, Padded, 1, "05" + Zeros(4)), Http2Fault.PaddingTooLong },
        { "§6.1 all but the length is padding", Start + Get(1, EndHeaders) + Of(Data, Padded | EndStream, 1, "04" + Zeros(4)), Http2Fault.None },
        { "§6.1 no room for the length of padding", Start + Get(1, EndHeaders) + Of(Data, Padded, 1), Http2Fault.WrongFrameSize },
        { "§6.2 HEADERS on stream 0", Start + Of(Headers, 5, 0, "82"), Http2Fault.NoStream },
        { "§6.2 padding too long", Start + Of(Headers, 5 | Padded, 1, "0282"), Http2Fault.PaddingTooLong },
        { "§6.2 padding and priority", Start + Of(Headers, 5 | Padded | WithPriority, 1, "02" + "0000000310" + "828784" + "0000"), Http2Fault.None },
        { "§6.2 padding over the priority", Start + Of(Headers, 5 | Padded | WithPriority, 1, "01" + "0000000310"), Http2Fault.PaddingTooLong },
        { "§6.2 no room for the priority", Start + Of(Headers, 5 | WithPriority, 1, "00000003"), Http2Fault.WrongFrameSize },
        { "§6.2 another type within a field block", Start + Get(1, 0) + Of(Data, 0, 1), Http2Fault.FieldBlockInterrupted },
        { "§6.2 HEADERS within a field block", Start + Get(1, 0) + Get(1), Http2Fault.FieldBlockInterrupted },
        { "§6.2 another stream within a field block", Start + Get(1, 0) + Of(Continuation, EndHeaders, 3), Http2Fault.FieldBlockInterrupted },
        { "§6.2 a field block in three frames", Start + Get(1, 1) + Of(Continuation, 0, 1, "0001") + Of(Continuation, 4, 1, "610162"), Http2Fault.None },
        { "§6.3 PRIORITY on stream 0", Start + Of(Priority, 0, 0, Zeros(5)), Http2Fault.NoStream },
        { "§6.3 PRIORITY of 4 octets", Start + Of(Priority, 0, 1, Zeros(4)), Http2Fault.WrongPrioritySize },
        { "§6.3 PRIORITY within a field block", Start + Get(1, 0) + Of(Priority, 0, 1, Zeros(5)), Http2Fault.FieldBlockInterrupted },
        { "§6.3 PRIORITY of an idle stream", Start + Of(Priority, 0, 9, Zeros(5)), Http2Fault.None },
        { "§6.4 RST_STREAM on stream 0", Start + Of(RstStream, 0, 0, Zeros(4)), Http2Fault.NoStream },
        { "§6.4 RST_STREAM of 3 octets", Start + Of(RstStream, 0, 1, Zeros(3)), Http2Fault.WrongFrameSize },
        { "§6.4 RST_STREAM of 5 octets", Start + Of(RstStream, 0, 1, Zeros(5)), Http2Fault.WrongFrameSize },
        { "§6.5 acknowledgement with settings", Start + Of(Settings, Ack, 0, "000300000001"), Http2Fault.WrongFrameSize },
        { "§6.5 SETTINGS on a stream", Start + Of(Settings, 0, 1), Http2Fault.NotOfAStream },
        { "§6.5 SETTINGS of 5 octets", Start + Of(Settings, 0, 0, Zeros(5)), Http2Fault.WrongFrameSize },
        { "§6.5 acknowledgement", Start + Of(Settings, Ack), Http2Fault.None },
        { "§6.5.2 ENABLE_PUSH 0", Start + Of(Settings, 0, 0, "000200000000"), Http2Fault.None },
        { "§6.5.2 ENABLE_PUSH 1 from a client", Start + Of(Settings, 0, 0, "000200000001"), Http2Fault.None },
        { "§6.5.2 ENABLE_PUSH 2", Start + Of(Settings, 0, 0, "000200000002"), Http2Fault.InvalidEnablePush },
        { "§6.5.2 the largest initial window", Start + Of(Settings, 0, 0, "00047fffffff"), Http2Fault.None },
        { "§6.5.2 a larger initial window", Start + Of(Settings, 0, 0, "000480000000"), Http2Fault.InvalidInitialWindow },
        { "§6.5.2 the smallest frame size", Start + Of(Settings, 0, 0, "000500004000"), Http2Fault.None },
        { "§6.5.2 a smaller frame size", Start + Of(Settings, 0, 0, "000500003fff"), Http2Fault.InvalidMaxFrameSize },
        { "§6.5.2 the largest frame size", Start + Of(Settings, 0, 0, "000500ffffff"), Http2Fault.None },
        { "§6.5.2 a larger frame size", Start + Of(Settings, 0, 0, "000501000000"), Http2Fault.InvalidMaxFrameSize },
        { "§6.5.2 unknown setting is ignored", Start + Of(Settings, 0, 0, "00ffffffffff"), Http2Fault.None },
        { "§6.5.3 settings are taken in their order", Start + Of(Settings, 0, 0, "000200000000" + "000200000002"), Http2Fault.InvalidEnablePush },
        { "§6.6, §8.4 PUSH_PROMISE from a client", Start + Get(1) + Of(PushPromise, 4, 1, "0000000282"), Http2Fault.PushPromise },
        { "§6.7 PING on a stream", Start + Of(Ping, 0, 1, Zeros(8)), Http2Fault.NotOfAStream },
        { "§6.7 PING of 7 octets", Start + Of(Ping, 0, 0, Zeros(7)), Http2Fault.WrongFrameSize },
        { "§6.7 PING of 9 octets", Start + Of(Ping, 0, 0, Zeros(9)), Http2Fault.WrongFrameSize },
        { "§6.8 GOAWAY on a stream", Start + Of(GoAway, 0, 1, Zeros(8)), Http2Fault.NotOfAStream },
        { "§6.8 GOAWAY of 7 octets", Start + Of(GoAway, 0, 0, Zeros(7)), Http2Fault.WrongFrameSize },
        { "§6.8 GOAWAY with debug data", Start + Of(GoAway, 0, 0, Zeros(100)) + Get(1), Http2Fault.None },
        { "§6.9 increment of 0 of a stream", Start + Of(WindowUpdate, 0, 1, Zeros(4)), Http2Fault.ZeroIncrement },
        { "§6.9 increment of 0 of the connection", Start + Of(WindowUpdate, 0, 0, Zeros(4)), Http2Fault.ZeroConnectionIncrement },
        { "§6.9 increment of 0 beside the reserved bit", Start + Of(WindowUpdate, 0, 0, "80000000"), Http2Fault.ZeroConnectionIncrement },
        { "§6.9 WINDOW_UPDATE of 3 octets", Start + Of(WindowUpdate, 0, 0, Zeros(3)), Http2Fault.WrongFrameSize },
        { "§6.10 CONTINUATION on stream 0", Start + Of(Continuation, 4), Http2Fault.NoStream },
        { "§6.10 CONTINUATION after nothing", Start + Of(Continuation, 4, 1, "82"), Http2Fault.ContinuationUnexpected },
        { "§6.10 CONTINUATION after the end of a block", Start + Get(1) + Of(Continuation, 4, 1, "82"), Http2Fault.ContinuationUnexpected },
        { "§6.10 CONTINUATION after DATA", Start + Get(1, 4) + Of(Data, 0, 1, "00") + Of(Continuation, 4, 1), Http2Fault.ContinuationUnexpected },
        { "§6.10 an empty CONTINUATION ends a block", Start + Get(1, 1) + Of(Continuation, EndHeaders, 1), Http2Fault.None },
    };

    // How each fault is answered: RFC 9113 §5.4, and the sections above.
    [Theory]
    [InlineData(Http2Fault.InvalidPreface, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.FirstFrameNotSettings, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.FrameTooLarge, true, Http2ErrorCode.FrameSizeError)]
    [InlineData(Http2Fault.WrongFrameSize, true, Http2ErrorCode.FrameSizeError)]
    [InlineData(Http2Fault.WrongPrioritySize, false, Http2ErrorCode.FrameSizeError)]
    [InlineData(Http2Fault.NoStream, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.NotOfAStream, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.PaddingTooLong, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.FieldBlockInterrupted, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.ContinuationUnexpected, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.PushPromise, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.ZeroIncrement, false, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.ZeroConnectionIncrement, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.InvalidEnablePush, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.InvalidInitialWindow, true, Http2ErrorCode.FlowControlError)]
    [InlineData(Http2Fault.InvalidMaxFrameSize, true, Http2ErrorCode.ProtocolError)]
    [InlineData(Http2Fault.FieldBlockInvalid, true, Http2ErrorCode.CompressionError)]
    [InlineData(Http2Fault.MalformedMessage, false, Http2ErrorCode.ProtocolError)]
    public void Fault_Each_HasItsScopeAndCode(Http2Fault fault, bool endsConnection, Http2ErrorCode code)
    {
        Assert.Equal(endsConnection, Http2Faults.EndsConnection(fault));
        Assert.Equal(code, Http2Faults.Code(fault));
    }

    [Theory]
    [MemberData(nameof(FromClients))]
    public void Frames_FromAClient_FollowTheRules(string row, string hex, Http2Fault fault)
    {
        byte[] input = Convert.FromHexString(hex);
        Http2Conversation whole = new();
        whole.Feed(input);

        Assert.Null(whole.Fault);
        Assert.True(fault == whole.PeerFault, $"{row}: {whole.PeerFault}\n{whole.Log}");
        foreach (int piece in (int[])[1, 2, 7, 23])
        {
            Http2Conversation pieces = new();
            for (int at = 0; at < input.Length; at += piece)
            {
                pieces.Feed(input.AsSpan(at, Math.Min(piece, input.Length - at)));
            }

            Assert.Null(pieces.Fault);
            Assert.Equal(whole.Log, pieces.Log);
        }
    }

    [Theory]
    [InlineData("§3.4 first frame is another", Ping, 0, "0000000000000000", Http2Fault.FirstFrameNotSettings)]
    [InlineData("§3.4 settings", Settings, 0, "", Http2Fault.None)]
    public void FirstFrame_FromAServer_IsSettings(string row, FrameType type, int flags, string payload, Http2Fault fault)
    {
        FrameReader reader = FrameReader.ForClient();

        FrameStep step = reader.Read(Convert.FromHexString(Of(type, flags, 0, payload)));

        Assert.True(fault == reader.Fault, row);
        Assert.Equal(fault == Http2Fault.None ? FrameStatus.Frame : FrameStatus.ConnectionFault, step.Status);
    }

    // §3.4: such a server does not speak HTTP/2, and that is worth a name of its own.
    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", Http2Fault.Http1Answer)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", Http2Fault.Http1Answer)]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", Http2Fault.FirstFrameNotSettings)]
    public void FirstBytes_FromAServerOfAnotherProtocol_AreNamed(string bytes, Http2Fault fault)
    {
        FrameReader reader = FrameReader.ForClient();
        byte[] input = System.Text.Encoding.ASCII.GetBytes(bytes);

        Assert.Equal(FrameStatus.NeedMore, reader.Read(input.AsSpan(0, 8)).Status);
        Assert.Equal(FrameStatus.ConnectionFault, reader.Read(input.AsSpan(0, 9)).Status);

        Assert.Equal(fault, reader.Fault);
        Assert.True(Http2Faults.EndsConnection(fault));
    }

    // §6.6: a server that was told not to push.
    [Fact]
    public void PushPromise_FromAServer_EndsTheConnection()
    {
        byte[] input = Convert.FromHexString(Of(Settings) + Of(PushPromise, EndHeaders, 1, "0000000282"));
        FrameReader reader = FrameReader.ForClient();
        int at = reader.Read(input).Consumed;

        Assert.Equal(FrameStatus.ConnectionFault, reader.Read(input.AsSpan(at)).Status);
        Assert.Equal(Http2Fault.PushPromise, reader.Fault);
    }

    // §6.5.2: a server must not set ENABLE_PUSH to 1.
    [Theory]
    [InlineData("000200000001", Http2Fault.InvalidEnablePush)]
    [InlineData("000200000000", Http2Fault.None)]
    public void EnablePush_FromAServer_IsZero(string hex, Http2Fault fault) =>
        Assert.Equal(fault, new PeerSettings().Apply(Convert.FromHexString(hex), isFromServer: true));

    [Fact]
    public void Reader_AfterAConnectionFault_ConsumesNothing()
    {
        FrameReader reader = FrameReader.ForServer();
        Assert.Equal(FrameStatus.ConnectionFault, reader.Read("GET / HTTP/1.1"u8).Status);

        Assert.Equal(new FrameStep(FrameStatus.ConnectionFault, 0, 0, 0, false), reader.Read(FrameReader.ClientPreface));
        Assert.Equal(Http2Fault.InvalidPreface, reader.Fault);
    }

    // §6.3, §6.9: what is wrong with one stream does not hinder others.
    [Theory]
    [InlineData(Priority, "000000000000")]
    [InlineData(WindowUpdate, "00000000")]
    public void Reader_AfterAStreamFault_ReadsTheNextFrame(FrameType type, string payload)
    {
        byte[] input = Convert.FromHexString(Of(Settings) + Of(type, 0, 3, payload) + Of(Ping, 1, 0, "0102030405060708"));
        FrameReader reader = FrameReader.ForClient();
        int at = reader.Read(input).Consumed;
        FrameStep fault = reader.Read(input.AsSpan(at));
        Assert.Equal((FrameStatus.StreamFault, 3), (fault.Status, reader.Header.StreamId));
        at += fault.Consumed;

        FrameStep ping = reader.Read(input.AsSpan(at));

        Assert.Equal((FrameStatus.Frame, FrameType.Ping, true), (ping.Status, reader.Header.Type, reader.Header.IsAck));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], input[(at + ping.Offset)..(at + ping.Offset + ping.Length)]);
    }
}
