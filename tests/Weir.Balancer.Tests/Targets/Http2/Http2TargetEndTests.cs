using System.Text.Json;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>
/// Connections to targets and their streams that end: what may be sent again is, and everything else fails by its own name.
/// </summary>
public sealed class Http2TargetEndTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Observe = "weir.stale_connection.mode=observe";

    public enum EndKind
    {
        Fin,
        Rst,
        GoAwayThenFin,
    }

    [Theory]
    [InlineData("GET", "weir.stale_connection.mode=protect")]
    [InlineData("POST", "weir.stale_connection.mode=protect")]
    [InlineData("POST", Observe)]
    public void Stream_BeyondTheLastOfGoAway_IsSentAgainOnANewConnection_WhateverItsMethod(string method, string mode)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, with: options => options with { LoadBalancer = [mode] });
        int under = client.Get();
        Http2Peer old = world.Target.AcceptHttp2();
        int first = old.NextRequest();
        int beyond = client.Request($":method: {method}\n:scheme: https\n:authority: a\n:path: /\n", ends: false);
        client.Data(beyond, "some ");
        int second = old.NextRequest();
        old.Until(() => old.At(second).Body == "some ", "the body's beginning");
        old.GoAway(first);
        Http2Peer fresh = world.Target.AcceptHttp2();
        client.Data(beyond, "more", ends: true);
        int again = fresh.Answer(body: "again");
        Assert.Equal("some more", fresh.At(again).Body);
        Assert.Equal("again", client.Read(beyond).Body);
        // What was begun there comes to its end there.
        old.Respond(first, body: "old");
        Assert.Equal("old", client.Read(under).Body);
        world.Until(() => old.Bytes.Ended, "the old connection's end");
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        Assert.Empty(world.Explained());
    }

    [Fact]
    public void Stream_Refused_IsSentAgainElsewhere_AndTheConnectionIsGivenNoMoreThanItTakes()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int[] ids = [client.Post(), client.Post()];
        Array.ForEach(ids, id => client.Data(id, "body", ends: true));
        Http2Peer target = world.Target.AcceptHttp2();
        int kept = target.NextRequest();
        target.Reset(target.NextRequest(), Http2ErrorCode.RefusedStream);
        Http2Peer other = world.Target.AcceptHttp2();
        int at = other.Answer(body: "other");
        Assert.Equal("body", other.At(at).Body);
        Assert.Equal("other", client.Read(ids[1]).Body);
        // One is as much as it takes at once.
        int third = client.Get();
        other.Answer(body: "third");
        Assert.Equal("third", client.Read(third).Body);
        target.Respond(kept, body: "kept");
        Assert.Equal("kept", client.Read(ids[0]).Body);
        Assert.Equal(1, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Assert.Equal(3, world.Log().Count(line => line[9] == "200"));
    }

    // The more is under way before it, the more of it waits in the balancer, or in the kernel, when it is refused.
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(64)]
    public void Stream_RefusedByATargetThatReadsNothing_IsSentAgainWhole(int piecesBefore)
    {
        using BalancerWorld world = Http2World.Make(certificates);
        Http2Peer[] fillers = [.. Enumerable.Range(0, 16).Select(_ => new Http2Peer(world))];
        var client = new Http2Peer(world);
        int first = client.Get();
        Http2Peer stuck = world.Target.AcceptHttp2();
        stuck.Setting(SettingId.InitialWindowSize, int.MaxValue);
        stuck.WindowUpdate(0, int.MaxValue - 70_000);
        stuck.Answer();
        client.Read(first);
        stuck.Bytes.StopReading();
        int[] fills = [.. fillers.Select(filler => filler.Post())];
        world.RunMs(20);
        for (int i = 0; i < piecesBefore; i++)
        {
            fillers[i % 16].Data(fills[i % 16], new string('f', 16_000));
        }

        world.RunMs(20);
        int id = client.Post();
        client.Data(id, "one ");
        world.RunMs(5);
        client.Data(id, "two ");
        world.RunMs(5);
        client.Data(id, "three ");
        world.RunMs(5);
        // The fillers' streams, which came before it.
        stuck.GoAway(1 + (2 * fillers.Length));
        Http2Peer fresh = world.Target.AcceptHttp2();
        client.Data(id, "four", ends: true);
        int at = fresh.Answer(body: "whole");
        Assert.Equal("one two three four", fresh.At(at).Body);
        Assert.Equal("whole", client.Read(id).Body);
        stuck.Bytes.Reset();
    }

    [Fact]
    public void Stream_RefusedTwice_Is502WithItsName()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Reset(target.NextRequest(), Http2ErrorCode.RefusedStream);
        // Nothing else is under way there: one is what it takes.
        target.Reset(target.NextRequest(), Http2ErrorCode.RefusedStream);
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Counters[FailureReason.TargetRefusedStream]);
        Assert.Equal(2, Assert.Single(world.Explained()).GetProperty("attempts").GetArrayLength());
        Assert.StartsWith("10.0.1.1:8080 0.001 0.00", Assert.Single(world.Log()).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_RefusedAfterMoreThanIsHeld_IsNotSentAgain()
    {
        using BalancerWorld world = Http2World.Make(
            certificates, out Http2Peer client, with: options => options with { LoadBalancer = ["weir.stale_connection.held_body_bytes=10"] });
        int id = client.Post();
        client.Data(id, "12345678901", ends: true);
        Http2Peer target = world.Target.AcceptHttp2();
        target.Reset(target.NextRequest(), Http2ErrorCode.RefusedStream);
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Counters[FailureReason.TargetRefusedStream]);
    }

    [Theory]
    [InlineData(Http2ErrorCode.Cancel, "CANCEL")]
    [InlineData(Http2ErrorCode.InternalError, "INTERNAL_ERROR")]
    [InlineData(Http2ErrorCode.NoError, "NO_ERROR")]
    public void Stream_ResetBeforeTheAnswer_Is502AndIsNotSentAgain(Http2ErrorCode code, string said)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Reset(target.NextRequest(), code);
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Counters[FailureReason.TargetResetStream]);
        // The connection goes on.
        int next = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(next).Status);
        Assert.Equal(1, world.Target.Accepted);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal("target_reset_stream", record.GetProperty("reason").GetString());
        Assert.Contains($"RST_STREAM {said}", record.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Equal(said, record.GetProperty("reset_code").GetString());
    }

    [Fact]
    public void Stream_ResetInTheAnswer_CutsTheClientsStreamAlone()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        target.Data(at, "part");
        target.Reset(at, Http2ErrorCode.InternalError);
        Assert.Equal(Http2ErrorCode.InternalError, client.Read(id).Reset);
        Assert.Equal("part", client.At(id).Body);
        Assert.Equal(1, world.Counters[FailureReason.TargetResetStreamInResponse]);
        int next = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(next).Status);
    }

    [Fact]
    public void Stream_ResetWithNoErrorBehindAWholeAnswer_IsWell()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Bytes.Send(
        [
            .. Http2Peer.Framed(FrameType.Headers, 4, at, target.Block(":status: 200\n")),
            .. Http2Peer.Framed(FrameType.Data, 1, at, "whole"u8),
            .. Http2Peer.Framed(FrameType.RstStream, 0, at, [0, 0, 0, 0]),
        ]);
        Assert.Equal("whole", client.Read(id).Body);
        Assert.True(client.At(id).IsEnded);
        Assert.StartsWith("200 200 ", Assert.Single(world.Log()).CodesAndBytes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EndKind.Fin)]
    [InlineData(EndKind.Rst)]
    [InlineData(EndKind.GoAwayThenFin)]
    public void IdleConnection_ThatTheTargetCloses_IsGoneAtOnce(EndKind kind)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer target = Http2World.Park(world, client);
        world.RunSeconds(5);
        End(target, kind, lastId: 1);
        world.Until(() => world.Counters[Counter.TargetConnectionsIdle] == 0, "the pool forgets it");
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsClosedByTargetIdle]);
        int id = client.Get();
        world.Target.AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(id).Status);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried] + world.Counters[Counter.RequestsSentAgainAfterRefusal]);
    }

    [Theory]
    [InlineData(EndKind.Fin, "GET", 1, 0)]
    [InlineData(EndKind.Rst, "GET", 1, 0)]
    [InlineData(EndKind.GoAwayThenFin, "GET", 0, 1)]
    [InlineData(EndKind.GoAwayThenFin, "POST", 0, 1)]
    public void Request_ThatMeetsTheCloseOfAnIdleConnection_IsSaved(EndKind kind, string method, int retried, int refused)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer target = Http2World.Park(world, client);
        world.RunSeconds(5);
        int id = Meet(world, client, target, kind, method);
        world.Target.AcceptHttp2().Answer(body: "saved");
        Assert.Equal("saved", client.Read(id).Body);
        Assert.Equal(retried, world.Counters[Counter.RequestsRetried]);
        Assert.Equal(refused, world.Counters[Counter.RequestsSentAgainAfterRefusal]);
        Assert.Equal(retried, world.TakeReports().Count);
        Assert.Equal(retried, world.Explained().Count(record => record.GetProperty("kind").GetString() == "retried"));
    }

    [Theory]
    [InlineData(EndKind.Fin, "GET", Observe)]
    [InlineData(EndKind.Rst, "GET", Observe)]
    [InlineData(EndKind.Fin, "POST", "weir.stale_connection.mode=protect")]
    public void Request_ThatMeetsTheClose_AndMayNotBeSentAgain_Is502AsBehindAlb(EndKind kind, string method, string mode)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, with: options => options with { LoadBalancer = [mode] });
        Http2Peer target = Http2World.Park(world, client);
        world.RunSeconds(5);
        int id = Meet(world, client, target, kind, method);
        Assert.Equal("502", client.Read(id).Status);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal("target_closed", record.GetProperty("reason").GetString());
        Assert.True(record.GetProperty("reused").GetBoolean());
        Assert.Equal(1, record.GetProperty("earlier_requests").GetInt32());
        Assert.InRange(record.GetProperty("idle_ms").GetInt32(), 5_000, 5_020);
        Assert.Equal(kind == EndKind.Fin ? "fin" : "rst", record.GetProperty("end").GetString());
        Assert.InRange(record.GetProperty("request_bytes_written").GetInt32(), 30, 300);
        Assert.Equal(0, record.GetProperty("response_bytes").GetInt32());
        LogLine line = world.Log()[^1];
        Assert.StartsWith("10.0.1.1:8080 0.00", line.Outcome, StringComparison.Ordinal);
        Assert.StartsWith("502 - ", line.CodesAndBytes, StringComparison.Ordinal);
    }

    // One send makes several records of what all streams have queued, and speaks of them when the last is out. The target has read the
    // first, which the request is in, when it resets the connection, and the kernel has not taken the others.
    [Fact]
    public void Request_OverTls_WhoseRecordIsOut_IsNotSentAgain_ThoughOthersOfTheSameSendWait()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client, with: options => options with
        {
            TargetProtocol = TargetProtocol.Https,
            Network = options.Network with { SendBufferBytes = 4_096, ReceiveBufferBytes = 4_096 },
        });
        var listener = new TlsTarget(
            world, TlsContext.Server(certificates.Server, certificates.Server, new TlsOptions { ApplicationProtocols = ["h2"] }).Context!);
        var filler = new Http2Peer(world);
        int first = client.Get();
        world.Until(() => listener.Inside.Count == 1, "the connection with the target");
        Http2Peer target = Http2Peer.OfTarget(world, listener.Inside[0]);
        target.Setting(SettingId.InitialWindowSize, int.MaxValue);
        target.WindowUpdate(0, int.MaxValue - 70_000);
        target.Answer();
        Assert.Equal("200", client.Read(first).Status);
        int fill = filler.Request(":method: PATCH\n:scheme: https\n:authority: a\n:path: /\n", ends: false);
        target.NextRequest();
        target.Bytes.StopReading();

        // A first send gets stuck, and all that comes behind it makes the next one.
        filler.Data(fill, new string('f', 16_000));
        filler.Data(fill, new string('f', 16_000));
        world.RunMs(50);
        int id = client.Post();
        client.Data(id, "once", ends: true);
        world.RunMs(50);
        for (int i = 0; i < 3; i++)
        {
            filler.Data(fill, new string('f', 16_000));
        }

        world.RunMs(50);
        Assert.False(target.HasRequest);
        target.Bytes.ReadBytes = 1_000;
        target.Bytes.ReadPause = TimeSpan.FromMilliseconds(5);
        target.Bytes.GoOnReading();
        int at = target.NextRequest();
        target.Until(() => target.At(at).IsEnded, "the request");
        target.Bytes.Reset();

        Assert.Equal("502", client.Read(id).Status);
        world.RunMs(100);
        Assert.Single(listener.Inside);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        JsonElement record = world.Explained().Single(static record => record.GetProperty("method").GetString() == "POST");
        Assert.InRange(record.GetProperty("request_bytes_written").GetInt32(), 30, 300);
    }

    // As with the first byte of a status line over HTTP/1.1: the target has begun to answer.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Request_WhoseAnswersHeadIsCutByTheClose_IsNotSentAgain(bool betweenFrames)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer target = Http2World.Park(world, client);
        world.RunSeconds(5);
        int id = client.Get();
        byte[] head = Http2Peer.Framed(FrameType.Headers, (byte)(betweenFrames ? 1 : 5), target.NextRequest(), target.Block(":status: 200\nx: y\n"));
        target.Bytes.Send(betweenFrames ? head : head[..^2]);
        target.Bytes.Fin();
        Assert.Equal("502", client.Read(id).Status);
        Assert.Equal(1, world.Target.Accepted);
        JsonElement record = Assert.Single(world.Explained());
        Assert.Equal("target_closed", record.GetProperty("reason").GetString());
        Assert.Equal(head.Length, record.GetProperty("response_bytes").GetInt32());
    }

    [Fact]
    public void Connection_ThatEndsUnderItsStreams_FailsEach_AndIdempotentOnesWithoutAByteAreSentAgain()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer target = Http2World.Park(world, client);
        int get = client.Get();
        int post = client.Post();
        client.Data(post, "x", ends: true);
        int answered = client.Get();
        target.NextRequest();
        target.NextRequest();
        target.Headers(target.NextRequest(), target.Block(":status: 200\n"), ends: false);
        client.Until(() => client.At(answered).Blocks.Count == 1, "the third one's head");
        target.Bytes.Reset();
        world.Target.AcceptHttp2().Answer(body: "saved");
        Assert.Equal("saved", client.Read(get).Body);
        Assert.Equal("502", client.Read(post).Status);
        Assert.Equal(Http2ErrorCode.InternalError, client.Read(answered).Reset);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosed]);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosedInResponse]);
        Assert.Equal(1, world.Counters[Counter.RequestsRetried]);
        world.TakeReports();
    }

    [Fact]
    public void IdleConnection_IsClosedWithGoAwayAtTheIdleTimeout()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        Http2Peer target = Http2World.Park(world, new Http2Peer(world));
        world.RunSeconds(59.5);
        Assert.False(target.Bytes.Ended);
        Assert.Equal((0, Http2ErrorCode.NoError), target.ReadGoAway());
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsClosedByIdleTimeout]);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void Connection_OfTheAgeAtWhichTargetsClose_IsWithheld_AndItsEndIsANearMiss()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        // Two closes of the same age teach it.
        for (int i = 0; i < 3; i++)
        {
            Http2Peer closing = Http2World.Park(world, client);
            world.RunSeconds(5);
            End(closing, EndKind.Fin, 1);
            world.Until(() => world.Counters[Counter.TargetConnectionsIdle] == 0, "the pool forgets it");
        }

        Http2Peer target = Http2World.Park(world, client);
        world.RunSeconds(4.999);
        int id = client.Get();
        world.Target.AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(id).Status);
        Assert.Equal(1, world.Counters[Counter.ReusesWithheld]);
        End(target, EndKind.GoAwayThenFin, 1);
        world.RunMs(50);
        Assert.Equal(4, world.Counters[Counter.TargetConnectionsClosedByTargetIdle]);
        world.TakeReports();
    }

    [Fact]
    public void Deregistration_ClosesIdleConnections_AndLetsStreamsEndWithinTheDelay()
    {
        using BalancerWorld world = Http2World.Make(
            certificates, out Http2Peer client, with: options => options with { TargetGroup = ["deregistration_delay.timeout_seconds=10"] });
        int quick = client.Get();
        int never = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.NextRequest();
        world.Apply(world.Options with { Targets = 0 });
        target.Respond(at);
        Assert.Equal("200", client.Read(quick).Status);
        Assert.Equal("502", client.Read(never, TimeSpan.FromSeconds(11)).Status);
        Assert.Equal(1, world.Counters[FailureReason.DeregistrationDelayOver]);
        world.Until(() => target.Bytes.Ended, "the connection's end");
    }

    [Fact]
    public void Connection_OfATargetThatAllowsNoStreams_IsNotKept()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int first = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Setting(SettingId.MaxConcurrentStreams, 0);
        target.Answer();
        client.Read(first);
        Assert.Equal(Http2ErrorCode.NoError, target.ReadGoAway().Code);
        int second = client.Get();
        world.Target.AcceptHttp2().Answer();
        Assert.Equal("200", client.Read(second).Status);
    }

    [Fact]
    public void Drain_SaysGoodbyeToIdleConnections_AndLetsStreamsEnd()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        Http2Peer busy = Http2World.Park(world, client);
        int kept = client.Get();
        int at = busy.NextRequest();
        bool drained = false;
        world.Node.Drain(TimeSpan.FromSeconds(30), () => drained = true);
        world.RunMs(100);
        Assert.False(busy.Bytes.Ended);
        busy.Respond(at, body: "last");
        Assert.Equal("last", client.Read(kept).Body);
        Assert.Equal(Http2ErrorCode.NoError, busy.ReadGoAway().Code);
        client.Bytes.Close();
        world.Until(() => drained, "the end of everything");
        Assert.True(world.Network.RunUntilIdle(TimeSpan.FromHours(1)));
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Configuration_WithAnotherProtocolVersion_IsSpokenFromThenOn_AndLetsStreamsEnd()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int before = client.Get();
        Http2Peer old = world.Target.AcceptHttp2();
        int at = old.NextRequest();
        world.Apply(world.Options with { ProtocolVersion = Model.TargetProtocolVersion.Http1 });
        int after = client.Get();
        world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
        Assert.Equal("new", client.Read(after).Body);
        old.Respond(at, body: "old");
        Assert.Equal("old", client.Read(before).Body);
        world.Until(() => old.Bytes.Ended, "the old connection's end");
    }

    private static void End(Http2Peer target, EndKind kind, int lastId)
    {
        switch (kind)
        {
            case EndKind.Fin:
                target.Bytes.Fin();
                break;
            case EndKind.Rst:
                target.Bytes.Reset();
                break;
            default:
                target.GoAway(lastId);
                target.Bytes.Fin();
                break;
        }
    }

    // The end and the request pass each other: half a millisecond each way.
    private static int Meet(BalancerWorld world, Http2Peer client, Http2Peer target, EndKind kind, string method)
    {
        int id = client.Request($":method: {method}\n:scheme: https\n:authority: a\n:path: /\n");
        world.Network.RunFor(TimeSpan.FromMicroseconds(300));
        End(target, kind, lastId: 1);
        return id;
    }
}
