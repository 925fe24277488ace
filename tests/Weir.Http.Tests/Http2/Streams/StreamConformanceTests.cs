using Weir.Fuzz.Oracles.Http2;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;

using static Weir.Http.Http2.Frames.FrameType;
using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Http.Tests.Http2.Streams;

/// <summary>Every MUST of RFC 9113 §5.1 about the states of streams and their numbers.</summary>
public sealed class StreamConformanceTests
{
    private const int HeadersOnly = 4;
    private const int EndStream = 1;

    public static TheoryData<string, string, Http2Fault> Connections => new()
    {
        { "§5.1 idle: DATA", Of(Data, 0, 1), Http2Fault.FrameOnIdleStream },
        { "§5.1 idle, §6.4: RST_STREAM", Of(RstStream, 0, 1, Zeros(4)), Http2Fault.FrameOnIdleStream },
        { "§5.1 idle: WINDOW_UPDATE", Of(WindowUpdate, 0, 1, "00000001"), Http2Fault.FrameOnIdleStream },
        { "§5.1 idle: PRIORITY", Of(Priority, 0, 1, Zeros(5)), Http2Fault.None },
        { "§5.1 idle, of the server: PRIORITY", Of(Priority, 0, 2, Zeros(5)), Http2Fault.None },
        { "§5.1 idle, of the server: HEADERS", Get(2), Http2Fault.InvalidStreamId },
        { "§5.1 idle, of the server: DATA", Of(Data, 0, 2), Http2Fault.FrameOnIdleStream },
        { "§5.1 open: DATA, trailers", Get(1, HeadersOnly) + Of(Data, 0, 1, "00") + Of(Headers, 5, 1), Http2Fault.None },
        { "§5.1 open: WINDOW_UPDATE, PRIORITY", Get(1, HeadersOnly) + Of(WindowUpdate, 0, 1, "00000001") + Of(Priority, 0, 1, Zeros(5)), Http2Fault.None },
        { "§5.1 half-closed: DATA", Get(1) + Of(Data, 0, 1), Http2Fault.FrameAfterEndStream },
        { "§5.1 half-closed: HEADERS", Get(1) + Get(1), Http2Fault.FrameAfterEndStream },
        { "§5.1 half-closed by DATA: DATA", Get(1, HeadersOnly) + Of(Data, EndStream, 1) + Of(Data, 0, 1), Http2Fault.FrameAfterEndStream },
        { "§5.1 half-closed: WINDOW_UPDATE", Get(1) + Of(WindowUpdate, 0, 1, "00000001"), Http2Fault.None },
        { "§5.1 half-closed: PRIORITY", Get(1) + Of(Priority, 0, 1, Zeros(5)), Http2Fault.None },
        { "§5.1 half-closed: RST_STREAM", Get(1) + Of(RstStream, 0, 1, Zeros(4)), Http2Fault.None },
        { "§5.1 half-closed: CONTINUATION", Get(1) + Of(Continuation, 4, 1), Http2Fault.ContinuationUnexpected },
        { "§5.1 closed: DATA after RST_STREAM", Get(1, HeadersOnly) + Of(RstStream, 0, 1, Zeros(4)) + Of(Data, 0, 1), Http2Fault.FrameOnClosedStream },
        { "§5.1 closed: HEADERS after RST_STREAM", Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Get(1), Http2Fault.FrameOnClosedStream },
        { "§5.1 closed: WINDOW_UPDATE", Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Of(WindowUpdate, 0, 1, "00000001"), Http2Fault.None },
        { "§5.1, §5.4.2 closed: RST_STREAM", Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Of(RstStream, 0, 1, Zeros(4)), Http2Fault.None },
        { "§5.1 closed: PRIORITY", Get(1) + Of(RstStream, 0, 1, Zeros(4)) + Of(Priority, 0, 1, Zeros(5)), Http2Fault.None },
        { "§5.1.1 a higher number", Get(1) + Get(7), Http2Fault.None },
        { "§5.1.1 a number that was left out", Get(7) + Get(5), Http2Fault.InvalidStreamId },
        { "§5.1.1 the first that was left out", Get(7) + Get(1), Http2Fault.InvalidStreamId },
        { "§5.1.1 one that was left out later", Get(1) + Get(3) + Get(9) + Get(7), Http2Fault.InvalidStreamId },
        { "§5.1.1 DATA on a stream that was left out", Get(7) + Of(Data, 0, 5), Http2Fault.FrameOnClosedStream },
        { "§5.1.1 WINDOW_UPDATE on a stream that was left out", Get(7) + Of(WindowUpdate, 0, 5, "00000001"), Http2Fault.None },
        { "§6.9.1 DATA beyond the connection's window", Get(1, HeadersOnly) + string.Concat(Enumerable.Repeat(Of(Data, 0, 1, Zeros(16384)), 4)), Http2Fault.ConnectionWindowExceeded },
    };

    [Theory]
    [MemberData(nameof(Connections))]
    public void Frame_InAState_FollowsTheRules(string row, string hex, Http2Fault fault)
    {
        Http2Conversation conversation = new();

        conversation.Feed(Convert.FromHexString(Start + hex));

        Assert.Null(conversation.Fault);
        Assert.True(fault == conversation.PeerFault, $"{row}: {conversation.PeerFault}\n{conversation.Log}");
    }

    // What a peer sends; behind ">" what we send. Capitals end the stream.
    [Theory]
    [InlineData("h", StreamState.Open)]
    [InlineData("H", StreamState.HalfClosedRemote)]
    [InlineData("hdD", StreamState.HalfClosedRemote)]
    [InlineData("hdH", StreamState.HalfClosedRemote)]
    [InlineData("h>h", StreamState.Open)]
    [InlineData("h>H", StreamState.HalfClosedLocal)]
    [InlineData("h>h>dd>D", StreamState.HalfClosedLocal)]
    [InlineData("H>h>D", StreamState.Closed)]
    [InlineData("h>HD", StreamState.Closed)]
    [InlineData("h>HdH", StreamState.Closed)]
    [InlineData("hr", StreamState.Closed)]
    [InlineData("h>r", StreamState.Closed)]
    [InlineData("H>r", StreamState.Closed)]
    [InlineData("h>Hr", StreamState.Closed)]
    [InlineData("hpwH>pw", StreamState.HalfClosedRemote)]
    [InlineData("p", StreamState.Idle)]
    [InlineData(">H", StreamState.HalfClosedLocal)]
    [InlineData(">hhD", StreamState.HalfClosedRemote)]
    [InlineData(">Hwhd>wD", StreamState.Closed)]
    public void Stream_AfterFrames_HasItsState(string frames, StreamState state) =>
        Assert.Equal((Http2Fault.None, true, state), Run(frames));

    [Theory]
    [InlineData(">d")]
    [InlineData(">r")]
    [InlineData(">w")]
    [InlineData("h>H>d")]
    [InlineData("h>H>h")]
    [InlineData("H>w")]
    [InlineData("hr>h")]
    [InlineData("hr>r")]
    [InlineData("H>H>d")]
    public void Frame_ThatMustNotBeSent_IsRefused(string frames) => Assert.False(Run(frames).Sent);

    [Theory]
    [InlineData("d", Http2Fault.FrameOnIdleStream)]
    [InlineData("r", Http2Fault.FrameOnIdleStream)]
    [InlineData("w", Http2Fault.FrameOnIdleStream)]
    [InlineData("Hd", Http2Fault.FrameAfterEndStream)]
    [InlineData("H>Hd", Http2Fault.FrameOnClosedStream)]
    [InlineData("H>Hh", Http2Fault.FrameOnClosedStream)]
    public void Frame_ThatMustNotCome_IsNamed(string frames, Http2Fault fault) => Assert.Equal(fault, Run(frames).Fault);

    [Theory]
    [InlineData(StreamEnd.Finished, Data, Http2Fault.FrameOnClosedStream)]
    [InlineData(StreamEnd.Finished, Headers, Http2Fault.HeadersOnClosedStream)]
    [InlineData(StreamEnd.Finished, WindowUpdate, Http2Fault.None)]
    [InlineData(StreamEnd.Finished, RstStream, Http2Fault.None)]
    [InlineData(StreamEnd.Finished, Priority, Http2Fault.None)]
    [InlineData(StreamEnd.ResetByPeer, Data, Http2Fault.FrameOnClosedStream)]
    [InlineData(StreamEnd.ResetByPeer, Headers, Http2Fault.FrameOnClosedStream)]
    [InlineData(StreamEnd.ResetByPeer, RstStream, Http2Fault.None)]
    [InlineData(StreamEnd.ResetByUs, Data, Http2Fault.None)]
    [InlineData(StreamEnd.ResetByUs, Headers, Http2Fault.None)]
    [InlineData(StreamEnd.ResetByUs, WindowUpdate, Http2Fault.None)]
    public void Frame_OnAClosedStream_FollowsFromItsEnd(StreamEnd end, FrameType type, Http2Fault fault)
    {
        PeerStreams streams = new();
        Assert.Equal(Http2Fault.None, streams.Open(1));
        streams.Close(1, end);

        Assert.Equal(fault, streams.ReceiveOnOther(1, type));
    }

    // §5.1.2, §8.7: refused, and what follows on it is dropped.
    [Fact]
    public void Stream_OverTheLimit_IsRefusedUntilOneEnds()
    {
        PeerStreams streams = new(maxOpen: 2);
        Assert.Equal((Http2Fault.None, Http2Fault.None), (streams.Open(1), streams.Open(3)));

        Assert.Equal(Http2Fault.TooManyStreams, streams.Open(5));
        Assert.Equal(Http2Fault.None, streams.ReceiveOnOther(5, Data));
        streams.Close(1, StreamEnd.Finished);
        Assert.Equal(Http2Fault.None, streams.Open(7));

        Assert.Equal((7, 2), (streams.LastStreamId, streams.OpenCount));
        Assert.Equal(Http2ErrorCode.RefusedStream, Http2Faults.Code(Http2Fault.TooManyStreams));
    }

    [Fact]
    public void Streams_LongEnded_AreForgottenAndWhatComesOnThemIsDropped()
    {
        PeerStreams streams = new();
        for (int number = 0; number <= Http2Limits.RememberedStreams; number++)
        {
            Assert.Equal(Http2Fault.None, streams.Open((2 * number) + 1));
            streams.Close((2 * number) + 1, StreamEnd.Finished);
        }

        Assert.Equal((StreamEnd.Forgotten, StreamEnd.Finished), (streams.EndOf(1), streams.EndOf(3)));
        Assert.Equal(Http2Fault.None, streams.ReceiveOnOther(1, Headers));
        Assert.Equal(0, streams.OpenCount);
    }

    [Fact]
    public void Gaps_LongPast_AreForgottenAndWhatComesThereIsDropped()
    {
        PeerStreams streams = new(maxOpen: int.MaxValue);
        for (int number = 0; number <= Http2Limits.RememberedGaps; number++)
        {
            Assert.Equal(Http2Fault.None, streams.Open((4 * number) + 3));
        }

        Assert.Equal((StreamEnd.Forgotten, StreamEnd.NeverOpened), (streams.EndOf(1), streams.EndOf(5)));
        Assert.Equal(Http2Fault.None, streams.ReceiveOnOther(1, Headers));
    }

    // §5.1.1: the numbers of a client are odd and rise; §6.8: after GOAWAY none is opened.
    [Fact]
    public void OwnStreams_UntilGoAway_AreOddAndRise()
    {
        OwnStreams streams = default;
        Assert.True(streams.TryOpen(2, out int first));
        Assert.True(streams.TryOpen(2, out int second));
        Assert.False(streams.TryOpen(2, out _));
        streams.Close();
        Assert.True(streams.TryOpen(2, out int third));
        Assert.Equal((1, 3, 5), (first, second, third));
        Assert.Equal((false, true, true), (streams.IsIdle(5), streams.IsIdle(7), streams.IsIdle(2)));

        streams.GoAway(int.MaxValue);
        Assert.False(streams.TryOpen(9, out _));
        Assert.False(streams.IsUnprocessed(5));
        streams.GoAway(3);
        streams.GoAway(5);
        Assert.Equal((false, true), (streams.IsUnprocessed(3), streams.IsUnprocessed(5)));
    }

    private static (Http2Fault Fault, bool Sent, StreamState State) Run(string frames)
    {
        StreamLifecycle stream = default;
        for (int index = 0; index < frames.Length; index++)
        {
            bool isSent = frames[index] == '>';
            index += isSent ? 1 : 0;
            bool isEnd = char.IsUpper(frames[index]);
            FrameType type = char.ToLowerInvariant(frames[index]) switch
            {
                'h' => Headers,
                'd' => Data,
                'r' => RstStream,
                'w' => WindowUpdate,
                _ => Priority,
            };
            if (isSent && type != Priority && !stream.TrySend(type, isEnd))
            {
                return (Http2Fault.None, false, stream.State);
            }

            Http2Fault fault = isSent ? Http2Fault.None : stream.Receive(type, isEnd);
            if (fault != Http2Fault.None)
            {
                return (fault, true, stream.State);
            }
        }

        return (Http2Fault.None, true, stream.State);
    }
}
