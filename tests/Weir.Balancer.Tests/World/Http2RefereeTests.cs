using Weir.Http.Http2.Frames;

using static Weir.Http.Http2.Frames.FrameType;
using static Weir.Http.Tests.Http2.Frames.FrameHex;

namespace Weir.Balancer.Tests;

/// <summary>That the referee sees what it is there to see: all the other tests lean on that.</summary>
public sealed class Http2RefereeTests
{
    private const string Response = ":status: 200\n";
    private const string Request = ":method: GET\n:scheme: http\n:path: /\n";

    private static string Hello => Of(Settings);

    private static string Begun => Hello + Of(Headers, 4, 1, "88");

    // To a client that has asked on stream 1, and has said nothing of windows.
    [Theory]
    [InlineData("§3.4", "Ping")]
    [InlineData("§4.1: flags", "Flags")]
    [InlineData("§4.1: the reserved bit", "Reserved")]
    [InlineData("§4.1: a frame of", "Large")]
    [InlineData("§4.3", "Interrupted")]
    [InlineData("§6: a frame of type", "Push")]
    [InlineData("§6: its stream", "NoStream")]
    [InlineData("§5.1: HEADERS on an idle", "Unasked")]
    [InlineData("§5.1, §8.1", "DataAfterEnd")]
    [InlineData("§5.1: HEADERS on a stream that is ended", "HeadersAfterReset")]
    [InlineData("§5.1: a window", "WindowAfterReset")]
    [InlineData("§6.4", "ResetOfIdle")]
    [InlineData("§6.5: an acknowledgement", "AckOfNothing")]
    [InlineData("§6.5.2", "MayPush")]
    [InlineData("§6.7", "AnswerOfNothing")]
    [InlineData("§6.8", "HigherGoAway")]
    [InlineData("§6.9:", "NoIncrement")]
    [InlineData("§6.9.1", "OverWindow")]
    [InlineData("§6.10", "ContinuesNothing")]
    public void Frame_ThatMayNotBeSent_IsSeen(string section, string what)
    {
        string frames = what switch
        {
            "Ping" => Of(Ping, 0, 0, Zeros(8)),
            "Flags" => Hello + Of(Headers, 4 | 8, 1, "0088"),
            "Reserved" => Hello + Of(Headers, 4, int.MinValue | 1, "88"),
            "Large" => Begun + Of(Data, 0, 1, Zeros(16_385)),
            "Interrupted" => Hello + Of(Headers, 0, 1, "88") + Of(Data, 0, 1),
            "Push" => Hello + Of(PushPromise, 4, 1, "00000002"),
            "NoStream" => Hello + Of(RstStream, 0, 0, Zeros(4)),
            "Unasked" => Hello + Of(Headers, 5, 3, "88"),
            "DataAfterEnd" => Hello + Of(Headers, 5, 1, "88") + Of(Data, 0, 1, "00"),
            "HeadersAfterReset" => Hello + Of(RstStream, 0, 1, Zeros(4)) + Of(Headers, 5, 1, "88"),
            "WindowAfterReset" => Hello + Of(RstStream, 0, 1, Zeros(4)) + Of(WindowUpdate, 0, 1, "00000001"),
            "ResetOfIdle" => Hello + Of(RstStream, 0, 2, Zeros(4)),
            "AckOfNothing" => Hello + Of(Settings, 1) + Of(Settings, 1),
            "MayPush" => Of(Settings, 0, 0, "000200000001"),
            "AnswerOfNothing" => Hello + Of(Ping, 1, 0, Zeros(8)),
            "HigherGoAway" => Hello + Of(GoAway, 0, 0, "00000001" + Zeros(4)) + Of(GoAway, 0, 0, "00000003" + Zeros(4)),
            "NoIncrement" => Hello + Of(WindowUpdate, 0, 1, Zeros(4)),
            "OverWindow" => Begun + string.Concat(Enumerable.Repeat(Of(Data, 0, 1, Zeros(16_384)), 4)),
            _ => Hello + Of(Continuation, 4, 1, "88"),
        };
        Exception seen = Assert.ThrowsAny<Exception>(() => Feed(new Http2Referee(isOfTarget: false), Start + Get(1, 4), frames, Response));
        Assert.Contains(section, seen.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("§5.1.1", 2, Request)]
    [InlineData("§5.1.2", 5, Request)]
    [InlineData("§8.3:", 1, Request + ":status: 200\n")]
    [InlineData("§8.3:", 1, Request + ":path: /\n")]
    [InlineData("§8.3.1", 1, ":method: GET\n:path: /\n")]
    [InlineData("§8.2.1", 1, Request + "X: y\n")]
    [InlineData("§8.2.1", 1, Request + "x y: z\n")]
    [InlineData("§8.2.1", 1, Request + "x: y \n")]
    [InlineData("§8.2.1", 1, Request + "x: y\r\n")]
    [InlineData("§8.2.1", 1, Request + "x: y\n:path: /\n")]
    [InlineData("§8.2.2", 1, Request + "keep-alive: 5\n")]
    [InlineData("§8.2.2", 1, Request + "te: gzip\n")]
    public void Request_ThatMayNotBeSent_IsSeen(string section, int id, string fields)
    {
        // Two at once is what this target allows.
        string frames = Hello + Of(Settings, 1) + (id == 5 ? Of(Headers, 5, 1, "82") + Of(Headers, 5, 3, "82") : "") + Of(Headers, 5, id, "82");
        Exception seen = Assert.ThrowsAny<Exception>(
            () => Feed(new Http2Referee(isOfTarget: true), Of(Settings, 0, 0, "000300000002"), frames, fields));
        Assert.Contains(section, seen.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_ThatMayBeSent_AreWell()
    {
        Feed(
            new Http2Referee(isOfTarget: false),
            Start + Get(1, 4) + Of(WindowUpdate, 0, 1, "00000010") + Of(WindowUpdate, 0, 0, "00000010") + Of(Ping, 0, 0, "0102030405060708"),
            Begun + Of(Settings, 1) + Of(Ping, 1, 0, "0102030405060708") + string.Concat(Enumerable.Repeat(Of(Data, 0, 1, Zeros(16_384)), 3))
                + Of(Data, 1, 1, Zeros(16_399)[..(2 * 16_383)]) + Of(RstStream, 0, 1, Zeros(4)) + Of(GoAway, 0, 0, "7fffffff" + Zeros(4)),
            Response + "x: y\n");
        Feed(new Http2Referee(isOfTarget: true), Of(Settings, 0, 0, "000300000001"), Hello + Of(Settings, 1) + Of(Headers, 5, 1, "82"), Request + "te: trailers\n");
    }

    // The first field block stands for these fields.
    private static void Feed(Http2Referee referee, string said, string came, string fields)
    {
        referee.Said(Convert.FromHexString(said));
        byte[] bytes = Convert.FromHexString(came);
        for (int at = 0, length; at < bytes.Length; at += FrameHeader.Bytes + length)
        {
            length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            int id = (bytes[at + 5] << 24) | (bytes[at + 6] << 16) | (bytes[at + 7] << 8) | bytes[at + 8];
            var type = (FrameType)bytes[at + 3];
            referee.Came(type, bytes[at + 4], id, bytes[(at + FrameHeader.Bytes)..(at + FrameHeader.Bytes + length)]);
            if (type == Headers && (bytes[at + 4] & 4) != 0)
            {
                referee.CameBlock(id, fields);
            }
        }
    }
}
