using System.Text;
using Weir.Diagnosis.Probing;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Hpack;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>What comes over HTTP/2 is read alike however it is cut, and nothing that comes breaks the probe.</summary>
public sealed class Http2SessionTests
{
    private const long Now = 7;

    private static readonly ProbeRequest _request = new(new ProbeOptions { Url = ProbeUrl.Parse("http://target.test/", out _)! });

    // A head in two frames, a body in two, one of them padded, trailers; and then a farewell with a word more than it needs.
    private static byte[] WholeAnswer()
    {
        byte[] bytes = new byte[4096];
        var encoder = new HpackEncoder();
        var head = new FieldBlockWriter(encoder, new byte[1024]);
        Assert.True(head.TryAppendStatus(200) && head.TryAppend("server"u8, "scripted"u8) && head.TryAppend("set-cookie"u8, "AWSALB=1"u8));
        var writer = new FrameWriter(bytes);
        writer.AppendSettings([(SettingId.MaxConcurrentStreams, 9), (SettingId.MaxHeaderListSize, 1000)]);
        writer.AppendPing("12345678"u8, isAck: false);
        writer.AppendFieldBlock(1, head.Written, isEndStream: false, maxFrameBytes: 10);
        writer.AppendDataHeader(1, 2, isEndStream: false);
        int length = writer.Length;
        Append("ok"u8);
        // DATA of seven octets, PADDED: three of padding, three of content.
        Append([0, 0, 7, 0, 8, 0, 0, 0, 1, 3, (byte)'a', (byte)'n', (byte)'d', 0, 0, 0]);
        var trailers = new FieldBlockWriter(encoder, new byte[1024]);
        Assert.True(trailers.TryAppend("x-sum"u8, "42"u8));
        var rest = new FrameWriter(bytes.AsSpan(length));
        rest.AppendFieldBlock(1, trailers.Written, isEndStream: true, maxFrameBytes: 16_384);
        length += rest.Length;
        Append([0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 11, (byte)'n', (byte)'o']);
        return bytes[..length];

        void Append(ReadOnlySpan<byte> more)
        {
            more.CopyTo(bytes.AsSpan(length));
            length += more.Length;
        }
    }

    private static Http2Session Read(byte[] bytes, int pieceBytes)
    {
        var session = new Http2Session();
        session.Begin(_request.OverHttp2);
        byte[] unread = [];
        foreach (byte[] piece in bytes.Chunk(pieceBytes))
        {
            unread = [.. unread, .. piece];
            unread = unread[session.Read(unread, Now)..];
        }

        return session;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Read_InPiecesOfAnySize_ComesToTheSame(int pieceBytes)
    {
        Http2Session session = Read(WholeAnswer(), pieceBytes);

        Assert.Equal((StreamState.Answered, false), (session.State, session.IsBroken));
        Assert.Equal((200, "scripted", 5L), (session.Answer!.StatusCode, session.Answer.Server, session.Answer.BodyBytes));
        Assert.Equal(["server", "set-cookie"], session.Answer.FieldNames);
        Assert.Equal(["AWSALB"], session.Answer.Cookies);
        Assert.Equal(new GoAway("ENHANCE_YOUR_CALM", 1, Now), session.GoAway);
        Assert.Equal(new Http2Settings(9, 65_535, 16_384, 4_096, 1_000), session.Settings);
        // SETTINGS ACK, and PING ACK with its octets.
        Assert.Equal([0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 8, 6, 1, 0, 0, 0, 0, .. "12345678"u8], session.TakeReplies());
        Assert.Empty(session.TakeReplies());
    }

    [Theory]
    [InlineData(Http2ErrorCode.NoError, "NO_ERROR")]
    [InlineData(Http2ErrorCode.Http11Required, "HTTP_1_1_REQUIRED")]
    [InlineData((Http2ErrorCode)0x1234, "0x1234")]
    public void Code_OfAGoAway_HasTheNameOfTheStandard(Http2ErrorCode code, string name)
    {
        byte[] bytes = new byte[64];
        var writer = new FrameWriter(bytes);
        writer.AppendSettings([]);
        writer.AppendGoAway(0, code);

        Assert.Equal((name, 0), (Read(bytes[..writer.Length], 64).GoAway!.Code, Read(bytes[..writer.Length], 1).GoAway!.LastStreamId));
    }

    // Bytes at random, most of them behind what makes sense, so that all of the reader is met.
    [Fact]
    public void Read_OfWhateverComes_NeverThrowsAndNeverGoesOnForEver()
    {
        byte[] sense = WholeAnswer();
        var random = new Random(20261127);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. sense.AsSpan(0, random.Next(sense.Length)), .. new byte[random.Next(64)]];
            for (int change = random.Next(8); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Http2Session session = Read(bytes, 1 + random.Next(100));
            Assert.True(session.State != StreamState.Answered || session.Answer is { StatusCode: >= 200 }, Encoding.Latin1.GetString(bytes));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("an order")]
    public void Request_EndsWithItsBody_OrWithItsHead(string body)
    {
        byte[] bytes = new Http2Session().Begin(new Http2Request([(":method", "POST"), (":path", "/")], body));

        var frames = FrameReader.ForServer();
        var ends = new List<FrameType>();
        string content = "";
        FrameStep step;
        for (int consumed = 0; (step = frames.Read(bytes.AsSpan(consumed))).Status != FrameStatus.NeedMore; consumed += step.Consumed)
        {
            Assert.NotEqual(FrameStatus.ConnectionFault, step.Status);
            if (step.Status == FrameStatus.Frame && frames.Header.IsEndStream)
            {
                ends.Add(frames.Header.Type);
            }
            else if (step.Status == FrameStatus.Content && frames.Header.Type == FrameType.Data)
            {
                content += Encoding.ASCII.GetString(bytes, consumed + step.Offset, step.Length);
            }
        }

        Assert.Equal([body.Length == 0 ? FrameType.Headers : FrameType.Data], ends);
        Assert.Equal(body, content);
    }
}
