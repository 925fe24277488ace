using System.Text.Json;
using Weir.Model;
using Weir.Reactor;
using Weir.Reactor.Tests.Tls;

namespace Weir.Balancer.Tests.Tls;

/// <summary>What becomes of requests on connections whose target begins the handshake anew: a renegotiation, below TLS 1.3.</summary>
public sealed class TargetRenegotiationTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Target_ThatRenegotiatesWhileItIdles_KeepsItsConnection()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world);
        AssertAnswered(world);
        Renegotiate(world, target.Inside[0]);
        world.RunMs(200);
        AssertAnswered(world);
        Assert.Single(target.Inside);
        Assert.Empty(world.Explained());
    }

    [Fact]
    public void Request_OnAConnectionWhoseTargetDoesNotEndIt_IsTimedOut_AndItIsToldThatNothingWasSent()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world);
        AssertAnswered(world);
        Hang(world, target.Inside[0]);

        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Post);
        long sentMs = world.ClientLoop.NowMs;
        Assert.StartsWith("HTTP/1.1 504 ", client.ReadHead(TimeSpan.FromSeconds(65)), StringComparison.Ordinal);
        Assert.InRange(world.ClientLoop.NowMs - sentMs, 59_000, 61_000);

        JsonElement line = Explained(world);
        Assert.Equal(0, line.GetProperty("request_bytes_written").GetInt64());
        string verdict = line.GetProperty("verdict").GetString()!;
        Assert.StartsWith("Nothing of this POST could be sent to the target for 60 s", verdict, StringComparison.Ordinal);
        Assert.Contains("had begun a TLS renegotiation on the connection, and did not end it", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("raise idle_timeout", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Request_OnAConnectionThatEndsInOne_IsToldThatNothingWasSent()
    {
        using BalancerWorld world = World("observe");
        TlsTarget target = Target(world);
        AssertAnswered(world);
        Hang(world, target.Inside[0]);
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Get);
        world.RunMs(600);
        target.Inside[0].Reset();
        Assert.StartsWith("HTTP/1.1 502 ", client.ReadHead(), StringComparison.Ordinal);
        string verdict = Explained(world).GetProperty("verdict").GetString()!;
        Assert.StartsWith("The target had begun a TLS renegotiation on the connection, and reset (RST) it ", verdict, StringComparison.Ordinal);
        Assert.Contains("Nothing of it was sent: this target has not seen it.", verdict, StringComparison.Ordinal);
    }

    // Where connections are protected it goes out on another one.
    [Fact]
    public void Request_OnAConnectionThatEndsInOne_IsSentOnAnother()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world);
        AssertAnswered(world);
        Hang(world, target.Inside[0]);
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Post);
        world.RunMs(600);
        target.Inside[0].Reset();
        Assert.StartsWith("HTTP/1.1 200 ", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(2, target.Inside.Count);
    }

    // Of a resumed connection that failed in one, the session is not what failed.
    [Fact]
    public void Session_OfAConnectionThatEndsInOne_IsTakenUpByTheNext()
    {
        using BalancerWorld world = World("observe");
        TlsTarget target = Target(world);
        AssertAnswered(world);
        target.Inside[0].Reset();
        world.RunMs(100);
        target.Script = null;
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Get);
        world.Until(() => target.Inside.Count == 2, "the connection to the target");
        target.Inside[1].ReadHead();
        Renegotiate(world, target.Inside[1]);
        world.RunMs(200);
        target.Inside[1].Reset();
        Assert.StartsWith("HTTP/1.1 502 ", client.ReadHead(), StringComparison.Ordinal);
        Assert.DoesNotContain("earlier TLS session", Explained(world).GetProperty("verdict").GetString(), StringComparison.Ordinal);

        target.Script = static _ => Answer;
        AssertAnswered(world);
        Assert.Equal([false, true, true], target.Resumed);
    }

    private BalancerWorld World(string mode = "protect") => new(certificates.Https with
    {
        TargetProtocol = TargetProtocol.Https,
        LoadBalancer = [$"weir.stale_connection.mode={mode}"],
    });

    private TlsTarget Target(BalancerWorld world)
    {
        var options = new TlsOptions { MostVersion = TlsVersion.Tls12 };
        return new TlsTarget(world, TlsContext.Server(certificates.Server, certificates.Server, options).Context!) { Script = static _ => Answer };
    }

    private static void AssertAnswered(BalancerWorld world)
    {
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Get);
        Assert.StartsWith("HTTP/1.1 200 ", client.ReadHead(), StringComparison.Ordinal);
    }

    private static JsonElement Explained(BalancerWorld world)
    {
        world.RunMs(100);
        return Assert.Single(world.Explained());
    }

    // The target asks, and does not look at what comes then. Its read that was under way has the first one, which comes to its end.
    private static void Hang(BalancerWorld world, Peer target)
    {
        target.StopReading();
        for (int i = 1; i <= 2; i++)
        {
            Renegotiate(world, target);
            world.RunMs(200);
        }
    }

    private static void Renegotiate(BalancerWorld world, Peer target)
    {
        var connection = (TlsConnection)target.Connection;
        Renegotiation.Prepare(connection);
        world.Target.Loop.Post(() => Loop.Start(Shake(connection)));
    }

    private static async LoopTask Shake(TlsConnection connection) => await connection.Handshake(TimeSpan.FromSeconds(1));
}
