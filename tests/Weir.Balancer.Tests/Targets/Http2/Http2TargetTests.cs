using System.Text;
using Weir.Balancer.Tests.Tls;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests.Targets.Http2;

/// <summary>Requests of HTTP/2 clients to HTTP/2 targets, whose connections many share.</summary>
public sealed class Http2TargetTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    [Fact]
    public void Get_IsAnswered()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get("/a?b=c", "accept: text/html\nte: trailers\n");
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.Answer(":status: 200\nx-a: 1\n", "hello");
        string head = target.At(at).Head;
        Assert.StartsWith(
            ":method: GET\n:scheme: http\n:authority: example.com\n:path: /a?b=c\nx-forwarded-for: 10.8.0.1\n"
            + "x-forwarded-proto: https\nx-forwarded-port: 443\nx-amzn-trace-id: Root=1-",
            head,
            StringComparison.Ordinal);
        Assert.EndsWith("\naccept: text/html\nte: trailers\n", head, StringComparison.Ordinal);
        Http2Answer answer = client.Read(id);
        Assert.Equal(":status: 200\nx-a: 1\n", answer.Head);
        Assert.Equal("hello", answer.Body);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("h2", line[1]);
        Assert.StartsWith("10.0.1.1:8080 0.001 0.001 0.000 200 200 ", line.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_BeginsWithSettingsThatForbidPushAndWindowsForAllStreams()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        new Http2Peer(world).Get();
        Peer target = world.Target.Accept();
        byte[] expected =
        [
            .. FrameReader.ClientPreface,
            .. Http2Peer.Framed(FrameType.Settings, 0, 0, [0, 2, 0, 0, 0, 0, 0, 6, 0, 0, 0x80, 0]),
            .. Http2Peer.Framed(FrameType.WindowUpdate, 0, 0, [0, 0x7e, 0xff, 0x81]),
        ];
        world.Until(() => target.Received.Length > expected.Length, "the preface, and a request");
        Assert.Equal(expected, Encoding.Latin1.GetBytes(target.Received)[..expected.Length]);
    }

    [Fact]
    public void Requests_AtOnce_ShareOneConnection()
    {
        using BalancerWorld world = Http2World.Make(certificates);
        Http2Peer[] clients = [.. Enumerable.Range(0, 3).Select(_ => new Http2Peer(world))];
        int[] ids = [.. clients.Select(client => client.Get())];
        Http2Peer target = world.Target.AcceptHttp2();
        Assert.Equal([1, 3, 5], clients.Select(_ => target.NextRequest()));
        // In another order than they came.
        target.Respond(5, body: "third");
        target.Respond(1, body: "first");
        target.Respond(3, body: "second");
        Assert.Equal(["first", "second", "third"], clients.Select((client, i) => client.Read(ids[i]).Body));
        Assert.Equal(1, world.Target.Accepted);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsOpened]);
        Assert.Equal(2, world.Counters[Counter.TargetConnectionsReused]);
    }

    [Fact]
    public void Request_OnAnIdleConnection_GoesThereAndFindsTheTableOfTheOneBefore()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int first = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int bytes = target.At(target.Answer()).Bytes;
        client.Read(first);
        world.RunSeconds(2);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
        int second = client.Get();
        int at = target.Answer();
        Assert.Equal("200", client.Read(second).Status);
        Assert.InRange(target.At(at).Bytes, 20, bytes - 20);
        Assert.Equal(1, world.Target.Accepted);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsReused]);
        Assert.Equal(2_000, world.Node.Reuse.Of(world.Node.Snapshot.TargetGroups[0].Arn)[ReuseCount.IdleMsAtReuse], tolerance: 10);
    }

    [Fact]
    public void BodiesAndTrailers_GoBothWays()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        client.Data(id, "ask ");
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Headers(at, target.Block(":status: 200\n"), ends: false);
        target.Data(at, "answer ");
        client.Until(() => client.At(id).Body == "answer ", "the answer's first part, before the request has ended");
        client.Data(id, "more");
        client.Headers(id, client.Block("x-sum: 1\n"), ends: true);
        target.Until(() => target.At(at).IsEnded, "the request's end");
        Assert.Equal("ask more", target.At(at).Body);
        Assert.Equal("x-sum: 1\n", target.At(at).Blocks[1]);
        target.Data(at, "end");
        target.Headers(at, target.Block("grpc-status: 0\n"), ends: true);
        Http2Answer answer = client.Read(id);
        Assert.Equal("answer end", answer.Body);
        Assert.Equal("grpc-status: 0\n", answer.Blocks[1]);
        Assert.Null(answer.Reset);
        Assert.Null(target.At(at).Reset);
    }

    [Theory]
    [InlineData("content-length: 4\n")]
    [InlineData("")]
    public void Body_KeepsItsLengthWhereItHasOne(string length)
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post(length);
        client.Data(id, "body", ends: true);
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.Answer(":status: 200\n" + length, "back");
        Assert.Equal(length.Length > 0, target.At(at).Head.Contains("content-length: 4\n", StringComparison.Ordinal));
        Assert.Equal("body", target.At(at).Body);
        Http2Answer answer = client.Read(id);
        Assert.Equal(length.Length > 0, answer.Head.Contains("content-length: 4\n", StringComparison.Ordinal));
        Assert.Equal("back", answer.Body);
    }

    [Fact]
    public void Head_WithALength_HasNoBody()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Request(":method: HEAD\n:scheme: https\n:authority: a\n:path: /\n");
        world.Target.AcceptHttp2().Answer(":status: 200\ncontent-length: 5\n");
        Http2Answer answer = client.Read(id);
        Assert.Equal("5", answer.Field("content-length"));
        Assert.Equal("", answer.Body);
    }

    [Fact]
    public void InterimResponses_ThatCameAtOnceWithTheAnswer_ArePassedOnInOrder()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Bytes.Send(
        [
            .. Http2Peer.Framed(FrameType.Headers, 4, at, target.Block(":status: 103\nlink: 1\n")),
            .. Http2Peer.Framed(FrameType.Headers, 4, at, target.Block(":status: 100\n")),
            .. Http2Peer.Framed(FrameType.Headers, 4, at, target.Block(":status: 103\nlink: 2\n")),
            .. Http2Peer.Framed(FrameType.Headers, 5, at, target.Block(":status: 204\n")),
        ]);
        Assert.Equal([":status: 103\nlink: 1\n", ":status: 103\nlink: 2\n", ":status: 204\n"], client.Read(id).Blocks);
    }

    [Fact]
    public void AnswerBeforeTheRequestHasEnded_IsSentWhole_AndTheTargetsStreamReset()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Post();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        target.Respond(at, ":status: 413\n", "no");
        Assert.Equal("no", client.Read(id).Body);
        target.Until(() => target.At(at).Reset is not null, "the reset of a stream whose request nobody reads");
        Assert.Equal(Http2ErrorCode.Cancel, target.At(at).Reset);
        // Its connection goes on.
        int next = client.Get();
        target.Answer();
        Assert.Equal("200", client.Read(next).Status);
        Assert.Equal(1, world.Target.Accepted);
    }

    [Fact]
    public void Client_ThatResets_ResetsTheTargetsStreamAlone()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int one = client.Get();
        int other = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.NextRequest();
        int kept = target.NextRequest();
        client.Reset(one);
        target.Until(() => target.At(at).Reset == Http2ErrorCode.Cancel, "the reset");
        target.Respond(kept);
        Assert.Equal("200", client.Read(other).Status);
        Assert.Equal(1, world.Target.Accepted);
        Assert.Equal(["460", "200"], world.Log().Select(line => line[9]));
    }

    [Fact]
    public void Settings_AreAcknowledged_AndPingsAnswered()
    {
        using BalancerWorld world = Http2World.Make(certificates, out Http2Peer client);
        int id = client.Get();
        Http2Peer target = world.Target.AcceptHttp2();
        target.Ping("12345678");
        target.Answer();
        client.Read(id);
        target.Until(() => target.SettingsAcks == 1 && target.PingAcks.Count == 1, "both answers");
        // So they are on an idle connection, which stays.
        world.RunSeconds(1);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
        target.Ping("87654321");
        target.Setting(SettingId.InitialWindowSize, 70_000);
        target.Until(() => target.SettingsAcks == 2 && target.PingAcks.Count == 2, "both answers");
        Assert.Equal(["12345678", "87654321"], target.PingAcks);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void Client_OfHttp2_WithTrailersThatForgeTlsHeaders_HasThemRemoved()
    {
        const string Enabled = "routing.http.x_amzn_tls_version_and_cipher_suite.enabled=true";
        using BalancerWorld world = Http2World.Make(certificates, with: options => options with { LoadBalancer = [Enabled] });
        var client = new TlsHttp2Client(world);
        int id = client.Frames.Post();
        client.Frames.Data(id, "a");
        client.Frames.Headers(id, client.Frames.Block("x-amzn-tls-version: SSLv2\nx-kept: 1\nx_amzn_tls_cipher_suite: none\n"), ends: true);
        Http2Peer target = world.Target.AcceptHttp2();
        int at = target.Answer();
        Assert.Equal("x-kept: 1\n", target.At(at).Blocks[1]);
        Assert.Contains("x-amzn-tls-version: TLSv1.3\n", target.At(at).Head, StringComparison.Ordinal);
        Assert.Equal("200", client.Frames.Read(id).Status);
    }
}
