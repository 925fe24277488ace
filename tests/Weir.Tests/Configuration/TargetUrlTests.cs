using Weir.Configuration;

namespace Weir.Tests.Configuration;

public sealed class TargetUrlTests
{
    [Theory]
    [InlineData("http://127.0.0.1:3000", "127.0.0.1:3000", true)]
    [InlineData("http://127.0.0.1:3000/", "127.0.0.1:3000", true)]
    [InlineData("HTTP://127.0.0.1", "127.0.0.1:80", true)]
    [InlineData("127.0.0.1:3000", "127.0.0.1:3000", true)]
    [InlineData("http://[::1]:3000", "[::1]:3000", true)]
    [InlineData("http://[::1]", "[::1]:80", true)]
    [InlineData("http://app.internal:3000", "app.internal:3000", false)]
    [InlineData("app", "app:80", false)]
    public void Parse_GoodText_GivesHostAndPort(string text, string expected, bool isAddress)
    {
        TargetUrl? target = TargetUrl.Parse(text, out string? error);

        Assert.Null(error);
        Assert.Equal(expected, target!.ToString());
        Assert.Equal(isAddress, target.Address is not null);
    }

    [Fact]
    public void Parse_Https_IsTlsOnPort443UnlessItSays()
    {
        Assert.Equal(new TargetUrl("127.0.0.1", 443, IsTls: true), TargetUrl.Parse("https://127.0.0.1/", out _));
        Assert.Equal(new TargetUrl("app", 8443, IsTls: true), TargetUrl.Parse("HTTPS://app:8443", out _));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1", "'ftp' is not a protocol of targets")]
    [InlineData("http://127.0.0.1/app", "a target has no path: each request keeps its own")]
    [InlineData("http://127.0.0.1?x", "a target has no path: each request keeps its own")]
    [InlineData("http://me@127.0.0.1", "a user name means nothing to a balancer")]
    [InlineData("http://", "the host is missing")]
    [InlineData("", "the host is missing")]
    [InlineData("http://127.0.0.1:0", "this is not a host with a port of 1–65535")]
    [InlineData("http://127.0.0.1:65536", "this is not a host with a port of 1–65535")]
    [InlineData("http://a b:80", "this is not a host with a port of 1–65535")]
    public void Parse_BadText_SaysWhatIsWrong(string text, string expected)
    {
        TargetUrl? target = TargetUrl.Parse(text, out string? error);

        Assert.Null(target);
        Assert.Equal(expected, error);
    }
}
