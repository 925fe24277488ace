namespace Weir.Http.Tests;

public sealed class ResponseParserTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK", 200, "OK", 1)]
    [InlineData("HTTP/1.1 404 Not Found Here", 404, "Not Found Here", 1)]
    [InlineData("HTTP/1.0 200 ", 200, "", 0)]
    [InlineData("HTTP/1.1 200", 200, "", 1)]
    [InlineData("HTTP/1.2 999 \u00e9", 999, "\u00e9", 2)]
    public void StatusLine_OfThisForm_IsRead(string line, int statusCode, string reason, int minorVersion)
    {
        ResponseHead head = Wire.Response(line + "\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(statusCode, head.StatusCode);
        Assert.Equal(reason, Wire.Text(head.Reason));
        Assert.Equal(minorVersion, head.MinorVersion);
    }

    [Theory]
    [InlineData("HEAD", RequestMethod.Head, 200, "Content-Length: 5", BodyKind.None, 0)]
    [InlineData("§6.3 item 1, 204", RequestMethod.Get, 204, "X: y", BodyKind.None, 0)]
    [InlineData("§6.3 item 1, 304", RequestMethod.Get, 304, "Content-Length: 5", BodyKind.None, 0)]
    [InlineData("§6.3 item 1, 100", RequestMethod.Get, 100, "X: y", BodyKind.None, 0)]
    [InlineData("§6.3 item 1, 101", RequestMethod.Get, 101, "Transfer-Encoding: chunked", BodyKind.None, 0)]
    [InlineData("§6.3 item 3", RequestMethod.Get, 200, "Content-Length: 5\r\nTransfer-Encoding: chunked", BodyKind.Chunked, 0)]
    [InlineData("§6.3 item 4", RequestMethod.Get, 200, "Transfer-Encoding: Chunked", BodyKind.Chunked, 0)]
    [InlineData("§6.3 item 5, equal", RequestMethod.Get, 200, "Content-Length: 5\r\nContent-Length: 5", BodyKind.Length, 5)]
    [InlineData("§6.3 item 6", RequestMethod.Get, 200, "Content-Length: 5", BodyKind.Length, 5)]
    [InlineData("§6.3 item 6, empty body", RequestMethod.Get, 500, "Content-Length: 0", BodyKind.Length, 0)]
    [InlineData("§6.3 item 8", RequestMethod.Get, 200, "X: y", BodyKind.UntilClose, 0)]
    [InlineData("identity", RequestMethod.Get, 200, "Transfer-Encoding: identity", BodyKind.UntilClose, 0)]
    public void Framing_OfAResponse_FollowsTheRules(
        string row, RequestMethod method, int statusCode, string fields, BodyKind kind, long lengthBytes)
    {
        ResponseHead head = Wire.Response($"HTTP/1.1 {statusCode} x\r\n{fields}\r\n\r\n", out ParseStatus status, method);

        Assert.True(status == ParseStatus.Complete, row);
        Assert.Equal(new BodyFraming(kind, lengthBytes), head.Framing);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5", true)]
    [InlineData("HTTP/1.1 200 OK", "Content-Length: 5\r\nConnection: close", false)]
    [InlineData("HTTP/1.1 200 OK", "Connection: keep-alive", false)]
    [InlineData("HTTP/1.0 200 OK", "Content-Length: 5", false)]
    [InlineData("HTTP/1.0 200 OK", "Content-Length: 5\r\nConnection: Keep-Alive", true)]
    [InlineData("HTTP/1.0 200 OK", "Transfer-Encoding: chunked\r\nConnection: keep-alive", false)]
    [InlineData("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", true)]
    [InlineData("HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\nContent-Length: 5", false)]
    [InlineData("HTTP/1.1 204 No Content", "X: y", true)]
    [InlineData("HTTP/1.1 204 No Content", "Content-Length: 0", true)]
    [InlineData("HTTP/1.1 204 No Content", "Content-Length: 5", false)]
    [InlineData("HTTP/1.1 304 Not Modified", "Content-Length: 5", true)]
    [InlineData("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket\r\nConnection: upgrade", false)]
    public void Reusable_ByVersionConnectionAndFraming_IsKnown(string line, string fields, bool expected)
    {
        // Source: RFC 9112 §9.3, §6.1.
        ResponseHead head = Wire.Response($"{line}\r\n{fields}\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(expected, head.Reusable);
    }

    [Theory]
    [InlineData("S", ResponseRefusal.NotHttp)]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002\u0046", ResponseRefusal.NotHttp)]
    [InlineData("\0\0\0\u0004\0\0\0\0\0", ResponseRefusal.NotHttp)]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n", ResponseRefusal.NotHttp)]
    [InlineData("HTTP/1.1 200OK\r\n", ResponseRefusal.BadStatusLine)]
    [InlineData("HTTP/1.1 2000 OK\r\n", ResponseRefusal.BadStatusLine)]
    [InlineData("HTTP/1.1 200-OK\r\n", ResponseRefusal.BadStatusLine)]
    [InlineData("HTTP/1.1 200 O\0K\r\n", ResponseRefusal.BadStatusLine)]
    [InlineData("HTTP/2 200\r\n", ResponseRefusal.UnsupportedVersion)]
    [InlineData("HTTP/1.10 200 OK\r\n", ResponseRefusal.UnsupportedVersion)]
    [InlineData("HTTP/1.1\r\n", ResponseRefusal.BadStatusCode)]
    [InlineData("HTTP/1.1 20 OK\r\n", ResponseRefusal.BadStatusCode)]
    [InlineData("HTTP/1.1 099 OK\r\n", ResponseRefusal.BadStatusCode)]
    [InlineData("HTTP/1.1  200 OK\r\n", ResponseRefusal.BadStatusCode)]
    [InlineData(Ok + "X\r\n", ResponseRefusal.InvalidHeaderName)]
    [InlineData(Ok + ": y\r\n", ResponseRefusal.InvalidHeaderName)]
    [InlineData(Ok + "X Y: z\r\n", ResponseRefusal.InvalidHeaderName)]
    [InlineData(Ok + "X: a\rb\r\n", ResponseRefusal.InvalidHeaderValue)]
    [InlineData(Ok + "X: a\0\r\n", ResponseRefusal.InvalidHeaderValue)]
    [InlineData(Ok + "X: a\r\n b\r\n", ResponseRefusal.FoldedLine)]
    [InlineData(Ok + "Content-Length: x\r\n\r\n", ResponseRefusal.InvalidContentLength)]
    [InlineData(Ok + "Content-Length:\r\n\r\n", ResponseRefusal.InvalidContentLength)]
    [InlineData(Ok + "Content-Length: 9223372036854775808\r\n\r\n", ResponseRefusal.InvalidContentLength)]
    [InlineData(Ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", ResponseRefusal.ConflictingContentLength)]
    [InlineData(Ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", ResponseRefusal.UnsupportedTransferCoding)]
    [InlineData(Ok + "Transfer-Encoding: chunked, chunked\r\n\r\n", ResponseRefusal.UnsupportedTransferCoding)]
    public void Response_Malformed_IsRefusedWithReason(string text, ResponseRefusal refusal)
    {
        ResponseHead head = Wire.Response(text, out ParseStatus status);

        Assert.Equal(ParseStatus.Refused, status);
        Assert.Equal(refusal, head.Refusal);
    }

    [Theory]
    [InlineData("timeout=5, max=100", 5, 100)]
    [InlineData("max=1,Timeout = 60", 60, 1)]
    [InlineData("timeout=5", 5, ResponseHead.Absent)]
    [InlineData("timeout=-5, max=x, other", ResponseHead.Absent, ResponseHead.Absent)]
    [InlineData("timeout=99999999999", ResponseHead.Absent, ResponseHead.Absent)]
    [InlineData("timeout=", ResponseHead.Absent, ResponseHead.Absent)]
    public void KeepAlive_Hint_IsReadWhereItCanBe(string value, int timeoutSeconds, int maxRequests)
    {
        ResponseHead head = Wire.Response(Ok + $"Keep-Alive: {value}\r\nContent-Length: 0\r\n\r\n", out _);

        Assert.Equal(timeoutSeconds, head.KeepAliveTimeoutSeconds);
        Assert.Equal(maxRequests, head.KeepAliveMaxRequests);
    }

    [Fact]
    public void Name_WithBlanksBeforeTheColon_LosesThem()
    {
        // Source: RFC 9112 §5.1.
        ResponseHead head = Wire.Response(Ok + "X \t: a\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal("X", Wire.Text(head.Fields.Name(0)));
        Assert.Equal("a", Wire.Text(head.Fields.Value(0)));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(103, true)]
    [InlineData(101, false)]
    [InlineData(200, false)]
    public void Interim_ByStatusCode_IsKnown(int statusCode, bool expected)
    {
        ResponseHead head = Wire.Response($"HTTP/1.1 {statusCode} x\r\n\r\n", out _);

        Assert.Equal(expected, head.IsInterim);
    }
}
