namespace Weir.Balancer.Tests;

/// <summary>What a balancer that stops does with what is under way, and what is left of it afterwards.</summary>
public sealed class DrainTests
{
    // Found by the simulation, seed 3: it was called a client's silence.
    [Fact]
    public void Drain_Over_CutsARequestInsideItsHeadAsStopping()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: exa");
        world.RunMs(100);
        Assert.True(Drain(world, seconds: 2));
        world.RunMs(100);
        Assert.True(client.Ended);
        Assert.Equal("", client.Received);
        Assert.Equal(1, world.Counters[FailureReason.Stopping]);
        Assert.Equal(0, world.Counters[FailureReason.ClientSilent]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
    }

    // Found by the simulation: the housekeeping went on for ever.
    [Fact]
    public void Drain_Done_LeavesNoTimerAndNoBuffer()
    {
        using var world = new BalancerWorld();
        world.Exchange("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ReadHead();
        Assert.True(Drain(world, seconds: 2));
        Assert.True(world.Network.RunUntilIdle(TimeSpan.FromHours(1)));
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    // A client that had connected just before has its request on the way.
    [Fact]
    public void Drain_WithAConnectionThatHasNotSpokenYet_AnswersItsFirstRequest()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect();
        world.RunMs(10);
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        world.RunMs(500);
        client.Send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
        world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.EndsWith("Connection: close\r\n\r\n", client.ReadToEnd(), StringComparison.Ordinal);
        client.Fin();
        Assert.True(world.Network.RunUntil(() => drained, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Drain_CutByASecondOne_DoesNotLinger()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
        world.Target.Accept().ReadHead();
        world.Node.Drain(TimeSpan.FromSeconds(30), static () => { });
        world.RunMs(100);
        bool drained = false;
        world.Node.Drain(TimeSpan.Zero, () => drained = true);
        Assert.True(world.Network.RunUntil(() => drained, TimeSpan.FromMilliseconds(100)));
        Assert.StartsWith("HTTP/1.1 503 ", client.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Drain_UnderWay_LeavesHealthAsItIs_AndChecksNothing()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Peer target = world.Target.Accept();
        target.ReadHead();
        int version = world.Node.Health.Version;
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(100), () => drained = true);
        world.RunSeconds(50);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
        Assert.Equal(version, world.Node.Health.Version);
        Assert.Single(world.Target.Health.Checks);

        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        world.Until(() => drained, "the end of the drain");
    }

    [Fact]
    public void Drain_AmidAHealthCheck_EndsItWithoutAResult()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Target.Accept().ReadHead();
        world.Target.Health.Answer = null;
        world.Until(() => world.Target.Health.Checks.Count == 2, "the second check", TimeSpan.FromSeconds(31));
        world.RunMs(100);
        world.Node.Drain(TimeSpan.FromSeconds(100), () => { });
        world.RunMs(100);
        Assert.True(world.Target.Health.Checks[1].Ended);
        world.RunSeconds(10);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    private static bool Drain(BalancerWorld world, int seconds)
    {
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(seconds), () => drained = true);
        return world.Network.RunUntil(() => drained, TimeSpan.FromSeconds(seconds + 1));
    }
}
