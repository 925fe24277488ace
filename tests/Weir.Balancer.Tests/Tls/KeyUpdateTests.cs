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
            Update(world, client);
            world.RunSeconds(9);
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
            Update(world, client);
            world.RunSeconds(9);
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
            KeyUpdate.Prepare(client.Tls, isAnswerAsked: false);
            Begin(world, client);
            world.RunMs(1);
        }

        world.Until(() => world.Counters[Counter.ClientConnectionsOpen] == 0, "the end of the connection", TimeSpan.FromSeconds(1));
        Assert.Equal(1, world.Counters[Counter.ClientTlsFloods]);
        Assert.Equal(0, world.Counters[Counter.TargetTlsFloods]);
        Assert.Equal(0, world.Counters[Counter.ClientTlsErrors]);
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

    private static void Update(BalancerWorld world, TlsClient client)
    {
        KeyUpdate.Prepare(client.Tls, isAnswerAsked: true);
        Begin(world, client);
        world.RunSeconds(1);
    }

    // The message goes out.
    private static void Begin(BalancerWorld world, TlsClient client) => world.ClientLoop.Post(() => Loop.Start(Shake(client)));

    private static async LoopTask Shake(TlsClient client) =>
        Assert.Equal(TlsHandshakeResult.Done, (await client.Tls.Handshake(TimeSpan.FromSeconds(1))).Result);
}
