namespace Weir.Http.Tests;

public sealed class RequestRefusalTests
{
    [Theory]
    [InlineData("TLS", "\u0016\u0003\u0001", RequestRefusal.NotHttp)]
    [InlineData("space first", " GET", RequestRefusal.NotHttp)]
    [InlineData("lone CR first", "\rG", RequestRefusal.NotHttp)]
    [InlineData("no target", "GET\r\n", RequestRefusal.NotHttp)]
    [InlineData("blank target", "GET \r\n", RequestRefusal.NotHttp)]
    [InlineData("control in the method", "GE\u0001T / HTTP/1.1\r\n", RequestRefusal.NotHttp)]
    [InlineData("tabs for spaces", "GET\t/\tHTTP/1.1\r\n", RequestRefusal.NotHttp)]
    [InlineData("a third word", "GET /a b\r\n", RequestRefusal.NotHttp)]
    [InlineData("too many empty lines", "\r\n\n\r\n\n\r\n", RequestRefusal.NotHttp)]
    [InlineData("no version", "GET /\r\n", RequestRefusal.Http09)]
    [InlineData("0.9", "GET / HTTP/0.9\r\n\r\n", RequestRefusal.Http09)]
    [InlineData("RFC 9113 §3.4", "PRI * HTTP/2.0\r\n", RequestRefusal.Http2Preface)]
    [InlineData("2.0", "GET / HTTP/2.0\r\n", RequestRefusal.UnsupportedVersion)]
    [InlineData("1.10", "GET / HTTP/1.10\r\n", RequestRefusal.UnsupportedVersion)]
    [InlineData("no slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", RequestRefusal.InvalidTarget)]
    [InlineData("no authority", "GET http:///p HTTP/1.1\r\nHost: a\r\n\r\n", RequestRefusal.InvalidTarget)]
    [InlineData("no scheme", "GET ://a/p HTTP/1.1\r\nHost: a\r\n\r\n", RequestRefusal.InvalidTarget)]
    [InlineData("digit first in the scheme", "GET 1a://a/p HTTP/1.1\r\nHost: a\r\n\r\n", RequestRefusal.InvalidTarget)]
    [InlineData("RFC 9112 §3.2", "GET / HTTP/1.1\r\n\r\n", RequestRefusal.MissingHost)]
    [InlineData("Host that must not go on", "GET / HTTP/1.1\r\nHost: \u0001\r\n\r\n", RequestRefusal.MissingHost)]
    [InlineData("absolute without Host", "GET http://a/ HTTP/1.1\r\n\r\n", RequestRefusal.MissingHost)]
    public void Request_ThatIsNone_IsRefusedWithReason(string row, string text, RequestRefusal refusal)
    {
        RequestHead head = Wire.Request(text, out ParseStatus status, out int consumed);

        Assert.True(status == ParseStatus.Refused, $"{row}: {status}");
        Assert.Equal(refusal, head.Refusal);
        Assert.Equal(0, consumed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r")]
    [InlineData("\r\n\n\r\n\n")]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r")]
    public void Request_NotYetWhole_NeedsMore(string text)
    {
        RequestHead head = Wire.Request(text, out ParseStatus status);

        Assert.Equal(ParseStatus.NeedMore, status);
        Assert.Equal(RequestRefusal.None, head.Refusal);
    }

    [Fact]
    public void Request_AfterAFewEmptyLines_IsAccepted()
    {
        // Source: RFC 9112 §2.2.
        Wire.Request("\r\n\n\r\n\nGET / HTTP/1.0\r\n\r\n", out ParseStatus status, out int consumed);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(24, consumed);
    }
}
