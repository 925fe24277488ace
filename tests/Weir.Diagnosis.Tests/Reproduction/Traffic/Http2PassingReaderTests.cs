using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

namespace Weir.Diagnosis.Tests;

/// <summary>What passes the relay over HTTP/2 is read alike however it is cut.</summary>
public sealed class Http2PassingReaderTests
{
    private readonly HpackEncoder _encoder = new();

    private delegate void Writing(ref FrameWriter writer);

    private static byte[] Frames(Writing write)
    {
        byte[] bytes = new byte[4096];
        var writer = new FrameWriter(bytes);
        write(ref writer);
        Assert.False(writer.Overflowed);
        return bytes[..writer.Length];
    }

    private byte[] Block(params (string Name, string Value)[] fields)
    {
        var block = new FieldBlockWriter(_encoder, new byte[1024]);
        foreach ((string name, string value) in fields)
        {
            Assert.True(block.TryAppend(System.Text.Encoding.ASCII.GetBytes(name), System.Text.Encoding.ASCII.GetBytes(value)));
        }

        return block.Written.ToArray();
    }

    private static Passing ReadAll(bool isFromTarget, byte[] bytes, int pieceBytes)
    {
        var reader = new Http2PassingReader(isFromTarget);
        Passing[] pieces = [.. bytes.Chunk(pieceBytes).Select(piece => reader.Read(piece))];
        return new Passing(
            [.. pieces.SelectMany(static piece => piece.Requests)],
            pieces.Any(static piece => piece.HasAnswer),
            pieces.Select(static piece => piece.GoAway).LastOrDefault(static last => last is not null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Requests_InPiecesOfAnySize_AreFoundByPathAndStream(int pieceBytes)
    {
        byte[] first = Block((":method", "POST"), (":path", "/?n=1"), ("x-long", new string('a', 60)));
        byte[] trailers = Block(("x-sum", "42"));
        byte[] second = Block((":method", "GET"), (":path", "/?n=2"), ("x-long", new string('a', 60)));
        byte[] bytes =
        [
            .. Frames((ref FrameWriter writer) =>
            {
                writer.AppendClientPreface();
                writer.AppendSettings([(SettingId.EnablePush, 0)]);
                // In several frames, and with trailers, which have no path.
                writer.AppendFieldBlock(1, first, isEndStream: false, maxFrameBytes: 20);
                writer.AppendFieldBlock(1, trailers, isEndStream: true, maxFrameBytes: 16_384);
                writer.AppendFieldBlock(3, second, isEndStream: true, maxFrameBytes: 16_384);
            }),
        ];

        Passing passing = ReadAll(isFromTarget: false, bytes, pieceBytes);

        Assert.Equal([("/?n=1", 1), ("/?n=2", 3)], passing.Requests);
        Assert.False(passing.HasAnswer);
        Assert.Null(passing.GoAway);
    }

    // An idle time counts from an answer, and not from what the protocol needs besides.
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void Answers_AreToldFromWhatElseComes(int pieceBytes)
    {
        byte[] greeting = Frames(static (ref FrameWriter writer) =>
        {
            writer.AppendSettings([(SettingId.MaxConcurrentStreams, 100)]);
            writer.AppendSettingsAck();
            writer.AppendPing("12345678"u8, isAck: false);
        });
        byte[] head = Block((":status", "204"));
        byte[] answer = Frames((ref FrameWriter writer) => writer.AppendFieldBlock(1, head, isEndStream: true, maxFrameBytes: 16_384));
        byte[] farewell = Frames(static (ref FrameWriter writer) => writer.AppendGoAway(1, Http2ErrorCode.EnhanceYourCalm));

        Assert.False(ReadAll(isFromTarget: true, greeting, pieceBytes).HasAnswer);
        Assert.True(ReadAll(isFromTarget: true, [.. greeting, .. answer], pieceBytes).HasAnswer);
        Passing bye = ReadAll(isFromTarget: true, [.. greeting, .. farewell], pieceBytes);
        Assert.Equal((false, 1, "ENHANCE_YOUR_CALM"), (bye.HasAnswer, bye.GoAway?.LastStreamId, bye.GoAway?.Code));
    }

    [Fact]
    public void What_IsNoHttp2_IsNothing()
    {
        var reader = new Http2PassingReader(isFromTarget: true);

        Assert.Null(reader.Read("HTTP/1.1 400 Bad Request\r\n\r\n"u8).GoAway);
        Assert.False(reader.Read("more of it"u8).HasAnswer);
    }
}
