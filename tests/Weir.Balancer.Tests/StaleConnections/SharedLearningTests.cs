namespace Weir.Balancer.Tests;

/// <summary>What one loop sees of a target's closes holds on every loop, and so does what refutes it.</summary>
public sealed class SharedLearningTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void ClosesSeenByOneLoop_ProtectAnother()
    {
        using var world = new BalancerWorld(new WorldOptions { Loops = 2 });
        Close(world, onLoop: 1);
        Close(world, onLoop: 1);
        Assert.InRange(Seen(world), 5_000, 5_010);
        (Peer client, Peer old) = Park(world, onLoop: 0);
        world.RunSeconds(4.5);
        client.Send(Post);
        world.Target.Accept().Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Node.Counters[0][Counter.ReusesWithheld]);
        Assert.False(old.Ended);
    }

    // Each of them has seen one close, and together it is two.
    [Fact]
    public void ClosesSeenByDifferentLoops_Agree()
    {
        using var world = new BalancerWorld(new WorldOptions { Loops = 2 });
        Close(world, onLoop: 0);
        Assert.Equal(CloseTimes.Unknown, Seen(world));
        Close(world, onLoop: 1);
        Assert.InRange(Seen(world), 5_000, 5_010);
    }

    [Fact]
    public void WhatOneLoopLearned_IsRefutedByConnectionsOfAnother()
    {
        using var world = new BalancerWorld(new WorldOptions { Loops = 2 });
        Close(world, onLoop: 0);
        Close(world, onLoop: 0);
        for (int i = 0; i < 8; i++)
        {
            Assert.InRange(Seen(world), 5_000, 5_010);
            Park(world, onLoop: 1);
            world.RunSeconds(61);
        }

        Assert.Equal(CloseTimes.Unknown, Seen(world));
    }

    [Fact]
    public void WhatLoopsLearned_IsForgottenWithTheTarget()
    {
        using var world = new BalancerWorld(new WorldOptions { Loops = 2 });
        Close(world, onLoop: 0);
        Close(world, onLoop: 1);
        world.Apply(world.Options with { Targets = 0 });
        Assert.Equal(CloseTimes.Unknown, Seen(world));
        world.Apply(world.Options with { Targets = 1 });
        Assert.Equal(CloseTimes.Unknown, Seen(world));
    }

    // Two worker processes behind one address: one keeps idle connections for 5 seconds, the other for longer than the balancer.
    [Fact]
    public void MixedSettings_DoNotRefuteEachOther_AndARaisedTimeoutRefutesBoth()
    {
        using var world = new BalancerWorld();
        Close(world, onLoop: 0);
        Close(world, onLoop: 0);
        for (int i = 0; i < 20; i++)
        {
            Park(world, onLoop: 0);
            world.RunSeconds(61);
            Close(world, onLoop: 0);
            Assert.InRange(Seen(world), 5_000, 5_010);
        }

        // What would have met the close on the connection of the first: a POST, that may not be sent again.
        (Peer client, _) = Park(world, onLoop: 0);
        world.RunMs(4_999);
        client.Send(Post);
        world.Target.Accept().Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);

        // Both are started anew with 65 seconds.
        world.RunSeconds(130);
        for (int i = 0; i < 16; i++)
        {
            Park(world, onLoop: 0);
            world.RunSeconds(61);
        }

        Assert.Equal(CloseTimes.Unknown, Seen(world));
    }

    private static long Seen(BalancerWorld world) => world.Node.Reuse.ClosesOf(world.Node.Snapshot.TargetGroups[0].Arn).SeenMs;

    private static void Close(BalancerWorld world, int onLoop)
    {
        (_, Peer target) = Park(world, onLoop);
        world.RunSeconds(5);
        target.Close();
        world.RunSeconds(1);
    }

    // A client of that loop: the network spreads them, so others may come first.
    private static (Peer Client, Peer Target) Park(BalancerWorld world, int onLoop)
    {
        while (true)
        {
            long before = world.Node.Counters[onLoop][Counter.ClientConnectionsOpen];
            Peer client = world.Connect();
            world.RunMs(5);
            if (world.Node.Counters[onLoop][Counter.ClientConnectionsOpen] == before)
            {
                client.Close();
                world.RunMs(5);
                continue;
            }

            client.Send(Get);
            Peer target = world.Target.Accept();
            target.Answer(Empty);
            client.ReadHead();
            return (client, target);
        }
    }
}
