using Weir.Http.Http2.Messages;

namespace Weir.Http.Tests.Http2.Messages;

/// <summary>Every MUST of RFC 9113 §8 about responses and trailers, and about the order of what comes on a stream.</summary>
public sealed class ResponseConformanceTests
{
    [Theory]
    [InlineData("§8.3.2 whole", ":status=200|x=y", MessageFault.None)]
    [InlineData("§8.3.2 no :status", "x=y", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3.2 nothing", "", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3 repeated", ":status=200|:status=200", MessageFault.RepeatedPseudoHeader)]
    [InlineData("§8.3 of a request", ":status=200|:path=/", MessageFault.UndefinedPseudoHeader)]
    [InlineData("§8.3 after a field", "x=y|:status=200", MessageFault.MissingPseudoHeader)]
    [InlineData("§8.3 again after a field", ":status=200|x=y|:status=200", MessageFault.PseudoHeaderAfterField)]
    [InlineData("§8.3.2 two digits", ":status=20", MessageFault.InvalidStatus)]
    [InlineData("§8.3.2 four digits", ":status=2000", MessageFault.InvalidStatus)]
    [InlineData("§8.3.2 under 100", ":status=099", MessageFault.InvalidStatus)]
    [InlineData("§8.3.2 no digits", ":status=2x0", MessageFault.InvalidStatus)]
    [InlineData("§8.6 switching protocols", ":status=101", MessageFault.SwitchingProtocols)]
    [InlineData("§8.1 an interim one that ends the stream", ":status=103", MessageFault.InterimEndsStream)]
    [InlineData("§8.2.1 capitals", ":status=200|X=y", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 LF", ":status=200|x=\n", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.2 connection", ":status=200|connection=close", MessageFault.ConnectionSpecificField)]
    [InlineData("§8.2.2 te is for requests", ":status=200|te=trailers", MessageFault.InvalidTe)]
    [InlineData("§8.1.1 content-length without DATA", ":status=200|content-length=1", MessageFault.ContentLengthDiffers)]
    [InlineData("§8.1.1 content-length of 304", ":status=304|content-length=1", MessageFault.None)]
    [InlineData("§8.1.1 content-lengths that differ", ":status=304|content-length=1|content-length=2", MessageFault.InvalidContentLength)]
    public void Response_WithTheseFields_FollowsTheRules(string row, string lines, MessageFault fault)
    {
        MessageFault found = ResponseReader.Read(
            Sections.Of(lines), new ResponseHead(), RequestMethod.Get, isEndStream: true, 0);

        Assert.True(fault == found, $"{row}: {found}");
    }

    [Theory]
    [InlineData(":status=200|content-length=5", RequestMethod.Get, false, BodyKind.Length, 5)]
    [InlineData(":status=200|content-length=5", RequestMethod.Head, true, BodyKind.None, 0)]
    [InlineData(":status=304|content-length=5", RequestMethod.Get, true, BodyKind.None, 0)]
    [InlineData(":status=200", RequestMethod.Get, false, BodyKind.Chunked, 0)]
    [InlineData(":status=200", RequestMethod.Get, true, BodyKind.None, 0)]
    [InlineData(":status=204", RequestMethod.Get, false, BodyKind.None, 0)]
    public void Framing_OfAResponse_FollowsFromLengthAndEnd(
        string lines, RequestMethod method, bool isEndStream, BodyKind kind, long lengthBytes)
    {
        ResponseHead head = new();

        Assert.Equal(MessageFault.None, ResponseReader.Read(Sections.Of(lines), head, method, isEndStream, 77));

        Assert.Equal(new BodyFraming(kind, lengthBytes), head.Framing);
        Assert.Equal((ProtocolVersion.Http2, true, 77), (head.Version, head.Reusable, head.HeadBytes));
    }

    [Theory]
    [InlineData("§8.1", "grpc-status=0|x=y", MessageFault.None)]
    [InlineData("§8.1 pseudo-header field", "x=y|:status=200", MessageFault.PseudoHeaderInTrailers)]
    [InlineData("§8.2.1 capitals", "X=y", MessageFault.InvalidFieldName)]
    [InlineData("§8.2.1 NUL", "x=\0", MessageFault.InvalidFieldValue)]
    [InlineData("§8.2.2 connection", "connection=close", MessageFault.ConnectionSpecificField)]
    public void Trailers_WithTheseFields_FollowTheRules(string row, string lines, MessageFault fault) =>
        Assert.True(fault == TrailerReader.Check(Sections.Of(lines)), row);

    // H, h: HEADERS that ends the stream or not; D, d: DATA of one byte; E: empty DATA that ends it.
    [Theory]
    [InlineData("§8.1 head only", -1, "H", MessageFault.None)]
    [InlineData("§8.1 head, data", -1, "hddD", MessageFault.None)]
    [InlineData("§8.1 head, data, trailers", -1, "hddH", MessageFault.None)]
    [InlineData("§8.1 head, trailers", -1, "hH", MessageFault.None)]
    [InlineData("§8.1 a second head that does not end it", -1, "hh", MessageFault.TrailersWithoutEnd)]
    [InlineData("§8.1 the same after data", -1, "hdh", MessageFault.TrailersWithoutEnd)]
    [InlineData("§8.1 data first", -1, "d", MessageFault.DataBeforeHead)]
    [InlineData("§8.1.1 as many", 2, "hdD", MessageFault.None)]
    [InlineData("§8.1.1 as many, then an empty end", 2, "hddE", MessageFault.None)]
    [InlineData("§8.1.1 as many, then trailers", 2, "hddH", MessageFault.None)]
    [InlineData("§8.1.1 more", 1, "hdd", MessageFault.ContentLengthDiffers)]
    [InlineData("§8.1.1 fewer", 2, "hD", MessageFault.ContentLengthDiffers)]
    [InlineData("§8.1.1 fewer, then trailers", 2, "hdH", MessageFault.ContentLengthDiffers)]
    public void Frames_OfARequest_ComeInTheirOrder(string row, int length, string frames, MessageFault fault)
    {
        RequestHead head = new();
        string lines = ":method=POST|:scheme=https|:path=/|:authority=a" + (length < 0 ? "" : $"|content-length={length}");
        MessageProgress progress = default;
        MessageFault found = MessageFault.None;
        foreach (char frame in frames)
        {
            Assert.Equal(MessageFault.None, found);
            bool isEnd = char.IsUpper(frame);
            if (frame is 'h' or 'H')
            {
                found = progress.BeginFieldBlock(isEnd, out bool isTrailers);
                if (found == MessageFault.None && isTrailers)
                {
                    found = progress.EndTrailers();
                }
                else if (found == MessageFault.None)
                {
                    found = RequestReader.Read(Sections.Of(lines), head, isEnd, 0);
                    progress.EndHead(head);
                }
            }
            else
            {
                found = progress.Data(frame == 'E' ? 0 : 1, isEnd);
            }
        }

        Assert.True(fault == found, $"{row}: {found}");
    }

    // §8.1: any number of interim responses before the final one.
    [Fact]
    public void InterimResponses_BeforeTheFinalOne_AreHeads()
    {
        MessageProgress progress = default;
        ResponseHead head = new();
        foreach (string status in (string[])["100", "103", "200"])
        {
            Assert.Equal(MessageFault.None, progress.BeginFieldBlock(isEndStream: false, out bool isTrailers));
            Assert.False(isTrailers);
            Assert.Equal(
                MessageFault.None,
                ResponseReader.Read(Sections.Of(":status=" + status), head, RequestMethod.Get, isEndStream: false, 0));
            progress.EndHead(head);
        }

        Assert.Equal(MessageFault.TrailersWithoutEnd, progress.BeginFieldBlock(isEndStream: false, out _));
    }

    // A response to HEAD has no content, whatever its Content-Length says.
    [Fact]
    public void Data_InAnswerToHead_IsMalformed()
    {
        MessageProgress progress = default;
        ResponseHead head = new();
        Assert.Equal(
            MessageFault.None,
            ResponseReader.Read(Sections.Of(":status=200|content-length=5"), head, RequestMethod.Head, isEndStream: false, 0));
        progress.EndHead(head);

        Assert.Equal(MessageFault.None, progress.Data(0, isEndStream: false));
        Assert.Equal(MessageFault.ContentLengthDiffers, progress.Data(5, isEndStream: true));
    }
}
