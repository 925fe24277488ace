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

    [Theory]
    [InlineData(80, "")]
    [InlineData(8080, ":8080")]
    public void Host_ThatIsEmpty_IsOurNameForTargetAndLog(int port, string portOfTheTarget)
    {
        using var world = new BalancerWorld(new WorldOptions { ListenPort = port });
        world.Connect("GET / HTTP/1.1\r\nHost:\r\n\r\n");
        string head = world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.RunMs(10);
        string host = Assert.Single(head.Split("\r\n"), static line => line.StartsWith("Host: ", StringComparison.Ordinal))[6..];
        Assert.EndsWith(".elb.amazonaws.com" + portOfTheTarget, host, StringComparison.Ordinal);
        string name = host[..(host.Length - portOfTheTarget.Length)];
        Assert.Equal($"\"GET http://{name}:{port}/ HTTP/1.1\"", Assert.Single(world.Log())[13], ignoreCase: true);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("user@a")]
    [InlineData("a/b")]
    public void Host_ThatIsNone_Is400AndNotQuoted(string host)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Assert.Equal(BalancerWorld.Page("400 Bad Request", false), BalancerWorld.Masked(client.ReadToEnd()));
        Assert.Equal(1, world.Counters[FailureReason.MalformedRequest]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("- -1 -1 -1 400 - 0 272", line.Outcome);
        Assert.StartsWith("\"- http://", line[13], StringComparison.Ordinal);
    }
}
