using System.Text.Json;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Windows and limits of streams on the connections to targets.</summary>
public sealed class Http2TargetFlowTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const int Window = 65_535;

    [Fact]
    public void Upload_GoesNoFurtherThanTheTargetsWindow_AndOnWhenThatGrows()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        Http2Peer target = world.Target.AcceptHttp2();
        target.GivesWindow = false;
        int at = target.NextRequest();
        client.Data(id, new string('a', 16_000));
        client.Data(id, new string('b', 16_000));
        client.Data(id, new string('c', 16_000));
        client.Data(id, new string('d', 16_000));
        world.RunMs(50);
        // What the target has been sent the client may send again, but for less than half a window.
        client.Data(id, new string('e', 16_000), ends: true);
        target.Until(() => target.At(at).Body.Length == Window, "the whole window");
        world.RunMs(100);
        Assert.Equal(Window, target.At(at).Body.Length);
        target.WindowUpdate(at, 10);
        world.RunMs(100);
        // The connection's window is used up as well.
        Assert.Equal(Window, target.At(at).Body.Length);
        target.WindowUpdate(0, 100_000);
        target.Until(() => target.At(at).Body.Length == Window + 10, "ten more");
        target.WindowUpdate(at, 100_000);
        target.Until(() => target.At(at).IsEnded, "the end");
        Assert.Equal(80_000, target.At(at).Body.Length);
        target.Respond(at);
        Assert.Equal("200", client.Read(id).Status);
    }

    [Fact]
    public void Answer_OfAClientThatTakesNothing_StopsAtTheStreamsWindow_AndOthersOnTheConnectionGoOn()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        var slow = new Http2Peer(world) { GivesWindow = false };
        var quick = new Http2Peer(world);
        slow.Bytes.StopReading();
        int stalled = slow.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        int sent = 0;
        for (; sent < 3 * Window && target.WindowOf(at) >= 16_000; sent += 16_000)
        {
            target.Data(at, new string('x', 16_000));
            world.RunMs(20);
        }

        // The balancer holds a window's worth beyond what the client's own window lets through.
        Assert.InRange(sent, Window, 2.5 * Window);
        int id = quick.Get();
        target.Answer(body: "quick");
        Assert.Equal("quick", quick.Read(id).Body);
        Assert.Equal(1, world.Target.Accepted);
        slow.Bytes.GoOnReading();
        slow.GivesWindow = true;
        slow.WindowUpdate(0, Window);
        slow.WindowUpdate(stalled, Window);
        target.Data(at, "", ends: true);
        Assert.Equal(sent, slow.Read(stalled).Body.Length);
    }

    [Fact]
    public void Download_OfMany_GivesTheWindowsBack()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        const int Pieces = 60;
        for (int i = 0; i < Pieces; i++)
        {
            target.Until(() => client.At(id) is not null && target.WindowOf(at) >= 16_000, "room in the stream's window");
            target.Data(at, new string('x', 16_000), ends: i == Pieces - 1);
        }

        Assert.Equal(Pieces * 16_000, client.Read(id).Body.Length);
    }

    [Fact]
    public void Streams_BeyondTheTargetsLimit_GoOnAnotherConnection()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int first = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Setting(SettingId.MaxConcurrentStreams, 2);
        target.Answer();
        client.Read(first);
        int[] ids = [.. Enumerable.Range(0, 3).Select(_ => client.Get())];
        Http2Peer other = world.Target.AcceptHttp2();
        int[] here = [target.NextRequest(), target.NextRequest()];
        other.Answer(body: "other");
        Array.ForEach(here, at => target.Respond(at, body: "first"));
        Assert.Equal(["first", "first", "other"], ids.Select(id => client.Read(id).Body));
        Assert.Equal(2, world.Target.Accepted);
        // Both are there for what comes.
        world.RunMs(10);
        Assert.Equal(2, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void Requests_WhileAConnectionIsBeingMade_WaitForIt_AsManyAsItMayCarry()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        Http2Peer[] clients = [new(world), new(world)];
        (Http2Peer Client, int Id)[] requests = [.. Enumerable.Range(0, 150).Select(i => (clients[i % 2], clients[i % 2].Get()))];
        Http2Peer[] targets = [world.Target.AcceptHttp2(), world.Target.AcceptHttp2()];
        // Before an answer makes room: as many as one may carry, and the others on the next.
        world.Until(() => targets.Sum(static target => target.Ids.Length) == requests.Length, "all requests");
        Assert.Equal([22, 128], targets.Select(static target => target.Ids.Length).Order());
        for (int answered = 0; answered < requests.Length; answered++)
        {
            world.Until(() => targets.Any(static target => target.HasRequest), $"request {answered}");
            targets.First(static target => target.HasRequest).Answer();
        }

        Assert.All(requests, request => Assert.Equal("200", request.Client.Read(request.Id).Status));
        Assert.Equal(2, world.Target.Accepted);
    }

    [Fact]
    public void Client_ThatLeavesDuringTheConnect_LeavesTheConnectionForOthers()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        world.RunMs(5);
        int gone = client.Get();
        world.Network.RunFor(TimeSpan.FromMicroseconds(300));
        client.Reset(gone);
        var other = new Http2Peer(world);
        int id = other.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Answer();
        Assert.Equal("200", other.Read(id).Status);
        Assert.Equal(1, world.Target.Accepted);
    }

    [Fact]
    public void Connection_ThatNobodyWaitsForAnyMore_IsKeptForTheNextRequest()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        world.RunMs(5);
        int gone = client.Get();
        world.Network.RunFor(TimeSpan.FromMicroseconds(300));
        client.Reset(gone);
        Http2Peer target = world.Target.AcceptHttp2();
        world.RunMs(50);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
        int id = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(id).Status);
        Assert.Equal(1, world.Target.Accepted);
    }

    [Fact]
    public void Connect_Refused_FailsAllThatWaited_AndCountsOnce()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        world.Target.Close();
        var client = new Http2Peer(world);
        int[] ids = [client.Get(), client.Get(), client.Get()];
        Assert.All(ids, id => Assert.Equal("502", client.Read(id).Status));
        Assert.Equal(1, world.Counters[Counter.TargetConnectionErrors]);
        Assert.All(world.Log(), line => Assert.StartsWith("10.0.1.1:8080 -1 -1 -1 502 - ", line.Outcome, StringComparison.Ordinal));
    }

    [Fact]
    public void Target_ThatGivesNoWindow_IsAnsweredFor504AtTheIdleTimeout()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        client.Data(id, new string('a', 10_000), ends: true);
        Http2Peer target = world.Target.AcceptHttp2(greets: false);
        target.Setting(SettingId.InitialWindowSize, 0);
        world.RunMs(20);
        int second = client.Post();
        client.Data(second, "b", ends: true);
        int at = target.NextRequest();
        int stalled = target.NextRequest();
        Assert.True(target.At(at).IsEnded);
        Assert.Equal("504", client.Read(second, TimeSpan.FromSeconds(61)).Status);
        Assert.Equal("", target.At(stalled).Body);
        Assert.Equal("504", client.Read(id, TimeSpan.FromSeconds(61)).Status);
        Assert.Equal(2, world.Counters[FailureReason.TargetSilent]);
    }

    // What waits for room has no number yet: it is lost with the connection all the same, and goes elsewhere.
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public void Target_ThatReadsNothing_IsSentOtherRequestsElsewhere_AndLosesThoseThatWaited(string method)
    {
        using BalancerWorld world = Http2World.Make(
            certificates, out Http2Peer client, with: static options => options with { LoadBalancer = ["weir.stale_connection.mode=observe"] });
        Http2Peer stuck = Stuck(world, client);
        world.RunMs(500);
        int waiting = client.Request($":method: {method}\n:scheme: https\n:authority: a\n:path: /\n");
        world.RunMs(1_000);
        Assert.Equal(1, world.Target.Accepted);
        int elsewhere = client.Get();
        Http2Peer other = world.Target.AcceptHttp2();
        other.Answer(body: "elsewhere");
        Assert.Equal("elsewhere", client.Read(elsewhere).Body);
        stuck.Bytes.Reset();
        other.Answer(body: "saved");
        Assert.Equal("saved", client.Read(waiting).Body);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsReplaced]);
        Assert.Equal(0, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
    }

    [Fact]
    public void Request_ThatWaitedOnAConnectionThatEnds_IsNotCalledRefused()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer stuck = Stuck(world, client);
        world.RunMs(500);
        int waiting = client.Get("/waiting");
        world.RunMs(100);
        world.Target.Close();
        stuck.Bytes.Reset();
        Assert.Equal("502", client.Read(waiting).Status);
        JsonElement record = Assert.Single(world.Explained(), static record => record.GetProperty("url").GetString()!.EndsWith("/waiting", StringComparison.Ordinal));
        JsonElement[] attempts = [.. record.GetProperty("attempts").EnumerateArray()];
        Assert.Equal(["target_connection_lost", "connect_refused"], attempts.Select(static attempt => attempt.GetProperty("outcome").GetString()));
        Assert.Equal("rst", attempts[0].GetProperty("end").GetString());
        Assert.Equal(0, attempts[0].GetProperty("request_bytes_written").GetInt32());
    }

    [Fact]
    public void Target_ThatIsSilentAltogether_IsSentNoMoreOnThatConnection()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer silent = world.Target.AcceptHttp2();
        Assert.Equal("504", client.Read(id, TimeSpan.FromSeconds(61)).Status);
        world.Until(() => silent.Bytes.Ended, "its end");
        int next = client.Get();
        world.Target.AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(next).Status);
    }

    // A target that has taken one request, and whose connection is full of others that it does not read.
    private static Http2Peer Stuck(BalancerWorld world, Http2Peer client)
    {
        int first = client.Get();
        Http2Peer stuck = world.Target.AcceptHttp2();
        stuck.Setting(Weir.Http.Http2.Frames.SettingId.InitialWindowSize, int.MaxValue);
        stuck.WindowUpdate(0, int.MaxValue - 70_000);
        stuck.Answer();
        client.Read(first);
        stuck.Bytes.StopReading();
        Http2Peer[] uploaders = [.. Enumerable.Range(0, 40).Select(_ => new Http2Peer(world))];
        foreach (Http2Peer uploader in uploaders)
        {
            int upload = uploader.Post();
            for (int i = 0; i < 4; i++)
            {
                uploader.Data(upload, new string('a', 16_000));
            }
        }

        return stuck;
    }
}
