using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>
/// What the ends of connections teach of when targets close idle ones: those that may have met an idle timer do, and none that ends
/// for a reason of its own.
/// </summary>
public sealed class Http2CloseLearningTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const double IdleSeconds = 5;

    [Theory]
    [InlineData("fin")]
    [InlineData("rst")]
    [InlineData("go away")]
    public void Ends_OfIdleConnections_OfTheSameIdleTime_TeachIt(string how)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        for (int requests = 1; requests <= 2; requests++)
        {
            // Of different ages, so that it is not for those.
            Http2Peer target = Use(world, client, requests * 20);
            world.RunSeconds(IdleSeconds);
            End(target, how);
            world.Until(() => world.Counters[Counter.TargetConnectionsIdle] == 0, "the pool forgets it");
        }

        Assert.InRange(Seen(world), 5_000, 5_020);
    }

    [Theory]
    [InlineData("go away with an error")]
    [InlineData("fault")]
    [InlineData("no streams")]
    public void Ends_ForAReasonOfTheirOwn_TeachNothing(string how)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        for (int i = 0; i < 3; i++)
        {
            Http2Peer target = Use(world, client, 0);
            world.RunSeconds(IdleSeconds);
            End(target, how);
            world.Until(() => world.Counters[Counter.TargetConnectionsIdle] == 0, "the pool forgets it");
        }

        Assert.Equal(CloseTimes.Unknown, Seen(world));
    }

    // A request on its way meets the timer of a connection that was idle until now; RST_STREAM leaves the connection, and says nothing.
    [Theory]
    [InlineData("go away", 5_000)]
    [InlineData("fin", 5_000)]
    [InlineData("refused", CloseTimes.Unknown)]
    public void Request_ThatMeetsTheEnd_Teaches_WhereItIsTheConnections(string how, long seen)
    {
        using BalancerWorld world = Http2World.Make(certificates);
        for (int i = 0; i < 2; i++)
        {
            var client = new Http2Peer(world);
            Http2Peer target = Use(world, client, 0);
            world.RunSeconds(IdleSeconds);
            int id = client.Get();
            world.Network.RunFor(TimeSpan.FromMicroseconds(600));
            End(target, how, last: 1);
            Http2Peer next = how == "refused" ? target : world.Target.AcceptHttp2();
            next.Answer();
            Assert.Equal("200", client.Read(id).Status);
            // It is closed here.
            world.RunSeconds(61);
            Assert.True(next.Bytes.Ended);
        }

        Assert.Equal(seen, Seen(world), tolerance: 20);
        world.TakeReports();
    }

    // Of one target, whose connections carry one request each: one is in use, the other has been idle for five seconds.
    [Fact]
    public void Restarts_ThatEndConnectionsInUseAtTheSameMoment_TeachNothing()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        for (int restart = 0; restart < 3; restart++)
        {
            int[] ids = [client.Get(), client.Get()];
            Http2Peer[] targets = [One(world), One(world)];
            Array.ForEach(targets, static target => target.Answer());
            Assert.All(ids, id => Assert.Equal("200", client.Read(id).Status));
            world.RunSeconds(IdleSeconds);
            int under = client.Get();
            Http2Peer busy = targets.Single(target => Has(world, target));
            world.RunSeconds(0.1);
            foreach (Http2Peer target in targets)
            {
                target.GoAway(int.MaxValue);
            }

            busy.Answer();
            Assert.Equal("200", client.Read(under).Status);
            Array.ForEach(targets, static target => target.Bytes.Fin());
            world.RunSeconds(10);
            Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
        }

        Assert.Equal(CloseTimes.Unknown, Seen(world));
    }

    // As gRPC's servers do that have a greatest age: after about half a minute, a tenth more or less, whatever is under way.
    [Fact]
    public void Ends_AtTheSameAge_OfConnectionsThatWereInUse_TeachNothing()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer first = Use(world, client, 25);
        int id = client.Get();
        world.RunSeconds(5);
        first.GoAway(int.MaxValue);
        first.Answer();
        Assert.Equal("200", client.Read(id).Status);
        first.Bytes.Fin();
        for (int i = 0; i < 4; i++)
        {
            Http2Peer target = Use(world, client, 22 + (i * 2));
            world.RunSeconds(IdleSeconds);
            End(target, "go away");
            world.Until(() => world.Counters[Counter.TargetConnectionsIdle] == 0, "the pool forgets it");
        }

        Assert.Equal(CloseTimes.Unknown, Seen(world));
    }

    private static long Seen(BalancerWorld world) =>
        world.Node.Reuse.Of(world.Node.Snapshot.TargetGroups[0].Arn).Learned(fromHints: true).SeenMs;

    // A connection that has carried requests for so many seconds, and is idle from now on.
    private static Http2Peer Use(BalancerWorld world, Http2Peer client, int seconds)
    {
        Http2Peer target = Http2World.Park(world, client);
        for (int i = 0; i < seconds; i++)
        {
            world.RunSeconds(1);
            int id = client.Get();
            target.Answer();
            Assert.Equal("200", client.Read(id).Status);
        }

        world.RunMs(5);
        return target;
    }

    private static Http2Peer One(BalancerWorld world)
    {
        Http2Peer target = world.Target.AcceptHttp2(greets: false);
        target.Setting(SettingId.MaxConcurrentStreams, 1);
        return target;
    }

    private static bool Has(BalancerWorld world, Http2Peer target)
    {
        world.RunMs(5);
        return target.HasRequest;
    }

    private static void End(Http2Peer target, string how, int last = int.MaxValue)
    {
        switch (how)
        {
            case "fin":
                target.Bytes.Fin();
                break;
            case "rst":
                target.Bytes.Reset();
                break;
            case "go away":
                target.GoAway(last);
                target.Bytes.Fin();
                break;
            case "go away with an error":
                target.GoAway(last, Http2ErrorCode.EnhanceYourCalm);
                target.Bytes.Fin();
                break;
            case "fault":
                target.Frame(FrameType.Ping, 0, 0, [1]);
                break;
            case "no streams":
                target.Setting(SettingId.MaxConcurrentStreams, 0);
                break;
            default:
                target.Reset(target.NextRequest(), Http2ErrorCode.RefusedStream);
                break;
        }
    }
}
