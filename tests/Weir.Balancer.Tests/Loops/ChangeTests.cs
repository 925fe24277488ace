using System.Globalization;
using System.Net;
using Weir.Model;

namespace Weir.Balancer.Tests;

/// <summary>Changes of the configuration and the end of the process: what is under way is not dropped.</summary>
public sealed class ChangeTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Snapshot_ThatChangesNothing_KeepsConnectionsAndHealth()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer(Empty);
        client.ReadHead();
        world.Apply(world.Options);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
        client.Send(Get);
        target.Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Target.Accepted);
        Assert.Single(world.Target.Health.Checks);
    }

    // Source: ALB user guide, edit attributes: a change does not touch existing connections.
    [Theory]
    [InlineData("60", "10", 60)]
    [InlineData("10", "60", 10)]
    public void IdleTimeout_Changed_HoldsForConnectionsThatComeAfter(string before, string after, int endsAfterSeconds)
    {
        string[] Idle(string seconds) => [$"idle_timeout.timeout_seconds={seconds}"];
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = Idle(before) });
        Peer waiting = world.Connect();
        world.RunSeconds(5);
        world.Apply(world.Options with { LoadBalancer = Idle(after) });
        Peer late = world.Connect();
        long lateMs = world.ClientLoop.NowMs;
        world.RunSeconds(endsAfterSeconds - 5.1);
        Assert.False(waiting.Ended);
        world.RunSeconds(0.2);
        Assert.True(waiting.Ended);
        world.RunSeconds(60);
        Assert.InRange((late.EndedMs - lateMs) / 1000.0, int.Parse(after, CultureInfo.InvariantCulture), int.Parse(after, CultureInfo.InvariantCulture) + 0.1);
    }

    [Fact]
    public void Deregistration_LetsWhatIsInFlightEnd_AndSendsNothingNew()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 1 });
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        Peer slowHead = world.Connect("GET / HTTP/1.1\r\nHost: ");
        world.RunMs(10);
        world.Apply(world.Options with { Targets = 0 });
        slowHead.Send("a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 503", slowHead.ReadHead(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 503", world.Connect(Get).ReadHead(), StringComparison.Ordinal);
        world.RunSeconds(30);
        target.Send(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        world.RunMs(10);
        Assert.True(target.Ended);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void Deregistration_WhenItsDelayEnds_Is502()
    {
        using var world = new BalancerWorld(new WorldOptions
        {
            TargetGroup = ["deregistration_delay.timeout_seconds=20"],
        });
        Peer client = world.Connect(Get);
        world.Target.Accept().ReadHead();
        world.RunSeconds(1);
        world.Apply(world.Options with { Targets = 0 });
        Assert.Equal(TargetHealthStatus.Draining, world.HealthOf("10.0.1.1"));
        world.RunSeconds(19.9);
        Assert.Equal("", client.Take());
        Assert.Equal(TargetHealthStatus.Draining, world.HealthOf("10.0.1.1"));
        world.RunSeconds(0.2);
        Assert.Equal(BalancerWorld.Page("502 Bad Gateway", true), BalancerWorld.Masked(client.Take()));
        Assert.Equal(TargetHealthStatus.NotRegistered, world.HealthOf("10.0.1.1"));
        Assert.Equal(1, world.Counters[FailureReason.DeregistrationDelayOver]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("502 - 27 277", line.CodesAndBytes);
        Assert.InRange(line.Times[1], 20.9, 21.1);
    }

    [Fact]
    public void Target_RegisteredAgainWhileDraining_IsChecked()
    {
        using var world = new BalancerWorld();
        WorldOptions before = world.Options;
        world.Apply(before with { Targets = 0 });
        world.RunSeconds(1);
        world.Apply(before);
        world.RunMs(50);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
        world.RunSeconds(400);
        Assert.Equal(TargetHealthStatus.Healthy, world.HealthOf("10.0.1.1"));
    }

    [Fact]
    public void Listener_CreatedAnewOnItsEndpoint_KeepsItsClients()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        Peer idle = world.Connect();
        world.RunMs(10);
        string arn = world.Node.Snapshot.LoadBalancers[0].Listeners[0].Arn;
        Assert.Empty(world.Apply(world.Options with { Name = "other" }));
        Peer late = world.Connect(Get);
        target.Send(Empty);
        Assert.EndsWith("Connection: keep-alive\r\n\r\n", client.ReadHead(), StringComparison.Ordinal);
        world.RunMs(10);
        Assert.False(idle.Ended);
        target.Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", late.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(0, world.Node.PortOf(arn));
        Assert.Equal(80, world.Node.PortOf(world.Node.Snapshot.LoadBalancers[0].Listeners[0].Arn));
        IReadOnlyList<LogLine> log = world.Log();
        Assert.Equal(["app/other/", "app/web/"], log.Select(line => line[3][..^16]).Order());
    }

    [Fact]
    public void Listener_OfALoadBalancerThatMoves_IsOpenedAtItsNewAddress()
    {
        using var world = new BalancerWorld();
        Peer idle = world.Connect();
        world.RunMs(10);
        Assert.Empty(world.Apply(world.Options with { ListenAddress = IPAddress.Parse("10.9.0.2") }));
        world.RunMs(1_010);
        Assert.True(idle.Ended);
        Assert.StartsWith("HTTP/1.1 200", world.Exchange(Get, Empty).ReadHead(), StringComparison.Ordinal);
    }

    // As a template does it in which two load balancers change places: both addresses stay open, under the other's name.
    [Fact]
    public void Listeners_OfLoadBalancersThatChangePlaces_KeepSocketsAndClients()
    {
        using var world = new BalancerWorld();
        IPAddress other = IPAddress.Parse("10.9.0.2");
        Assert.Empty(world.Apply(Pair(BalancerWorld.Address, other)));
        Peer idle = world.Connect(Get);
        world.Target.Accept().Answer(Empty);
        idle.ReadHead();

        Assert.Empty(world.Apply(Pair(other, BalancerWorld.Address)));
        world.RunMs(1_010);
        idle.Send(Get);
        world.Target.Accept().Answer(Empty);

        Assert.EndsWith("Connection: keep-alive\r\n\r\n", idle.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(["app/one/", "app/two/"], world.Log().Select(static line => line[3][..^16]));
    }

    [Fact]
    public void Listener_ThatIsRemoved_AnswersWhatIsUnderWayAndClosesTheRest()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        Peer idle = world.Connect();
        world.RunMs(10);
        world.Apply(BalancerSnapshot.Empty);
        world.RunMs(990);
        Assert.False(idle.Ended);
        world.RunMs(20);
        Assert.True(idle.Ended);
        target.Send(Empty);
        Assert.EndsWith("Connection: close\r\n\r\n", client.ReadToEnd(), StringComparison.Ordinal);
        Peer refused = world.Connect();
        world.RunMs(10);
        Assert.Equal(Reactor.ConnectOutcome.Refused, refused.Outcome);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsClosedIdle]);
    }

    [Fact]
    public void Drain_AnswersWhatIsUnderWay_ThenSaysSo()
    {
        using var world = new BalancerWorld();
        Peer idle = world.Connect();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        world.RunSeconds(10);
        Assert.True(idle.Ended);
        Assert.False(drained);
        target.Send(Empty);
        Assert.EndsWith("Connection: close\r\n\r\n", client.ReadToEnd(), StringComparison.Ordinal);
        client.Close();
        world.RunMs(10);
        Assert.True(drained);
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    // The connection and its first bytes reach the balancer's kernel about when it is told to stop.
    [Theory]
    [InlineData(1502)]
    [InlineData(1503)]
    [InlineData(1504)]
    public void Drain_AnswersARequestThatIsInTheKernelAlready(int offsetMicros)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        world.Network.RunFor(TimeSpan.FromMicroseconds(offsetMicros));
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        world.Target.Accept().Answer(Empty);
        Assert.EndsWith("Connection: close\r\n\r\n", client.ReadToEnd(), StringComparison.Ordinal);
        client.Close();
        world.RunMs(10);
        Assert.True(drained);
    }

    [Fact]
    public void Drain_WhenItsTimeIsOver_CutsTheRest()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        world.Target.Accept().ReadHead();
        Peer halfAHead = world.Connect("GET /");
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(5), () => drained = true);
        world.RunSeconds(4.9);
        Assert.False(drained);
        world.RunSeconds(0.2);
        Assert.Equal(
            BalancerWorld.Page("503 Service Temporarily Unavailable", false), BalancerWorld.Masked(client.Take()));
        Assert.True(halfAHead.Ended);
        client.Close();
        world.RunSeconds(3);
        Assert.True(drained);
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
    }

    // Two load balancers on one port, before target groups with the same target.
    private static BalancerSnapshot Pair(IPAddress one, IPAddress two)
    {
        (string Name, IPAddress Address)[] pair = [("one", one), ("two", two)];
        SnapshotCompilation compiled = SnapshotCompiler.Compile(new BalancerDefinition
        {
            LoadBalancers = [.. pair.Select(static balancer => new LoadBalancerDefinition { Name = balancer.Name, ListenAddress = balancer.Address })],
            Listeners =
            [
                .. pair.Select(static balancer => new ListenerDefinition
                {
                    LoadBalancer = balancer.Name,
                    Port = 80,
                    DefaultActions = [ActionDefinition.ForwardTo(balancer.Name)],
                }),
            ],
            TargetGroups =
            [
                .. pair.Select(static balancer => new TargetGroupDefinition
                {
                    Name = balancer.Name,
                    TargetType = TargetType.Ip,
                    Protocol = TargetProtocol.Http,
                    Port = BalancerWorld.TargetPort,
                    HealthCheck = new HealthCheckDefinition { Port = "9000" },
                    Targets = [new TargetDefinition("10.0.1.1")],
                }),
            ],
        });
        Assert.Empty(compiled.Errors);
        return compiled.Snapshot!;
    }
}
