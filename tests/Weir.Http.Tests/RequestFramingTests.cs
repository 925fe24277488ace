namespace Weir.Http.Tests;

/// <summary>RFC 9112 §6.3 and what the load balancer adds to it.</summary>
public sealed class RequestFramingTests
{
    [Theory]
    [InlineData("§6.3 item 7", "X: y", BodyKind.None, 0)]
    [InlineData("§6.3 item 6", "Content-Length: 10", BodyKind.Length, 10)]
    [InlineData("§6.3 item 6, zero", "Content-Length: 0", BodyKind.Length, 0)]
    [InlineData("63 bits", "Content-Length: 9223372036854775807", BodyKind.Length, long.MaxValue)]
    [InlineData("§6.3 item 4", "Transfer-Encoding: chunked", BodyKind.Chunked, 0)]
    [InlineData("§6.3 item 3", "Transfer-Encoding: chunked\r\nContent-Length: 5", BodyKind.Chunked, 0)]
    [InlineData("§6.3 item 3, reversed", "Content-Length: 5\r\nTransfer-Encoding: chunked", BodyKind.Chunked, 0)]
    [InlineData("ALB: identity", "Transfer-Encoding: identity\r\nContent-Length: 5", BodyKind.Length, 5)]
    [InlineData("ALB: identity alone", "Transfer-Encoding: identity", BodyKind.None, 0)]
    [InlineData("ALB: identity, chunked", "Transfer-Encoding: identity, chunked", BodyKind.Chunked, 0)]
    [InlineData("§6.3 item 5, equal", "Content-Length: 5\r\nContent-Length: 5", BodyKind.Length, 5)]
    [InlineData("a name that only looks like it", "Transfer_Encoding: chunked", BodyKind.None, 0)]
    [InlineData("blank before the colon of CL", "Content-Length : 5", BodyKind.Length, 5)]
    [InlineData("folded line goes on as a field", "X: y\r\n Content-Length: 5", BodyKind.Length, 5)]
    public void Framing_OfARequest_FollowsTheRules(string row, string fields, BodyKind kind, long lengthBytes)
    {
        RequestHead head = Wire.Request($"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n", out ParseStatus status);

        Assert.True(status == ParseStatus.Complete, row);
        Assert.Equal(new BodyFraming(kind, lengthBytes), head.Framing);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5", 2)]
    [InlineData("Transfer-Encoding: chunked\r\nContent_Length: 5", 2)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", 2)]
    public void ContentLength_RepeatedOrBesideTransferEncoding_IsNotForwarded(string fields, int index)
    {
        // Source: http-desync-guardian.
        RequestHead head = Wire.Request($"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n", out _);

        Assert.False(head.IsForwarded(index));
    }

    [Theory]
    [InlineData("§6.1, ALB: other codings", "Transfer-Encoding: gzip, chunked", RequestRefusal.UnsupportedTransferCoding)]
    [InlineData("§6.1, unknown", "Transfer-Encoding: xchunked", RequestRefusal.UnsupportedTransferCoding)]
    [InlineData("§6.1, empty", "Transfer-Encoding:", RequestRefusal.UnsupportedTransferCoding)]
    [InlineData("ALB: blank before the colon", "Transfer-Encoding : chunked", RequestRefusal.WhitespaceBeforeTransferEncodingColon)]
    [InlineData("ALB: tab before the colon", "transfer-encoding\t: chunked", RequestRefusal.WhitespaceBeforeTransferEncodingColon)]
    [InlineData("§6.3 item 5, bad", "Content-Length: a", RequestRefusal.InvalidContentLength)]
    [InlineData("§6.3 item 5, list", "Content-Length: 5, 5", RequestRefusal.InvalidContentLength)]
    [InlineData("§6.3 item 5, 64 bits", "Content-Length: 9223372036854775808", RequestRefusal.InvalidContentLength)]
    [InlineData("§6.3 item 5, differing", "Content-Length: 5\r\nContent-Length: 6", RequestRefusal.ConflictingContentLength)]
    public void Framing_ThatCannotBeKnown_IsRefused(string row, string fields, RequestRefusal refusal)
    {
        RequestHead head = Wire.Request($"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n", out ParseStatus status);

        Assert.True(status == ParseStatus.Refused, row);
        Assert.Equal(refusal, head.Refusal);
    }
}
