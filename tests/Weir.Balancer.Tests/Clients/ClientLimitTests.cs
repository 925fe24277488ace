using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>At the limit of client connections the next ones wait to be accepted, and what they need later is left for them.</summary>
public sealed class ClientLimitTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    [Fact]
    public void Limit_Reached_KeepsTheNextWaitingUntilOneCloses()
    {
        using var world = new BalancerWorld(new WorldOptions { MaxClients = 3 });
        world.Target.Script = _ => Answer;
        Peer[] clients = [.. Enumerable.Range(0, 5).Select(_ => world.Connect(Request))];

        world.RunSeconds(2);

        Assert.Equal(3, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(3, clients.Count(static client => client.Received.Contains("hi", StringComparison.Ordinal)));
        Assert.Equal(1, world.Counters[Counter.AcceptPauses]);
        Assert.Contains("3 client connections are open", Assert.Single(world.TakeReports()), StringComparison.Ordinal);
        clients[0].Fin();
        clients[0].ReadToEnd();
        clients[3].ReadTo("hi");
        Assert.DoesNotContain("hi", clients[4].Received, StringComparison.Ordinal);
        clients[1].Fin();
        clients[4].ReadTo("hi");
        Assert.Equal(3, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(3, world.Counters[Counter.AcceptPauses]);
        Assert.Equal(0, world.Counters[Counter.ElbCode5xx]);
    }

    // Told once a minute, however often it pauses.
    [Fact]
    public void Limit_ReachedAgainAndAgain_IsReportedOnce()
    {
        using var world = new BalancerWorld(new WorldOptions { MaxClients = 1 });
        world.Target.Script = _ => Answer;
        for (int i = 0; i < 20; i++)
        {
            Peer client = world.Connect(Request);
            client.ReadTo("hi");
            client.Fin();
            client.ReadToEnd();
        }

        Assert.Equal(20, world.Counters[Counter.AcceptPauses]);
        Assert.Single(world.TakeReports());
    }

    [Fact]
    public void Limit_OfClients_IsThatOfTheirTargetsToo()
    {
        const int Clients = 10;
        const int Rounds = 30;
        using var world = new BalancerWorld(new WorldOptions { MaxClients = Clients, Targets = 12 });
        foreach (TargetDouble target in world.Targets)
        {
            target.Script = _ => Answer;
        }

        Peer[] clients = [.. Enumerable.Range(0, 2 * Clients).Select(_ => world.Connect())];
        world.RunMs(50);
        Assert.Single(world.TakeReports());
        int mostOpen = 0;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Peer client in clients)
            {
                client.Send(Request);
            }

            for (int ms = 0; ms < 10; ms++)
            {
                world.RunMs(1);
                mostOpen = Math.Max(mostOpen, world.BalancerLoop.OpenConnections);
            }
        }

        Assert.Equal(Clients * Rounds, world.Counters[Counter.TargetCode2xx]);
        Assert.True(world.Counters[Counter.TargetConnectionsClosedForRoom] > 0);
        Assert.Equal(0, world.Counters[Counter.ElbCode5xx]);
        Assert.InRange(mostOpen, Clients + 1, 2 * Clients);
    }

    // A listener that a reload opens does not let in what the others keep out.
    [Fact]
    public void Limit_ReachedWhenAListenerOpens_HoldsForIt()
    {
        using var world = new BalancerWorld(new WorldOptions { MaxClients = 1 });
        Peer first = world.Connect(Request);
        Peer target = world.Target.Accept();
        Assert.Empty(world.Apply(world.Options with { ListenPort = 81 }));
        Assert.Single(world.TakeReports());
        Peer second = world.Connect(Request);
        world.RunMs(900);
        Assert.Equal("", second.Received);
        target.Answer(Answer);
        first.ReadTo("hi");
        first.Fin();
        target.Answer(Answer);
        second.ReadTo("hi");
    }

    [Fact]
    public void Limit_ReachedWhileDraining_EndsAllTheSame()
    {
        using var world = new BalancerWorld(new WorldOptions { MaxClients = 2 });
        world.Target.Script = _ => Answer;
        Peer[] clients = [.. Enumerable.Range(0, 4).Select(_ => world.Connect(Request))];
        clients[0].ReadTo("hi");
        clients[1].ReadTo("hi");
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        world.Until(() => drained, "the drain");
        Assert.Single(world.TakeReports());
        world.RunMs(10);
        Assert.All(clients[2..], static client => Assert.Equal(ConnectionEnd.Rst, client.End));
        Assert.True(world.Network.RunUntilIdle(TimeSpan.FromHours(1)));
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
    }

    [Fact]
    public void Limit_OfANode_IsSharedOutAmongItsLoops()
    {
        using var network = new BalancerWorld();
        var node = new BalancerNode(new BalancerOptions { MaxClientConnections = 8 });
        int[] shares = [];
        for (int loops = 1; loops <= 3; loops++)
        {
            node.AddLoop(network.Network.CreateLoop($"loop {loops}", BalancerWorld.Address));
            shares = [.. node.Loops.Select(static loop => loop.ClientLimit.Connections)];
        }

        Assert.Equal([3, 3, 2], shares);
    }
}
