using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Connections that requests of several clients, sessions, configurations and loops share, or do not.</summary>
public sealed class Http2SharingTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string First = "10.0.1.1";
    private const string Second = "10.0.1.2";

    [Fact]
    public void Loops_ShareTheTargets_AndEachHasItsOwnConnectionToThem()
    {
        using BalancerWorld world = Make(with: options => options with { Loops = 2 });
        Http2Peer[][] clients = [.. Enumerable.Range(0, 2).Select(loop => (Http2Peer[])[.. Enumerable.Range(0, 3).Select(_ => new Http2Peer(world, loop: loop))])];
        int[][] ids = [[.. clients[0].Select(static client => client.Get("/0"))], []];
        Http2Peer one = world.Target.AcceptHttp2();
        ids[1] = [.. clients[1].Select(static client => client.Get("/1"))];
        Http2Peer other = world.Target.AcceptHttp2();
        Answer(one, "/0");
        Answer(other, "/1");
        for (int loop = 0; loop < 2; loop++)
        {
            Assert.Equal(["/0", "/0", "/0"], clients[0].Select((client, i) => client.Read(ids[0][i]).Body));
            Assert.Equal(["/1", "/1", "/1"], clients[1].Select((client, i) => client.Read(ids[1][i]).Body));
            Assert.Equal(1, world.Node.Counters[loop][Counter.TargetConnectionsOpened]);
            Assert.Equal(2, world.Node.Counters[loop][Counter.TargetConnectionsReused]);
        }

        Assert.Equal(2, world.Target.Accepted);
        // What one of them loses the other has still.
        one.GoAway(5);
        one.Bytes.Fin();
        world.RunMs(10);
        int last = clients[1][0].Get("/1");
        other.Answer(body: "still");
        Assert.Equal("still", clients[1][0].Read(last).Body);
        Assert.Equal(2, world.Target.Accepted);

        static void Answer(Http2Peer target, string path)
        {
            for (int i = 0; i < 3; i++)
            {
                int at = target.Answer(body: path);
                Assert.Equal(path, target.At(at).Field(":path"));
            }
        }
    }

    [Fact]
    public void ClosesSeenByOneLoop_ProtectAnother()
    {
        using BalancerWorld world = Make(with: options => options with { Loops = 2 });
        for (int i = 0; i < 2; i++)
        {
            Http2Peer closing = Http2World.Park(world, new Http2Peer(world, loop: 1));
            world.RunSeconds(5);
            closing.GoAway(1);
            closing.Bytes.Fin();
            world.RunSeconds(1);
        }

        var client = new Http2Peer(world);
        Http2Peer old = Http2World.Park(world, client);
        world.RunSeconds(4.5);
        int id = client.Post();
        client.Data(id, "x", ends: true);
        world.Target.AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(id).Status);
        Assert.Equal(1, world.Node.Counters[0][Counter.ReusesWithheld]);
        Assert.False(old.Bytes.Ended);
    }

    // What was begun under one configuration shares its connection with what comes under the next, whose idle timeout holds from then on.
    [Fact]
    public void Reload_KeepsConnections_AndTheLastConfigurationSaysForHowLong()
    {
        using BalancerWorld world = Make();
        var client = new Http2Peer(world);
        int before = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int first = target.NextRequest();
        world.Apply(world.Options with { LoadBalancer = ["idle_timeout.timeout_seconds=10"] });
        int after = client.Get();
        target.Respond(target.NextRequest(), body: "after");
        target.Respond(first, body: "before");
        Assert.Equal(["before", "after"], ((int[])[before, after]).Select(id => client.Read(id).Body));
        Assert.Equal(1, world.Target.Accepted);
        world.RunSeconds(9.8);
        Assert.False(target.Bytes.Ended);
        Assert.Equal((0, Http2ErrorCode.NoError), target.ReadGoAway(TimeSpan.FromSeconds(0.4)));
    }

    // One connection for the streams of all clients: some end in time, one does not, and nothing new comes.
    [Fact]
    public void Deregistration_OfOneTarget_LeavesTheOthersConnections_AndARegistrationBeginsAnew()
    {
        using BalancerWorld world = Make(2, options => options with { TargetGroup = ["deregistration_delay.timeout_seconds=10"] });
        Http2Peer[] clients = [.. Enumerable.Range(0, 4).Select(_ => new Http2Peer(world))];
        int[] ids = [.. clients.Select(static client => client.Get())];
        Http2Peer staying = world.TargetAt(First).AcceptHttp2();
        Http2Peer going = world.TargetAt(Second).AcceptHttp2();
        int[] held = [going.NextRequest(), going.NextRequest()];
        staying.Answer();
        staying.Answer();
        world.Apply(world.Options with { Targets = 1 });
        int[] later = [.. clients.Select(static client => client.Get())];
        Array.ForEach(clients, _ => staying.Answer(body: "later"));
        Assert.All(clients.Zip(later), static pair => Assert.Equal("later", pair.First.Read(pair.Second).Body));
        going.Respond(held[0]);
        world.RunSeconds(10);
        Assert.Equal(["200", "200", "200", "502"], clients.Select((client, i) => client.Read(ids[i]).Status).Order());
        Assert.Equal(1, world.Counters[FailureReason.DeregistrationDelayOver]);
        world.Until(() => going.Bytes.Ended, "the end of the connection that nobody uses any more");
        Assert.False(staying.Bytes.Ended);
        world.Apply(world.Options with { Targets = 2 });
        int[] again = [clients[0].Get(), clients[1].Get()];
        staying.Answer();
        world.TargetAt(Second).AcceptHttp2().Answer();
        Assert.Equal("200", clients[0].Read(again[0]).Status);
        Assert.Equal("200", clients[1].Read(again[1]).Status);
        Assert.Equal(1, world.TargetAt(First).Accepted);
    }

    [Fact]
    public void Sessions_OfManyClients_ShareTheConnectionOfTheirTarget()
    {
        using BalancerWorld world = Make(2, static options => options with { TargetGroup = ["stickiness.enabled=true"] });
        Http2Peer[] clients = [.. Enumerable.Range(0, 4).Select(_ => new Http2Peer(world))];
        int[] ids = [.. clients.Select(static client => client.Get())];
        Http2Peer[] targets = [world.TargetAt(First).AcceptHttp2(), world.TargetAt(Second).AcceptHttp2()];
        for (int i = 0; i < 4; i++)
        {
            targets[i % 2].Answer(body: $"target {i % 2}");
        }

        for (int round = 0; round < 3; round++)
        {
            Http2Answer[] answers = [.. clients.Select((client, i) => client.Read(ids[i]))];
            string[] mine = [.. answers.Select(static answer => answer.Body)];
            ids = [.. clients.Select((client, i) => client.Get("/", Http2World.CookieOf(answers[i])))];
            for (int i = 0; i < 4; i++)
            {
                targets[i % 2].Answer(body: $"target {i % 2}");
            }

            Assert.Equal(mine, clients.Select((client, i) => client.Read(ids[i]).Body));
        }

        Assert.Equal(0, world.Counters[Counter.NonStickyRequests]);
        Assert.Equal([1, 1], world.Targets.Select(static target => target.Accepted));
    }

    private BalancerWorld Make(int targets = 1, Func<WorldOptions, WorldOptions>? with = null) => Http2World.Make(
        certificates, with: options => (with is null ? options : with(options)) with { Targets = targets });
}
