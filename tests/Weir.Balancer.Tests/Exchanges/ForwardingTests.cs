namespace Weir.Balancer.Tests;

/// <summary>What passes between a client and a target, byte for byte.</summary>
public sealed class ForwardingTests
{
    [Fact]
    public void Exchange_SmallGet_IsForwardedWithTheAddedHeadersFirst()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET /a?b=1 HTTP/1.1\r\nHost: Example.com\r\nUser-Agent: curl/8\r\nX-Mixed_Name: v\r\n\r\n");
        Peer target = world.Target.Accept();
        Assert.Equal(
            "GET /a?b=1 HTTP/1.1\r\nX-Forwarded-For: 10.8.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n"
            + "Host: example.com\r\nX-Amzn-Trace-Id: *\r\nUser-Agent: curl/8\r\nX-Mixed_Name: v\r\n\r\n",
            BalancerWorld.Masked(target.ReadHead()));

        target.Send("HTTP/1.1 200 OK\r\nServer: mine\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: mine\r\nX-A: 1\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
            client.ReadTo("hello"));

        LogLine line = Assert.Single(world.Log());
        Assert.Equal("200 200 79 89", line.CodesAndBytes);
        Assert.Equal("\"GET http://Example.com:80/a?b=1 HTTP/1.1\"", line[13]);
    }
}
