using Weir.Model;
using Weir.Reactor;
using Weir.Reactor.Tests.Tls;

namespace Weir.Balancer.Tests.Tls;

/// <summary>Key updates of TLS 1.3 are no data: they keep no connection open, and no more of them are taken than a bound.</summary>
public sealed class KeyUpdateTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly TlsOptions _tls13 = new() { LeastVersion = TlsVersion.Tls13 };

    [Fact]
    public void KeyUpdates_OfAnIdleClient_DoNotProlongItsIdleTime()
    {
        using BalancerWorld world = World();
        TlsClient client = Answered(world);
        long answeredMs = world.ClientLoop.NowMs;
        for (int i = 0; i < 7 && !client.Inside.Ended; i++)
        {
            Update(world.ClientLoop, client.Tls, isAnswerAsked: true);
            world.RunSeconds(10);
        }

        client.Inside.ReadToEnd(TimeSpan.FromSeconds(5));
        Assert.InRange(client.Inside.EndedMs - answeredMs, 59_000, 61_000);
        Assert.Equal(1, world.Counters[Counter.ClientConnectionsClosedIdle]);
        Assert.Equal(0, world.Counters[Counter.ClientTlsFloods]);
    }

    [Fact]
    public void KeyUpdates_OfAClientWhoseBodyIsAwaited_DoNotProlongItsTime()
    {
        // The target waits for the rest too.
        using var world = new BalancerWorld(certificates.Https);
        TlsClient client = Connect(world);
        client.Inside.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
        long sentMs = world.ClientLoop.NowMs;
        for (int i = 0; i < 6; i++)
        {
            Update(world.ClientLoop, client.Tls, isAnswerAsked: true);
            world.RunSeconds(10);
        }

        Assert.StartsWith("HTTP/1.1 408 ", client.Inside.ReadHead(TimeSpan.FromSeconds(15)), StringComparison.Ordinal);
        Assert.InRange(world.ClientLoop.NowMs - sentMs, 59_000, 61_000);
    }

    [Fact]
    public void Flood_OfKeyUpdates_EndsTheConnectionAndIsCounted()
    {
        using BalancerWorld world = World();
        TlsClient client = Answered(world);
        for (int i = 0; i < 1_300 && !client.Inside.Ended; i++)
        {
            Update(world.ClientLoop, client.Tls, isAnswerAsked: false);
            world.RunMs(1);
        }

        world.Until(() => world.Counters[Counter.ClientConnectionsOpen] == 0, "the end of the connection", TimeSpan.FromSeconds(1));
        Assert.Equal(1, world.Counters[Counter.ClientTlsFloods]);
        Assert.Equal(0, world.Counters[Counter.TargetTlsFloods]);
        Assert.Equal(0, world.Counters[Counter.ClientTlsErrors]);
    }

    [Fact]
    public void Flood_OfKeyUpdatesOfATarget_EndsTheIdleConnectionAndIsCounted()
    {
        using var world = new BalancerWorld(certificates.Https with { TargetProtocol = TargetProtocol.Https });
        TlsContext context = TlsContext.Server(certificates.Server, certificates.Server, _tls13).Context!;
        var target = new TlsTarget(world, context) { Script = static _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" };
        Answered(world);
        var inside = (TlsConnection)Assert.Single(target.Inside).Connection;
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
        for (int i = 0; i < 10_000 && world.Counters[Counter.TargetConnectionsIdle] == 1; i++)
        {
            Update(world.Target.Loop, inside, isAnswerAsked: false);
            world.RunMs(1);
        }

        Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
        Assert.Equal(1, world.Counters[Counter.TargetTlsFloods]);
        Assert.Equal(0, world.Counters[Counter.ClientTlsFloods]);
    }

    private BalancerWorld World()
    {
        var world = new BalancerWorld(certificates.Https);
        world.Target.Script = static _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        return world;
    }

    private static TlsClient Connect(BalancerWorld world) => new(world, TlsContext.UnverifiedClient(_tls13).Context!);

    private static TlsClient Answered(BalancerWorld world)
    {
        TlsClient client = Connect(world);
        client.Inside.Send(Get);
        Assert.StartsWith("HTTP/1.1 200 ", client.Inside.ReadHead(), StringComparison.Ordinal);
        return client;
    }

    // The message goes out with the handshake's next step, which is none.
    private static void Update(Loop loop, TlsConnection connection, bool isAnswerAsked)
    {
        KeyUpdate.Prepare(connection, isAnswerAsked);
        loop.Post(() => Loop.Start(Shake(connection)));
    }

    private static async LoopTask Shake(TlsConnection connection) => await connection.Handshake(TimeSpan.FromSeconds(1));
}
