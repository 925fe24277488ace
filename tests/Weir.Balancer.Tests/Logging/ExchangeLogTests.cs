namespace Weir.Balancer.Tests;

/// <summary>What the access log says of a request: field 13. Source: ALB user guide, access log entries.</summary>
public sealed class ExchangeLogTests
{
    [Theory]
    [InlineData("GET /a?b HTTP/1.1\r\nHost: foo\r\n\r\n", "GET http://foo:80/a?b HTTP/1.1")]
    [InlineData("GET http://Foo.com HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://Foo.com:80/ HTTP/1.1")]
    [InlineData("GET http://Foo.com:81/x HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://Foo.com:80/x HTTP/1.1")]
    [InlineData("GET http://foo?q HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://foo:80?q HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS http://a:80/* HTTP/1.1")]
    [InlineData("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT http://a:80/ HTTP/1.1")]
    public void Request_InEachForm_IsOneUri(string request, string expected)
    {
        using var world = new BalancerWorld();
        world.Target.Script = static _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        world.Connect(request).ReadHead();
        world.RunMs(10);
        Assert.Equal($"\"{expected}\"", Assert.Single(world.Log())[13]);
    }
}
