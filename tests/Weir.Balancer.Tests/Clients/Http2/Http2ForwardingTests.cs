using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Balancer.Tests;

/// <summary>A stream's request becomes one of HTTP/1.1, and its answer comes back, as of any exchange.</summary>
public sealed class Http2ForwardingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Get_OfAStream_GoesToTheTargetAndBackAndIntoTheLog()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get("/path?q=1", "user-agent: test\nx-y: z\n");
        string request = world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nServer: s\r\nX-Case: Kept\r\nContent-Length: 2\r\n\r\nok");

        Assert.Equal(
            "GET /path?q=1 HTTP/1.1\r\nX-Forwarded-For: 10.8.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n"
            + "Host: example.com\r\nX-Amzn-Trace-Id: *\r\nuser-agent: test\r\nx-y: z\r\nConnection: keep-alive\r\n\r\n",
            BalancerWorld.Masked(request));
        Http2Answer answer = client.Read(id);
        Assert.Equal(":status: 200\nserver: s\nx-case: Kept\ncontent-length: 2\n", Assert.Single(answer.Blocks));
        Assert.Equal("ok", answer.Body);
        Assert.Null(answer.Reset);
        Assert.Equal(1, client.SettingsAcks);
        Assert.Equal(1, world.Counters[Counter.Http2Streams]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal("h2", line[1]);
        Assert.Equal("\"GET https://example.com:80/path?q=1 HTTP/2.0\"", line[13]);
        Assert.Equal("\"test\"", line[14]);
        Assert.Equal($"200 200 {world.Counters[Counter.ReceivedBytes]} {answer.Bytes}", line.CodesAndBytes);
    }

    [Fact]
    public void Body_WithALength_GoesWithTheHeadInOnePiece()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post("content-length: 10\n");
        client.Data(id, "01234");
        client.Data(id, "56789", ends: true);
        Peer target = world.Target.Accept();
        string head = target.ReadHead();
        Assert.Contains("\r\nContent-Length: 10\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", head, StringComparison.Ordinal);
        target.ReadTo("0123456789");
        target.Send(Empty);
        Http2Answer answer = client.Read(id);
        Assert.Equal(":status: 200\ncontent-length: 0\n", answer.Head);
        Assert.Empty(answer.Pieces);
    }

    [Fact]
    public void Body_WithoutALength_IsChunkedWithItsTrailers()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post("te: trailers\n");
        Peer target = world.Target.Accept();
        string head = target.ReadHead();
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("te: trailers", head, StringComparison.Ordinal);
        client.Data(id, "hello");
        Assert.Equal("5\r\nhello\r\n", target.ReadTo("hello\r\n"));
        client.Headers(id, client.Block("x-sum: 1\nauthorization: no\nx-more: 2\n"), ends: true);
        Assert.Equal("0\r\nx-sum: 1\r\nx-more: 2\r\n\r\n", target.ReadTo("\r\n\r\n"));
        target.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: yes\r\nContent-Length: 9\r\n\r\n");
        Http2Answer answer = client.Read(id);
        Assert.Equal([":status: 200\n", "x-end: yes\n"], answer.Blocks);
        Assert.Equal("abcde", answer.Body);
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ":status: 200\ncontent-length: 5\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ":status: 200\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", ":status: 204\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: a\r\nContent-Length: 5\r\n\r\n", ":status: 304\netag: a\ncontent-length: 5\n")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ":status: 200\ncontent-length: 0\n")]
    public void Answer_WithoutABody_EndsWithItsHead(string method, string response, string head)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Request($":method: {method}\n:scheme: https\n:authority: a\n:path: /\n");
        world.Target.Accept().Answer(response);
        Http2Answer answer = client.Read(id);
        Assert.Equal(head, answer.Head);
        Assert.Empty(answer.Pieces);
        Assert.True(answer.IsEnded);
    }

    [Fact]
    public void Fields_OfAConnection_PassInNeitherDirection()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get(more: "te: trailers\nexpect: 100-continue\n");
        string request = world.Target.Accept().Answer(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n"
            + "Upgrade: h2c\r\nTransfer-Encoding: chunked\r\nX-Own: 1\r\n\r\n0\r\n\r\n");
        Assert.DoesNotContain("te:", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("expect", request, StringComparison.OrdinalIgnoreCase);
        Http2Answer answer = client.Read(id);
        Assert.Equal(":status: 200\nx-own: 1\n", answer.Head);
        Assert.Equal("", answer.Body);
    }

    [Fact]
    public void Cookies_ThatComeApart_AreOne()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get(more: "cookie: a=1\nx: y\ncookie: b=2\n");
        string request = world.Target.Accept().Answer(Ok);
        Assert.Contains("\r\ncookie: a=1; b=2\r\n", request, StringComparison.Ordinal);
        Assert.Equal("ok", client.Read(id).Body);
    }

    [Theory]
    [InlineData(":authority: Example.COM\n", 80, "Host: example.com\r\n")]
    [InlineData(":authority: example.com:8443\n", 80, "Host: example.com\r\n")]
    [InlineData("host: only.host\n", 80, "Host: only.host\r\n")]
    [InlineData(":authority: a\nhost: a\n", 8080, "Host: a:8080\r\n")]
    public void Host_OfTheTarget_IsTheAuthority(string fields, int port, string host)
    {
        using var world = new BalancerWorld(new WorldOptions { ListenPort = port });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Request($":method: GET\n:scheme: https\n:path: /\n{fields}");
        string request = world.Target.Accept().Answer(Ok);
        Assert.Contains("\r\n" + host, request, StringComparison.Ordinal);
        Assert.Single(request.Split('\n'), line => line.StartsWith("host", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("200", client.Read(id).Status);
    }

    [Fact]
    public void Interim_OfTheTarget_ComesBeforeTheHead()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        world.Target.Accept().Answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Ok);
        Assert.Equal([":status: 103\nlink: </a>\n", ":status: 200\ncontent-length: 2\n"], client.Read(id).Blocks);
    }

    [Fact]
    public void Streams_OfOneConnection_AreAnsweredInAnyOrder()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int first = client.Get("/1");
        int second = client.Get("/2");
        int third = client.Get("/3");
        Peer[] targets = [world.Target.Accept(), world.Target.Accept(), world.Target.Accept()];
        foreach (Peer target in targets.Reverse())
        {
            string path = target.ReadHead().Split(' ')[1];
            target.Send($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{path}");
            world.RunMs(10);
        }

        Assert.Equal("/1", client.Read(first).Body);
        Assert.Equal("/2", client.Read(second).Body);
        Assert.Equal("/3", client.Read(third).Body);
        client.Look();
        Assert.Equal([third, second, first], client.Order.Where(frame => frame.Type == FrameType.Headers).Select(frame => frame.Id));
    }

    [Fact]
    public void Cookie_OfAStickyGroup_ComesWithTheAnswerAndLeadsBack()
    {
        using var world = new BalancerWorld(new WorldOptions
        {
            Targets = 3,
            TargetGroup = ["stickiness.enabled=true", "stickiness.type=lb_cookie"],
        });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        foreach (TargetDouble target in world.Targets)
        {
            target.Script = _ => $"HTTP/1.1 200 OK\r\nContent-Length: {target.Address.ToString().Length}\r\n\r\n{target.Address}";
        }

        Http2Answer answer = client.Read(client.Get());
        string[] cookies = [.. answer.Head.Split('\n').Where(line => line.StartsWith("set-cookie: ", StringComparison.Ordinal))];
        Assert.Equal(2, cookies.Length);
        string cookie = cookies[0]["set-cookie: ".Length..].Split(';')[0];
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(answer.Body, client.Read(client.Get(more: $"cookie: {cookie}\n")).Body);
        }
    }

    [Fact]
    public void Idempotent_RequestThatMeetsAClose_GoesOutAgainWithItsBody()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int first = client.Get();
        Peer old = world.Target.Accept();
        old.Answer(Ok);
        client.Read(first);
        int id = client.Request(":method: PUT\n:scheme: https\n:authority: a\n:path: /\n", ends: false);
        client.Data(id, "body");
        old.ReadTo("4\r\nbody\r\n");
        old.Close();
        Peer target = world.Target.Accept();
        target.ReadTo("4\r\nbody\r\n");
        client.Data(id, "more", ends: true);
        target.ReadTo("4\r\nmore\r\n0\r\n\r\n");
        target.Send(Ok);
        Assert.Equal("ok", client.Read(id).Body);
        Assert.Equal(1, world.Counters[Counter.RequestsRetried]);
        Assert.Single(world.TakeReports());
        world.RunMs(10);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Inserted_Headers_StandOnAnswersAndPages()
    {
        using var world = new BalancerWorld(new WorldOptions
        {
            Listener = ["routing.http.response.strict_transport_security.header_value=max-age=1"],
        });
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Get();
        world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nStrict-Transport-Security: own\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(":status: 200\ncontent-length: 0\nstrict-transport-security: max-age=1\n", client.Read(id).Head);
        int refused = client.Request(":method: TRACE\n:scheme: https\n:authority: a\n:path: /\n");
        Assert.Equal("max-age=1", client.Read(refused).Field("strict-transport-security"));
    }

    // The last DATA has begun when the answer ends the stream; what comes of it later is nobody's, though the stream's memory
    // serves another connection by then.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Early_Answer_InsideTheLastData_LeavesTheRestToNobody(bool inOneTurn)
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var first = new Http2Peer(world);
        int early = first.Post("content-length: 10\n");
        // What it has to say by itself is said, and does not come between the halves of a frame.
        first.Until(() => first.SettingsAcks == 1, "the settings");
        byte[] last = Http2Peer.Framed(FrameType.Data, 1, early, "0123456789"u8);
        Peer target = world.Target.Accept();
        target.ReadHead();
        target.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        if (!inOneTurn)
        {
            world.RunMs(2);
        }

        first.Bytes.Send(last[..14]);
        Assert.Equal("413", first.Read(early).Status);
        world.RunMs(10);

        var second = new Http2Peer(world);
        int id = second.Post("content-length: 4\n");
        Peer other = world.Target.Accept();
        other.ReadHead();
        first.Bytes.Send(last[14..]);
        world.RunMs(10);
        second.Data(id, "body", ends: true);
        Assert.Equal("body", other.ReadTo("body"));
        other.Send(Ok);
        Assert.Equal("ok", second.Read(id).Body);
        int next = first.Get();
        other.Answer(Ok);
        Assert.Equal("ok", first.Read(next).Body);
        Assert.Equal(0, world.Counters[Http2Fault.MalformedMessage]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Early_Answer_EndsTheRequestWithoutAnError()
    {
        using var world = new BalancerWorld();
        _ = new Http2Door(world);
        var client = new Http2Peer(world);
        int id = client.Post();
        client.Data(id, "part");
        Peer target = world.Target.Accept();
        target.ReadTo("part");
        target.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        Http2Answer answer = client.Read(id);
        client.Until(() => client.At(id).Reset is not null, "the reset");
        Assert.Equal("413", answer.Status);
        Assert.True(answer.IsEnded);
        Assert.Equal(Http2ErrorCode.NoError, answer.Reset);
        client.Data(id, "late", ends: true);
        int next = client.Get();
        world.Target.Accept().Answer(Ok);
        Assert.Equal("ok", client.Read(next).Body);
        Assert.Empty(client.GoAways);
    }
}
