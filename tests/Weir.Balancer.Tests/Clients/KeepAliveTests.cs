namespace Weir.Balancer.Tests;

/// <summary>How long a client's connection lives. Source: ALB user guide, client keep-alive duration.</summary>
public sealed class KeepAliveTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void Duration_WhenOver_AllowsOneMoreRequest()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["client_keep_alive.seconds=60"] });
        world.Target.Script = _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        Peer client = world.Connect(Get);
        Assert.EndsWith("Connection: keep-alive\r\n\r\n", client.ReadHead(), StringComparison.Ordinal);
        world.RunSeconds(50);
        client.Send(Get);
        Assert.EndsWith("Connection: keep-alive\r\n\r\n", client.ReadHead(), StringComparison.Ordinal);
        world.RunSeconds(50);
        Assert.False(client.Ended);
        client.Send(Get);
        Assert.EndsWith("Connection: close\r\n\r\n", client.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Duration_OfAnOpenConnection_StaysAsItWas()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["idle_timeout.timeout_seconds=600"] });
        world.Target.Script = _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        Peer client = world.Connect(Get);
        client.ReadHead();
        world.Apply(world.Options with { LoadBalancer = ["client_keep_alive.seconds=60", "idle_timeout.timeout_seconds=600"] });
        world.RunSeconds(59);
        client.Send(Get);
        Assert.EndsWith("Connection: keep-alive\r\n\r\n", client.ReadHead(), StringComparison.Ordinal);
        world.RunSeconds(100);
        client.Send(Get);
        Assert.EndsWith("Connection: keep-alive\r\n\r\n", client.ReadHead(), StringComparison.Ordinal);
    }
}
