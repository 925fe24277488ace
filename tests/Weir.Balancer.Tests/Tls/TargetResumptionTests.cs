using System.Text.Json;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>New connections to a target take up the session of those before; nobody has a failure of it.</summary>
public sealed class TargetResumptionTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    // The answer ends the connection, so that every request needs a new one.
    private const string Answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public void Connections_AfterTheFirst_AreResumed(TlsVersion version)
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, version);
        for (int i = 0; i < 3; i++)
        {
            AssertAnswered(world);
        }

        Assert.Equal([false, true, true], target.Resumed);
        Assert.Equal(2, world.Counters[Counter.TargetTlsResumed]);
        Assert.Equal(3, world.Counters[Counter.TargetConnectionsOpened]);
    }

    [Theory]
    [InlineData(TargetProtocolVersion.Http2)]
    [InlineData(TargetProtocolVersion.Grpc)]
    public void Connections_OfHttp2_AreResumedToo(TargetProtocolVersion version)
    {
        using BalancerWorld world = World(options => options with { ProtocolVersion = version });
        var target = new TlsTarget(world, Context(TlsVersion.Tls13, "h2"));
        for (int i = 1; i <= 2; i++)
        {
            Http2Peer client = new TlsHttp2Client(world).Frames;
            int id = client.Post(version == TargetProtocolVersion.Grpc ? "content-type: application/grpc\n" : "");
            client.Data(id, "", ends: true);
            world.Until(() => target.Inside.Count == i, "the connection with the target");
            Http2Peer frames = Http2Peer.OfTarget(world, target.Inside[^1]);
            frames.Answer();
            Assert.Equal("200", client.Read(id).Status);
            frames.GoAway(lastId: 1);
            world.RunMs(100);
        }

        Assert.Equal([false, true], target.Resumed);
    }

    // A target whose certificate has expired, or is not for its name any more, is met by them.
    [Fact]
    public void HealthChecks_AreFullHandshakes()
    {
        using BalancerWorld world = World(options => options with { HealthCheck = new() { IntervalSeconds = 5, TimeoutSeconds = 2 } });
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        world.RunSeconds(60);
        Assert.InRange(target.Resumed.Count, 10, 15);
        Assert.DoesNotContain(true, target.Resumed);

        AssertAnswered(world);
        Assert.True(target.Resumed[^1]);
    }

    [Fact]
    public void Target_ThatFailsOnASession_IsAskedOnceMoreWithout()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        target.ToCut = 1;
        AssertAnswered(world);
        AssertAnswered(world);

        // Nor is a session offered to it afterwards, though it gives more of them.
        Assert.Equal([false, false, false], target.Resumed);
        Assert.Equal(1, world.Counters[Counter.TargetTlsErrors]);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionErrors]);
        Assert.Empty(world.Explained());
    }

    [Fact]
    public void Target_ThatFailsOnEveryHandshake_IsAskedOnceMoreAndNoMore()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        target.ToCut = 3;

        Assert.StartsWith("HTTP/1.1 502 ", Ask(world), StringComparison.Ordinal);
        Assert.Equal(1, target.ToCut);
        Assert.Equal(1, world.Counters[FailureReason.TargetTlsFailed]);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionErrors]);
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public void Target_ThatClosesInsteadOfAnAnswer_IsExplainedWithWhetherItResumed(TlsVersion version)
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, version);
        target.Script = null;
        for (int i = 0; i < 2; i++)
        {
            Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
            client.Send(Request);
            world.Until(() => target.Inside.Count == i + 1, "the connection with the target");
            target.Inside[i].ReadHead();
            target.Inside[i].Reset();
            Assert.StartsWith("HTTP/1.1 502 ", client.ReadHead(), StringComparison.Ordinal);
            world.RunMs(100);
        }

        Assert.Equal([false, true], target.Resumed);
        JsonElement[] lines = [.. world.Explained()];
        Assert.Equal([false, true], lines.Select(static line => line.GetProperty("tls_resumed").GetBoolean()));
        Assert.Equal([false, true], lines.Select(static line => line.GetProperty("verdict").GetString()!.Contains("TLS session", StringComparison.Ordinal)));
    }

    [Fact]
    public void Target_ThatFailsOnHandshakesWithAndWithoutASession_IsExplainedSo()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        target.ToCut = 2;
        Ask(world);
        JsonElement line = Assert.Single(world.Explained());
        Assert.Equal(JsonValueKind.Null, line.GetProperty("tls_resumed").ValueKind);
        Assert.Contains("this one offered none", line.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Target_ThatHangsOnASession_IsExplainedSo()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        target.ToIgnore = 1;
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Request);
        Assert.StartsWith("HTTP/1.1 504 ", client.ReadHead(TimeSpan.FromSeconds(15)), StringComparison.Ordinal);
        world.RunMs(100);
        Assert.Contains("It was offered an earlier TLS session", Assert.Single(world.Explained()).GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    // Below TLS 1.3 it has given a session by the time it is known that it does not speak HTTP/2.
    [Fact]
    public void Target_WithoutTheGroupsProtocol_IsAskedOnceMoreAndNoMore()
    {
        using BalancerWorld world = World(options => options with { ProtocolVersion = TargetProtocolVersion.Http2 });
        var target = new TlsTarget(world, Context(TlsVersion.Tls12));
        for (int i = 0; i < 3; i++)
        {
            Http2Peer client = new TlsHttp2Client(world).Frames;
            Assert.Equal("502", client.Read(client.Get()).Status);
        }

        Assert.InRange(target.Resumed.Count, 3, 6);
    }

    [Fact]
    public void Client_ThatLeavesDuringTheHandshake_EndsItAlone()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        target.ToIgnore = 1;
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Request);
        world.Until(() => target.ToIgnore == 0, "the connection to the target");
        client.Connection.Abort();
        world.RunMs(100);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);

        AssertAnswered(world);
        Assert.Equal([false, true], target.Resumed);
    }

    // With another configuration the target begins without a session, while a handshake with one is still under way.
    [Theory]
    [InlineData(TargetProtocolVersion.Http1, false)]
    [InlineData(TargetProtocolVersion.Http1, true)]
    [InlineData(TargetProtocolVersion.Http2, false)]
    [InlineData(TargetProtocolVersion.Http2, true)]
    public void Configuration_ReplacedDuringAResumedHandshakeThatFails_LeavesTheTargetUsable(TargetProtocolVersion version, bool isIgnored)
    {
        using BalancerWorld world = World(options => options with { ProtocolVersion = version });
        var target = new TlsTarget(world, Context(TlsVersion.Tls13, version == TargetProtocolVersion.Http1 ? [] : ["h2"]));
        AssertExchange(1);
        (target.ToIgnore, target.ToHold) = isIgnored ? (1, 0) : (0, 1);
        Func<string> answer = Begin();
        world.Until(() => target.ToIgnore + target.ToHold == 0, "the connection to the target");
        world.RunMs(10);
        Assert.Empty(world.Apply(world.Options with { TargetGroup = ["weir.target_tls.server_name=other.test"] }));
        target.CutHeld();
        if (isIgnored)
        {
            Assert.Equal("504", answer());
        }
        else
        {
            End(2, answer);
        }

        AssertExchange(isIgnored ? 2 : 3);
        Assert.Equal(0, world.Counters[Counter.ConnectionsCutByBugs]);

        void AssertExchange(int connections) => End(connections, Begin());

        // The status, when it is there.
        Func<string> Begin()
        {
            TimeSpan limit = TimeSpan.FromSeconds(15);
            if (version == TargetProtocolVersion.Http2)
            {
                Http2Peer frames = new TlsHttp2Client(world).Frames;
                int id = frames.Get();
                return () => frames.Read(id, limit).Status;
            }

            Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
            client.Send(Request);
            return () => client.ReadHead(limit).Split(' ')[1];
        }

        void End(int connections, Func<string> answer)
        {
            world.Until(() => target.Inside.Count == connections, "the connection with the target");
            if (version == TargetProtocolVersion.Http2)
            {
                Http2Peer frames = Http2Peer.OfTarget(world, target.Inside[^1]);
                frames.Answer();
                Assert.Equal("200", answer());
                frames.GoAway(lastId: 1);
            }
            else
            {
                target.Inside[^1].Answer(Answer);
                Assert.Equal("200", answer());
            }

            world.RunMs(100);
        }
    }

    // What it may agree on may have changed, and so may the name that its certificate must be for.
    [Fact]
    public void Session_IsNotTakenUp_AfterTheConfigurationHasChanged()
    {
        using BalancerWorld world = World();
        TlsTarget target = Target(world, TlsVersion.Tls13);
        AssertAnswered(world);
        Assert.Empty(world.Apply(world.Options with { TargetGroup = ["weir.target_tls.server_name=other.test"] }));

        AssertAnswered(world);
        Assert.Equal([false, false], target.Resumed);
    }

    private BalancerWorld World(Func<WorldOptions, WorldOptions>? with = null)
    {
        WorldOptions options = certificates.Https with { TargetProtocol = TargetProtocol.Https };
        return new BalancerWorld(with is null ? options : with(options));
    }

    private TlsTarget Target(BalancerWorld world, TlsVersion version) => new(world, Context(version)) { Script = static _ => Answer };

    private TlsContext Context(TlsVersion most, params string[] protocols)
    {
        TlsContextOutcome outcome = TlsContext.Server(
            certificates.Server, certificates.Server, new TlsOptions { MostVersion = most, ApplicationProtocols = protocols });
        Assert.Equal("", outcome.Problem);
        return outcome.Context!;
    }

    private static void AssertAnswered(BalancerWorld world) => Assert.StartsWith("HTTP/1.1 200 ", Ask(world), StringComparison.Ordinal);

    private static string Ask(BalancerWorld world)
    {
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send(Request);
        string head = client.ReadHead();
        world.RunMs(100);
        return head;
    }
}
