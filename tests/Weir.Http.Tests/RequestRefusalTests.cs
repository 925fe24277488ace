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
    [InlineData("Host that must not go on", "GET / HTTP/1.1\r\nHost: \u0001\r\n\r\n", RequestRefusal.InvalidHost)]
    [InlineData("absolute without Host", "GET http://a/ HTTP/1.1\r\n\r\n", RequestRefusal.MissingHost)]
    public void Request_ThatIsNone_IsRefusedWithReason(string row, string text, RequestRefusal refusal)
    {
        RequestHead head = Wire.Request(text, out ParseStatus status, out int consumed);

        Assert.True(status == ParseStatus.Refused, $"{row}: {status}");
        Assert.Equal(refusal, head.Refusal);
        Assert.Equal(0, consumed);
    }

    // Source: RFC 9112 §3.2; RFC 3986 §3.2.2.
    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("user@a")]
    [InlineData("\"a\"")]
    [InlineData("<a>")]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\u0001")]
    [InlineData("a\u00e4")]
    [InlineData("a:b")]
    [InlineData("a:1:2")]
    [InlineData("::1")]
    [InlineData(":80")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[::1]a")]
    [InlineData("[::g]:80")]
    [InlineData("a%4")]
    [InlineData("a%zz")]
    public void Host_ThatIsNone_IsRefused(string host)
    {
        foreach (string text in (string[])[
            $"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", $"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: a\r\nHost: {host}\r\n\r\n"])
        {
            RequestHead head = Wire.Request(text, out ParseStatus status);

            Assert.Equal(ParseStatus.Refused, status);
            Assert.Equal(RequestRefusal.InvalidHost, head.Refusal);
        }
    }

    [Theory]
    [InlineData("http://user@a/")]
    [InlineData("http://:80/")]
    [InlineData("http://a:b/")]
    public void Authority_ThatIsNoHost_IsRefused(string target)
    {
        RequestHead head = Wire.Request($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Refused, status);
        Assert.Equal(RequestRefusal.InvalidHost, head.Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("A-b_c.d~")]
    [InlineData("a:")]
    [InlineData("a:80")]
    [InlineData("10.0.0.1:80")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:10.0.0.1]:80")]
    [InlineData("a!$&'()*+,;=b")]
    [InlineData("a%c3%A4")]
    public void Host_ThatIsOne_IsAccepted(string host)
    {
        RequestHead head = Wire.Request($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", out ParseStatus status);

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(host, Wire.Text(head.Host));
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
