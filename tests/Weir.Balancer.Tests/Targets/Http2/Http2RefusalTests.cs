using System.Text.Json;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Requests that one target of several refuses: its own is asked once more, then others are.</summary>
public sealed class Http2RefusalTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private static readonly string[] _sticky = ["stickiness.enabled=true", "stickiness.lb_cookie.duration_seconds=600"];

    // As one does that is stopped gracefully: what it has not begun it refuses, and it listens no longer.
    [Theory]
    [InlineData("weir.stale_connection.mode=protect")]
    [InlineData("weir.stale_connection.mode=observe")]
    public void Request_OfATargetThatStops_IsAnsweredByAnother(string mode)
    {
        using BalancerWorld world = Make(2, loadBalancer: [mode]);
        var client = new Http2Peer(world);
        int id = client.Post();
        client.Data(id, "some ");
        TargetDouble first = Chosen(world);
        Http2Peer stopping = first.AcceptHttp2();
        stopping.Until(() => stopping.At(1).Body == "some ", "the body's beginning");
        Stop(first, stopping, last: 0);
        TargetDouble second = Other(world, first);
        Http2Peer taking = second.AcceptHttp2();
        client.Data(id, "more", ends: true);
        Assert.Equal("some more", taking.At(taking.Answer(body: "taken")).Body);
        Assert.Equal("taken", client.Read(id).Body);
        LogLine line = Assert.Single(world.Log());
        // The time with the first one is what it took to get the request to the second.
        Assert.StartsWith($"{second.Address}:8080 0.00", line.Outcome, StringComparison.Ordinal);
        Assert.StartsWith("200 200 ", line.CodesAndBytes, StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.RequestsRouted]);
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionErrors]);
        Assert.Empty(world.Explained());
    }

    [Fact]
    public void Request_RefusedTwiceByItsTarget_IsAnsweredByAnother_WithAllThatCameMeanwhile()
    {
        using BalancerWorld world = Make(2);
        var client = new Http2Peer(world);
        int id = client.Post();
        client.Data(id, "one ");
        TargetDouble first = Chosen(world);
        Http2Peer refusing = first.AcceptHttp2();
        refusing.Until(() => refusing.At(1).Body == "one ", "the first piece");
        refusing.Reset(1, Http2ErrorCode.RefusedStream);
        client.Data(id, "two ");
        refusing.Until(() => refusing.At(3).Body == "one two ", "the first two pieces");
        refusing.Reset(3, Http2ErrorCode.RefusedStream);
        Http2Peer taking = Other(world, first).AcceptHttp2();
        client.Data(id, "three", ends: true);
        Assert.Equal("one two three", taking.At(taking.Answer()).Body);
        Assert.Equal("200", client.Read(id).Status);
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
    }

    [Fact]
    public void Request_ThatEverybodyRefuses_Is502_AfterTwoOthers()
    {
        using BalancerWorld world = Make(4);
        var client = new Http2Peer(world);
        int id = client.Get();
        var asked = new List<string>();
        for (int i = 0; i < 2 + AttemptState.MaxMoves; i++)
        {
            TargetDouble target = i == 1 ? world.TargetAt(asked[0]) : Chosen(world);
            asked.Add(target.Address.ToString());
            Http2Peer peer = target.AcceptHttp2();
            peer.Until(() => peer.At(1).Blocks.Count > 0, "the request");
            peer.GoAway(0);
        }

        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(3, asked.Distinct().Count());
        Assert.Equal(1, world.Counters[FailureReason.TargetRefusedStream]);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal(asked.Select(static address => address + ":8080"), Attempts(record, "target"));
        Assert.All(Attempts(record, "outcome"), static outcome => Assert.Equal("target_refused_stream", outcome));
        Assert.Equal(asked[^1] + ":8080", record.GetProperty("target").GetString());
        Assert.Contains($"It was sent again, to {asked[2]}:8080: target_refused_stream.", record.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.StartsWith(asked[^1] + ":8080 0.00", Assert.Single(world.Log()).Outcome, StringComparison.Ordinal);
    }

    // The last of the attempts that docs/http2.md names.
    [Fact]
    public void Request_RefusedThreeTimes_IsAnsweredByTheSecondOther()
    {
        using BalancerWorld world = Make(4);
        var client = new Http2Peer(world);
        int id = client.Post();
        client.Data(id, "body", ends: true);
        TargetDouble first = Chosen(world);
        Http2Peer own = first.AcceptHttp2();
        own.Reset(own.NextRequest(), Http2ErrorCode.RefusedStream);
        own.Reset(own.NextRequest(), Http2ErrorCode.RefusedStream);
        TargetDouble second = Chosen(world);
        Http2Peer other = second.AcceptHttp2();
        other.Reset(other.NextRequest(), Http2ErrorCode.RefusedStream);
        TargetDouble third = Chosen(world);
        Http2Peer taking = third.AcceptHttp2();
        Assert.Equal("body", taking.At(taking.Answer(body: "taken")).Body);
        Assert.Equal("taken", client.Read(id).Body);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Assert.Empty(world.Explained());
    }

    // It has too much, or is no good: more of the same would not make it better.
    [Fact]
    public void Request_OfTheOnlyTarget_IsSentAgainOnce()
    {
        using BalancerWorld world = Make(1);
        var client = new Http2Peer(world);
        int id = client.Get();
        Http2Peer refusing = world.Target.AcceptHttp2();
        refusing.Reset(refusing.NextRequest(), Http2ErrorCode.RefusedStream);
        refusing.Reset(refusing.NextRequest(), Http2ErrorCode.RefusedStream);
        Assert.Equal("502", client.Read(id).Status);
        Assert.False(refusing.HasRequest);
        Assert.Equal(2, Attempts(Assert.Single(world.Explained()), "outcome").Length);
    }

    [Fact]
    public void Request_ThatNobodyElseCanBeReachedFor_Is502OfItsTarget()
    {
        using BalancerWorld world = Make(2);
        var client = new Http2Peer(world);
        int id = client.Get();
        TargetDouble first = Chosen(world);
        TargetDouble second = Other(world, first);
        second.Close();
        Http2Peer stopping = first.AcceptHttp2();
        stopping.NextRequest();
        Stop(first, stopping, last: 0);
        Assert.Equal("502", client.Read(id).Status);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal("target_refused_stream", record.GetProperty("reason").GetString());
        Assert.Equal($"{first.Address}:8080", record.GetProperty("target").GetString());
        Assert.Equal([$"{first.Address}:8080", $"{first.Address}:8080", $"{second.Address}:8080"], Attempts(record, "target"));
        Assert.Equal(["target_refused_stream", "connect_refused", "connect_refused"], Attempts(record, "outcome"));
        Assert.StartsWith($"{first.Address}:8080 0.00", Assert.Single(world.Log()).Outcome, StringComparison.Ordinal);
        Assert.Equal(0, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
    }

    // Its machine is gone: nothing answers, and the request does not wait the ten seconds of a connect.
    [Fact]
    public void Request_OfATargetThatIsNoLongerThere_WaitsASecond()
    {
        var faults = new Swallowing();
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, with: options => options with
        {
            Targets = 2,
            Network = new SimNetworkOptions { Link = options.Network.Link, Faults = faults },
        });
        int id = client.Get();
        TargetDouble first = Chosen(world);
        Http2Peer stopping = first.AcceptHttp2();
        stopping.NextRequest();
        faults.To = first;
        stopping.GoAway(0);
        world.RunMs(990);
        Assert.Equal(0, Other(world, first).Accepted);
        Other(world, first).AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(id).Status);
    }

    [Fact]
    public void Session_WhoseTargetRefusesOnce_StaysWithIt()
    {
        using BalancerWorld world = Make(3, group: _sticky);
        var client = new Http2Peer(world);
        (TargetDouble mine, Http2Peer peer, string cookie) = Begin(world, client);
        int id = client.Get("/", cookie);
        peer.Reset(peer.NextRequest(), Http2ErrorCode.RefusedStream);
        peer.Answer(body: "mine");
        Assert.Equal("mine", client.Read(id).Body);
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Assert.Equal(0, world.Counters[Counter.NonStickyRequests]);
        Assert.Equal(1, mine.Accepted);
    }

    [Fact]
    public void Session_WhoseTargetStops_MovesAndStaysMoved()
    {
        using BalancerWorld world = Make(3, group: _sticky);
        var client = new Http2Peer(world);
        (TargetDouble mine, Http2Peer peer, string cookie) = Begin(world, client);
        int id = client.Get("/", cookie);
        peer.NextRequest();
        Stop(mine, peer, last: 1);
        TargetDouble next = Chosen(world);
        Assert.NotSame(mine, next);
        Http2Peer taking = next.AcceptHttp2();
        taking.Answer();
        string moved = Http2World.CookieOf(client.Read(id));
        Assert.Equal(1, world.Counters[Counter.NonStickyRequests]);
        for (int i = 0; i < 3; i++)
        {
            id = client.Get("/", moved);
            taking.Answer();
            Assert.Equal("200", client.Read(id).Status);
        }

        Assert.Equal(1, world.Counters[Counter.NonStickyRequests]);
    }

    [Fact]
    public void Request_OfATargetThatIsDeregistered_GoesToAnotherAtOnce()
    {
        using BalancerWorld world = Make(2, group: ["deregistration_delay.timeout_seconds=30"]);
        var client = new Http2Peer(world);
        // One on each, so that the last one registered, which goes, has one.
        int[] ids = [client.Get(), client.Get()];
        Http2Peer kept = world.TargetAt("10.0.1.1").AcceptHttp2();
        Http2Peer gone = world.TargetAt("10.0.1.2").AcceptHttp2();
        kept.Answer();
        gone.NextRequest();
        world.Apply(world.Options with { Targets = 1 });
        gone.GoAway(0);
        kept.Answer();
        Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
        Assert.Equal(1, world.TargetAt("10.0.1.2").Accepted);
        world.RunSeconds(31);
        Assert.Equal(2, world.Log().Count(static line => line.Outcome.StartsWith("10.0.1.1:8080", StringComparison.Ordinal)));
    }

    // The configuration that holds for the request knows the second target still.
    [Fact]
    public void Request_IsNotMovedToATargetThatIsDeregistered()
    {
        using BalancerWorld world = Make(2);
        var client = new Http2Peer(world);
        int[] ids = [client.Get(), client.Get()];
        Http2Peer kept = world.TargetAt("10.0.1.1").AcceptHttp2();
        world.TargetAt("10.0.1.2").AcceptHttp2().Answer();
        kept.NextRequest();
        world.Apply(world.Options with { Targets = 1 });
        kept.Reset(1, Http2ErrorCode.RefusedStream);
        kept.Reset(kept.NextRequest(), Http2ErrorCode.RefusedStream);
        Assert.Equal(["200", "502"], ids.Select(id => client.Read(id).Status).Order());
        Assert.Equal(1, world.TargetAt("10.0.1.2").Accepted);
    }

    // One request goes out on each new connection, before the target has said that it allows none. The others wait in vain.
    [Fact]
    public void Requests_ThatFindNoRoomOnThreeConnections_AreAnsweredByAnother()
    {
        using BalancerWorld world = Make(2);
        var client = new Http2Peer(world);
        int[] ids = [.. Enumerable.Range(0, 12).Select(_ => client.Get())];
        Http2Peer taking = world.TargetAt("10.0.1.2").AcceptHttp2();
        int taken = 0;
        TargetDouble full = world.TargetAt("10.0.1.1");
        for (int ms = 0; ms < 1_000 && !Array.TrueForAll(ids, id => client.At(id).IsEnded); ms++)
        {
            if (full.HasWaiting)
            {
                Http2Peer peer = full.AcceptHttp2(greets: false);
                peer.Setting(SettingId.MaxConcurrentStreams, 0);
                peer.Answer();
            }

            while (taking.HasRequest)
            {
                taking.Answer();
                taken++;
            }

            world.RunMs(1);
        }

        Assert.All(ids, id => Assert.Equal("200", client.At(id).Status));
        Assert.InRange(taken, 7, 11);
        Assert.Equal(12 - taken, full.Accepted);
    }

    // Each connection takes one, and whoever gets it has got on: the others wait their turn.
    [Fact]
    public void Requests_OfATargetThatAllowsOneAtOnce_GetAConnectionEach()
    {
        using BalancerWorld world = Make(1);
        var client = new Http2Peer(world);
        int[] ids = [.. Enumerable.Range(0, 8).Select(_ => client.Get())];
        var taken = new List<Http2Peer>();
        for (int i = 0; i < ids.Length; i++)
        {
            Http2Peer peer = world.Target.AcceptHttp2(greets: false);
            peer.Setting(SettingId.MaxConcurrentStreams, 1);
            peer.NextRequest();
            taken.Add(peer);
        }

        taken.ForEach(static peer => peer.Respond(1));
        Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
        Assert.All(taken, static peer => Assert.False(peer.HasRequest));
    }

    [Fact]
    public void Request_WaitsForSeveralConnectionsNoLongerThanForOne()
    {
        using BalancerWorld world = Make(1);
        var client = new Http2Peer(world);
        int[] ids = [client.Get(), client.Get(), client.Get()];
        Http2Peer first = world.Target.AcceptHttp2(greets: false);
        world.RunSeconds(6);
        first.Setting(SettingId.MaxConcurrentStreams, 1);
        // The second one goes at once on another connection, and the third waits for what that allows.
        world.Target.Accept();
        world.RunSeconds(3.9);
        Assert.DoesNotContain(ids, id => client.At(id).IsEnded);
        world.RunSeconds(0.2);
        Assert.Equal(["504"], ids.Where(id => client.At(id).IsEnded).Select(id => client.At(id).Status));
    }

    // It was moved before anybody had refused it: whoever does so then is the first.
    [Fact]
    public void Request_ThatFoundNoRoomAndIsRefusedThen_IsCounted()
    {
        using BalancerWorld world = Make(3);
        var client = new Http2Peer(world);
        int[] ids = [.. Enumerable.Range(0, 12).Select(i => client.Get($"/{i}"))];
        var refused = new HashSet<string>();
        var peers = new List<(Http2Peer Peer, bool Refuses)>();
        for (int ms = 0; ms < 1_000 && !Array.TrueForAll(ids, id => client.At(id).IsEnded); ms++)
        {
            foreach (TargetDouble target in world.Targets.Where(static target => target.HasWaiting))
            {
                bool isFull = target == world.TargetAt("10.0.1.1");
                peers.Add((target.AcceptHttp2(greets: !isFull), target == world.TargetAt("10.0.1.2")));
                if (isFull)
                {
                    peers[^1].Peer.Setting(SettingId.MaxConcurrentStreams, 0);
                }
            }

            foreach ((Http2Peer peer, bool refuses) in peers.Where(static one => one.Peer.HasRequest))
            {
                int id = peer.NextRequest();
                if (refuses)
                {
                    refused.Add(peer.At(id).Head.Split('\n').Single(static line => line.StartsWith(":path", StringComparison.Ordinal)));
                    peer.Reset(id, Http2ErrorCode.RefusedStream);
                }
                else
                {
                    peer.Respond(id);
                }
            }

            world.RunMs(1);
        }

        Assert.All(ids, id => Assert.Equal("200", client.At(id).Status));
        // Those that were the refusing target's from the beginning are not all.
        Assert.InRange(refused.Count, 5, 12);
        Assert.Equal(refused.Count, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
    }

    // A target that stops says so on one connection, and ends the idle one beside it.
    [Fact]
    public void Request_ThatIsRefusedAndThenMeetsAClose_GoesOutOnceMore()
    {
        using BalancerWorld world = Make(1, loadBalancer: ["weir.stale_connection.mode=protect"]);
        var client = new Http2Peer(world);
        int[] ids = [client.Get(), client.Get()];
        Http2Peer busy = world.Target.AcceptHttp2(greets: false);
        busy.Setting(SettingId.MaxConcurrentStreams, 1);
        busy.NextRequest();
        Http2Peer idle = world.Target.AcceptHttp2();
        idle.Answer();
        world.RunMs(50);
        busy.Reset(1, Http2ErrorCode.RefusedStream);
        busy.GoAway(1);
        idle.NextRequest();
        idle.Bytes.Fin();
        world.Target.AcceptHttp2().Answer();
        Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
        Assert.Empty(world.Explained());
    }

    [Fact]
    public void Request_ThatIsRefusedBehindTheBeginningOfAnAnswer_IsExplained()
    {
        using BalancerWorld world = Make(2);
        var client = new Http2Peer(world);
        int id = client.Get();
        Http2Peer target = Chosen(world).AcceptHttp2();
        target.NextRequest();
        target.Headers(1, target.Block(":status: 103\n"), ends: false);
        target.GoAway(0);
        client.Until(() => client.At(id).IsEnded, "the end");
        string verdict = Assert.Single(world.Explained()).GetProperty("verdict").GetString()!;
        Assert.Contains("bytes of an answer, so that the GET could not be sent again.", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("held_body_bytes", verdict, StringComparison.Ordinal);
    }

    // The client goes while its body's upload is being paused for another attempt.
    [Fact]
    public void Request_ThatItsClientGivesUpWhenItIsRefused_IsTheClients()
    {
        for (int apartMicros = 0; apartMicros < 30; apartMicros++)
        {
            using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, with: static options => options with
            {
                Targets = 2,
                Network = new SimNetworkOptions { Link = new SimLinkOptions { JitterMicros = 0, SplitProbability = 0 }, TurnDelayMicros = 0 },
            });
            int id = client.Post();
            Http2Peer target = Chosen(world).AcceptHttp2();
            target.NextRequest();
            target.Reset(1, Http2ErrorCode.RefusedStream);
            world.Network.RunFor(TimeSpan.FromMicroseconds(apartMicros));
            client.Reset(id, Http2ErrorCode.Cancel);
            world.RunMs(100);
            Assert.Equal(0, world.Counters[FailureReason.TargetRefusedStream]);
            Assert.Equal(1, world.Counters[FailureReason.ClientClosedInRequest]);
        }
    }

    [Fact]
    public void Connection_ThatHasRefused_IsGivenMoreAgainAfterSoManyAnswers_UpToWhatItAllows()
    {
        using BalancerWorld world = Make(1);
        var client = new Http2Peer(world);
        int[] ids = [client.Get(), client.Get()];
        Http2Peer target = world.Target.AcceptHttp2(greets: false);
        target.Setting(SettingId.MaxConcurrentStreams, 2);
        int kept = target.NextRequest();
        target.Reset(target.NextRequest(), Http2ErrorCode.RefusedStream);
        Http2Peer other = world.Target.AcceptHttp2();
        other.Answer();
        target.Respond(kept);
        Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
        other.Bytes.Fin();
        world.RunMs(5);
        // The one that was kept is the first.
        for (int answers = 1; answers < 32; answers++)
        {
            int id = client.Get();
            target.Answer();
            Assert.Equal("200", client.Read(id).Status);
        }

        ids = [client.Get(), client.Get(), client.Get()];
        int[] at = [target.NextRequest(), target.NextRequest()];
        Http2Peer third = world.Target.AcceptHttp2();
        third.Answer();
        Array.ForEach(at, id => target.Respond(id));
        Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
        Assert.False(target.HasRequest);
        Assert.Equal(3, world.Target.Accepted);
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
    }

    private BalancerWorld Make(int targets, string[]? loadBalancer = null, string[]? group = null) => Http2World.Make(
        certificates, with: options => options with { Targets = targets, LoadBalancer = loadBalancer ?? [], TargetGroup = group ?? [] });

    // The one that a connection is made to.
    private static TargetDouble Chosen(BalancerWorld world)
    {
        world.Until(() => world.Targets.Any(static target => target.HasWaiting), "a connection to one of the targets");
        return world.Targets.Single(static target => target.HasWaiting);
    }

    private static TargetDouble Other(BalancerWorld world, TargetDouble one) => world.Targets.Single(target => target != one);

    private static void Stop(TargetDouble target, Http2Peer peer, int last)
    {
        target.Close();
        peer.GoAway(last);
        peer.Bytes.Fin();
    }

    private static (TargetDouble Target, Http2Peer Peer, string Cookie) Begin(BalancerWorld world, Http2Peer client)
    {
        int id = client.Get();
        TargetDouble target = Chosen(world);
        Http2Peer peer = target.AcceptHttp2();
        peer.Answer();
        return (target, peer, Http2World.CookieOf(client.Read(id)));
    }

    private static string[] Attempts(JsonElement record, string field) =>
        [.. record.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty(field).GetString()!)];

    private sealed class Swallowing : ISimFaults
    {
        public TargetDouble? To { get; set; }

        public SimConnectionPlan Plan(in SimConnect connect, LoopRandom random) => connect.To.Address.Equals(To?.Address)
            ? new SimConnectionPlan { Fate = SimConnectFate.Swallow }
            : SimConnectionPlan.Healthy;
    }
}
