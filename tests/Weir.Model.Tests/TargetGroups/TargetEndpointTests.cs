namespace Weir.Model.Tests.TargetGroups;

public sealed class TargetEndpointTests
{
    [Theory]
    [InlineData("localhost:3000", "localhost", 3000)]
    [InlineData("10.0.0.1:80", "10.0.0.1", 80)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void TryParse_HostAndPort_ReadsAndWritesTheSame(string text, string host, int port)
    {
        Assert.True(TargetEndpoint.TryParse(text, out var endpoint));
        Assert.Equal(new TargetEndpoint(host, port), endpoint);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData(":80")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[10.0.0.1]:80")]
    [InlineData("http://localhost:80")]
    [InlineData("a b:80")]
    public void TryParse_OtherText_IsRefused(string text) => Assert.False(TargetEndpoint.TryParse(text, out _));
}
