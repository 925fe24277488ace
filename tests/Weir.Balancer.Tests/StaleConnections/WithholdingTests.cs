using System.Text.Json;

namespace Weir.Balancer.Tests;

/// <summary>Connections that have reached the age at which targets close: they are not used, and watched to their end.</summary>
public sealed class WithholdingTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private const string Hinting = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n";

    [Theory]
    [InlineData(3_990, true)]
    [InlineData(4_010, false)]
    public void Connection_OverTheHintLessItsMargin_IsNotReused(int idleMs, bool reused)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunMs(idleMs);
        client.Send(Get);
        (reused ? first : world.Target.Accept()).Answer(Hinting);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(reused ? 0 : 1, world.Counters[Counter.ReusesWithheld]);
        Assert.Equal(reused ? 1 : 0, world.Counters[Counter.TargetConnectionsReused]);
        Assert.False(first.Ended);
    }

    [Fact]
    public void Connection_InObserve_IsReusedAtAnyAge()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.stale_connection.mode=observe"] });
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunSeconds(59);
        client.Send(Get);
        first.Answer(Hinting);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(0, world.Counters[Counter.ReusesWithheld]);
    }

    [Fact]
    public void Hints_SwitchedOff_TeachNothing()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.stale_connection.learn_from_hints=false"] });
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunSeconds(4.5);
        client.Send(Get);
        first.Answer(Hinting);
        client.ReadHead();
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsReused]);
    }

    // Apache and Tomcat give the hint only to a request with Connection: keep-alive. ALB sends none.
    [Theory]
    [InlineData("weir.stale_connection.mode=protect", true)]
    [InlineData("weir.stale_connection.mode=observe", false)]
    [InlineData("weir.stale_connection.learn_from_hints=false", false)]
    public void Hint_WhereItWouldBeBelieved_IsAskedForOnceAConnection(string attribute, bool asks)
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = [attribute] });
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        string first = target.Answer(Hinting);
        client.ReadHead();
        client.Send(Get);
        string second = target.Answer(Empty);

        Assert.Equal(asks, first.EndsWith("\r\nConnection: keep-alive\r\n\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("Connection:", second, StringComparison.Ordinal);
    }

    [Fact]
    public void ClosesSeen_TeachWithoutAHint()
    {
        using var world = new BalancerWorld();
        for (int i = 0; i < 2; i++)
        {
            (_, Peer seen) = Park(world, Empty);
            world.RunSeconds(2);
            seen.Close();
            world.RunSeconds(1);
        }

        GroupReuseSum group = world.Node.Reuse.Of(world.Node.Snapshot.TargetGroups[0].Arn);
        Assert.InRange(group.Learned(fromHints: true).SeenMs, 1_990, 2_010);
        (Peer client, _) = Park(world, Empty);
        world.RunMs(1_600);
        client.Send(Get);
        world.Target.Accept().Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.ReusesWithheld]);
    }

    // A poller in step with the close leaves no parked connection behind that could teach.
    [Theory]
    [InlineData(0, true)]
    [InlineData(500, false)]
    public void ClosesThatRequestsMet_TeachToo_AndLaterOnesDoNot(int afterMs, bool teaches)
    {
        using var world = new BalancerWorld();
        for (int i = 0; i < 2; i++)
        {
            (Peer met, Peer closing) = Park(world, Empty);
            world.RunSeconds(2);
            met.Send(Get);
            closing.ReadHead();
            world.RunMs(afterMs);
            closing.Close();
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", met.ReadHead(), StringComparison.Ordinal);
            world.RunSeconds(1);
        }

        Assert.Equal(2, world.Counters[Counter.RequestsRetried]);
        Assert.Single(world.TakeReports());
        LearnedCloseTime learned = world.Node.Reuse.Of(world.Node.Snapshot.TargetGroups[0].Arn).Learned(fromHints: true);
        Assert.Equal(teaches, learned.SeenMs is >= 1_990 and <= 2_010);
        Assert.Equal(teaches, learned != LearnedCloseTime.Nothing);
        // Each line tells what was known when its request was sent.
        Assert.All(world.Explained(), static line => Assert.Equal(JsonValueKind.Null, line.GetProperty("learned").ValueKind));

        (Peer client, Peer first) = Park(world, Empty);
        world.RunSeconds(2);
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
        (teaches ? world.Target.Accept() : first).Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(teaches ? 1 : 0, world.Counters[Counter.ReusesWithheld]);
    }

    // A request that makes it reset: what it says of its timeout is believed.
    [Fact]
    public void ClosesThatRequestsMet_LongBeforeTheHint_TeachNothing()
    {
        using var world = new BalancerWorld();
        for (int i = 0; i < 2; i++)
        {
            (Peer met, Peer closing) = Park(world, "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=65\r\nContent-Length: 0\r\n\r\n");
            world.RunSeconds(3);
            met.Send(Get);
            closing.ReadHead();
            closing.Reset();
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", met.ReadHead(), StringComparison.Ordinal);
            world.RunSeconds(1);
        }

        Assert.Equal(2, world.Counters[Counter.RequestsRetried]);
        Assert.Single(world.TakeReports());
        Assert.Equal(-1, world.Node.Reuse.Of(world.Node.Snapshot.TargetGroups[0].Arn).Learned(fromHints: true).SeenMs);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(100_000, false)]
    public void Declined_ThatTheTargetClosesWithinARoundTrip_IsANearMiss(int closesAfterMicros, bool near)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunSeconds(4.9);
        client.Send(Get);
        // It takes the request half a millisecond to the balancer, and the FIN as long.
        world.Network.RunFor(TimeSpan.FromMicroseconds(closesAfterMicros));
        first.Close();
        world.Target.Accept().Answer(Hinting);
        client.ReadHead();
        Assert.Equal(1, world.Counters[Counter.ReusesWithheld]);
        Assert.Equal(near ? 1 : 0, world.Counters[Counter.NearMisses]);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        if (near)
        {
            Assert.Matches(
                @"^target group group1: a request was kept off a connection to 10\.0\.1\.1:8080 that had been idle for 4\.90\d s, and the "
                + @"target closed it 0\.\d ms later; behind ALB this would have been a 502$",
                Assert.Single(world.TakeReports()));
        }
    }

    [Fact]
    public void RoundTripThatIsSet_WidensTheWindow()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.stale_connection.round_trip_milliseconds=200"] });
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunSeconds(4.9);
        client.Send(Get);
        world.RunMs(100);
        first.Close();
        world.Target.Accept().Answer(Hinting);
        client.ReadHead();
        world.RunMs(10);
        Assert.Equal(1, world.Counters[Counter.NearMisses]);
        Assert.Single(world.TakeReports());
    }

    // Nobody closes it: it ends with our own idle timeout, counted from when it was declined, and is no near miss.
    [Fact]
    public void Declined_ThatOutlivesTheIdleTimeout_IsClosedByUs()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunSeconds(4.5);
        client.Send(Get);
        world.Target.Accept().Answer(Hinting);
        client.ReadHead();
        world.RunSeconds(59.9);
        Assert.False(first.Ended);
        world.RunSeconds(0.2);
        Assert.True(first.Ended);
        Assert.Equal(0, world.Counters[Counter.NearMisses]);
        Assert.Equal(2, world.Counters[Counter.TargetConnectionsClosedByIdleTimeout]);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void OldestFirst_WithOneTooOld_TakesAYoungOne()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.pool.order=oldest_first"] });
        Peer client = world.Connect(Get);
        Peer other = world.Connect(Get);
        Peer old = world.Target.Accept();
        Peer young = world.Target.Accept();
        old.Answer(Hinting);
        client.ReadHead();
        world.RunSeconds(3);
        young.Answer(Hinting);
        other.ReadHead();
        world.RunSeconds(2);
        client.Send(Get);
        young.Answer(Hinting);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.ReusesWithheld]);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsReused]);
        Assert.Equal(2, world.Target.Accepted);
    }

    [Fact]
    public void Learned_IsForgottenWithTheTarget()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 1 });
        Park(world, Hinting);
        string arn = world.Node.Snapshot.TargetGroups[0].Arn;
        Assert.Equal(4_000, world.Node.Reuse.Of(arn).Learned(fromHints: true).LimitMs);
        world.Apply(world.Options with { Targets = 0 });
        Assert.Equal(LearnedCloseTime.Nothing, world.Node.Reuse.Of(arn).Learned(fromHints: true));
    }

    // Behind one address there may be processes of different settings: what the last of them said does not hold for all.
    [Fact]
    public void Connection_IsNotReusedBeyondItsOwnHint_WhateverOthersSaid()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer other = world.Connect(Get);
        Peer quick = world.Target.Accept();
        Peer slow = world.Target.Accept();
        quick.Answer(Hinting);
        client.ReadHead();
        slow.Answer(Hinting.Replace("timeout=5", "timeout=65", StringComparison.Ordinal));
        other.ReadHead();
        world.RunSeconds(4.5);
        client.Send(Get);
        slow.Answer(Empty);
        client.ReadHead();
        client.Send(Get);
        other.Send(Get);
        slow.Answer(Empty);
        world.Target.Accept().Answer(Empty);
        client.ReadHead();
        other.ReadHead();
        Assert.Equal(1, world.Counters[Counter.ReusesWithheld]);
    }

    [Theory]
    [InlineData("weir.stale_connection.mode=protect", true)]
    [InlineData("weir.stale_connection.learn_from_hints=false", false)]
    [InlineData("weir.stale_connection.mode=observe", false)]
    public void Hint_OfNoTimeAtAll_ClosesTheConnectionAtOnce(string attribute, bool closed)
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = [attribute] });
        (_, Peer target) = Park(world, Hinting.Replace("timeout=5", "timeout=0", StringComparison.Ordinal));
        world.RunMs(10);
        Assert.Equal(closed, target.Ended);
        Assert.Equal(closed ? 0 : 1, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void Drain_ClosesDeclinedConnectionsToo()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Park(world, Hinting);
        world.RunSeconds(4.5);
        client.Send(Get);
        world.Target.Accept().Answer(Hinting);
        client.ReadHead();
        Assert.False(first.Ended);
        world.Node.Drain(TimeSpan.FromSeconds(1), static () => { });
        world.RunMs(50);
        Assert.True(first.Ended);
    }

    private static (Peer Client, Peer Target) Park(BalancerWorld world, string answer)
    {
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer(answer);
        client.ReadHead();
        return (client, target);
    }
}
