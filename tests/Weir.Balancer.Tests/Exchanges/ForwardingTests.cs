namespace Weir.Balancer.Tests;

/// <summary>What passes between a client and a target, byte for byte.</summary>
public sealed class ForwardingTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private const string Added =
        "X-Forwarded-For: 10.8.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\nHost: a\r\nX-Amzn-Trace-Id: *\r\n";

    // In the mode protect, of a connection's first request.
    private const string Asks = "Connection: keep-alive\r\n";

    [Fact]
    public void Exchange_SmallGet_IsForwardedWithTheAddedHeadersFirst()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET /a?b=1 HTTP/1.1\r\nHost: Example.com\r\nUser-Agent: curl/8\r\nX-Mixed_Name: v\r\n\r\n");
        Peer target = world.Target.Accept();
        Assert.Equal(
            "GET /a?b=1 HTTP/1.1\r\nX-Forwarded-For: 10.8.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n"
            + $"Host: example.com\r\nX-Amzn-Trace-Id: *\r\nUser-Agent: curl/8\r\nX-Mixed_Name: v\r\n{Asks}\r\n",
            BalancerWorld.Masked(target.ReadHead()));

        target.Send("HTTP/1.1 200 OK\r\nServer: mine\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nServer: mine\r\nX-A: 1\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello",
            client.ReadTo("hello"));

        Assert.Equal(1, world.Counters[Counter.Requests]);
        Assert.Equal(1, world.Counters[Counter.RequestsRouted]);
        Assert.Equal(1, world.Counters[Counter.TargetCode2xx]);
        Assert.Equal(79, world.Counters[Counter.ReceivedBytes]);
        Assert.Equal(89, world.Counters[Counter.SentBytes]);
        Assert.Equal(1, world.Counters[Counter.RequestsWithInvalidHeaders]);
        LogLine line = Assert.Single(world.Log());
        string id = world.Node.Snapshot.LoadBalancers[0].ResourceId;
        string group = world.Node.Snapshot.TargetGroups[0].Arn;
        Assert.Equal(
            $"http {line[2]} {id} 10.8.0.1:32768 10.0.1.1:8080 0.001 0.001 0.000 200 200 79 89 "
            + $"\"GET http://Example.com:80/a?b=1 HTTP/1.1\" \"curl/8\" - - {group} {line[18]} \"-\" \"-\" 0 {line[22]} "
            + $"\"forward\" \"-\" \"-\" \"10.0.1.1:8080\" \"200\" \"-\" \"-\" {line[30]} \"-\" \"-\" \"-\" 10.9.0.1 \"-\" \"-\"",
            line.Text);
        Assert.Matches("^\"Root=1-[0-9a-f]{8}-[0-9a-f]{24}\"$", line[18]);
        Assert.Matches("^2026-01-01T00:00:00\\.[0-9]{6}Z$", line[2]);
    }

    [Fact]
    public void HopByHopHeaders_OfBothSides_StayOnTheirSide()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n"
            + "Proxy-Connection: x\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Other: 2\r\n\r\n");
        Peer target = world.Target.Accept();
        Assert.Equal($"GET / HTTP/1.1\r\n{Added}X-Other: 2\r\n{Asks}\r\n", BalancerWorld.Masked(target.ReadHead()));

        target.Send(
            "HTTP/1.1 200 OK\r\nConnection: X-Theirs\r\nX-Theirs: 1\r\nKeep-Alive: timeout=5\r\nX-Other: 3\r\n"
            + "Content-Length: 0\r\n\r\n");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nX-Other: 3\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", client.ReadHead());
    }

    [Fact]
    public void Upgrade_OtherThanWebSocket_IsDroppedAndAnsweredNormally()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n");
        Assert.Equal($"GET / HTTP/1.1\r\n{Added}{Asks}\r\n", BalancerWorld.Masked(world.Target.Accept().Answer(Empty)));
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", client.ReadHead());
    }

    [Fact]
    public void Pipelining_IsAnsweredInOrderOverOneConnectionEach()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(
            "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        Peer target = world.Target.Accept();
        Assert.StartsWith("GET /1 ", target.ReadHead(), StringComparison.Ordinal);
        world.RunMs(10);
        Assert.Equal("", target.Take());
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        Assert.StartsWith("POST /2 ", target.ReadTo("abc"), StringComparison.Ordinal);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
        Assert.StartsWith("GET /3 ", target.ReadHead(), StringComparison.Ordinal);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3");
        const string Head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n";
        Assert.Equal($"{Head}1{Head}2{Head}3", client.ReadTo("\r\n\r\n3"));
        Assert.Equal(1, world.Target.Accepted);
        Assert.Equal(2, world.Counters[Counter.TargetConnectionsReused]);
        Assert.Equal(3, world.Log().Count);
    }

    [Fact]
    public void OneByteAtATime_InBothDirections_GivesTheSameExchange()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect();
        SendByBytes(world, client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\n\r\n");
        Peer target = world.Target.Accept();
        string request = target.ReadTo("0\r\n\r\n");
        Assert.StartsWith($"POST / HTTP/1.1\r\n{Added}Transfer-Encoding: chunked\r\n{Asks}\r\n", BalancerWorld.Masked(request), StringComparison.Ordinal);
        Assert.Equal("hello!", Chunked.Decode(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]));
        SendByBytes(world, target, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", client.ReadHead());
        Assert.Equal("abc", Chunked.Decode(client.ReadTo("0\r\n\r\n")));
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: x\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 5\r\n")]
    public void Response_WithoutABody_LeavesBothConnectionsUsable(string method, string response, string expected)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        Peer target = world.Target.Accept();
        target.Answer(response);
        Assert.Equal($"{expected}Connection: keep-alive\r\n\r\n", client.ReadHead());
        client.Send(Get);
        target.Answer(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
    }

    [Fact]
    public void InterimResponses_ArePassedOn_ButFor100()
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(
            Get,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x\r\n\r\n" + Empty);
        Assert.Equal("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", client.ReadHead());
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", client.ReadHead());
    }

    [Fact]
    public void InterimResponses_AreNotForHttp10Clients()
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(
            "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + Empty);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", client.ReadToEnd());
    }

    [Fact]
    public void Expect_IsAnsweredAtOnceAndNotForwarded()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", client.ReadHead());
        Peer target = world.Target.Accept();
        client.Send("hello");
        Assert.Equal($"POST / HTTP/1.1\r\n{Added}Content-Length: 5\r\n{Asks}\r\nhello", BalancerWorld.Masked(target.ReadTo("hello")));
        target.Send(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal("200 200 74 87", Assert.Single(world.Log()).CodesAndBytes);
    }

    [Fact]
    public void Expect_WithoutATarget_GetsThePageInsteadOfContinue()
    {
        using var world = new BalancerWorld(new WorldOptions { Targets = 0 });
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        Assert.Equal(
            BalancerWorld.Page("503 Service Temporarily Unavailable", false), BalancerWorld.Masked(client.ReadToEnd()));
    }

    [Fact]
    public void Http10Client_WithoutHost_GetsTheBalancersNameAndTheClose()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.0\r\n\r\n");
        string head = world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.Contains($"\r\nHost: {world.Node.Snapshot.LoadBalancers[0].DnsName.ToLowerInvariant()}\r\n", head, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", client.ReadToEnd());
        Assert.EndsWith("/ HTTP/1.0\"", Assert.Single(world.Log())[13], StringComparison.Ordinal);
    }

    [Fact]
    public void Http10Client_ThatKeepsAlive_StaysOpenWhereTheBodyHasALength()
    {
        using var world = new BalancerWorld();
        const string Request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        Peer client = world.Connect(Request);
        Peer target = world.Target.Accept();
        target.Answer(Empty);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", client.ReadHead());
        client.Send(Request);
        target.Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", client.ReadToEnd());
    }

    [Fact]
    public void ClientThatAsksForTheClose_GetsIt_AndTheTargetsConnectionStays()
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", Empty);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", client.ReadToEnd());
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
    }

    [Fact]
    public void BodyUntilTheClose_BecomesChunks()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.0 200 OK\r\n\r\nhello");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n5\r\nhello\r\n", client.ReadTo("hello\r\n"));
        target.Close();
        Assert.Equal("0\r\n\r\n", client.ReadTo("0\r\n\r\n"));
        client.Send(Get);
        world.Target.Accept().Answer(Empty);
        client.ReadHead();
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "Ambiguous", "BothTeClPresent")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "Ambiguous", "UndefinedContentLengthSemantics")]
    public void AmbiguousRequest_IsForwardedCleanly_AndBothConnectionsClose(string request, string verdict, string reason)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(request);
        Peer target = world.Target.Accept();
        string forwarded = target.ReadTo("hi");
        Assert.Single(new[] { "Content-Length: ", "Transfer-Encoding: " }, forwarded.Contains);
        target.Send(Empty);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", client.ReadToEnd());
        world.RunMs(10);
        Assert.True(target.Ended);
        Assert.Equal(1, world.Counters[Counter.NonCompliantRequests]);
        LogLine line = Assert.Single(world.Log());
        Assert.Equal($"\"{verdict}\" \"{reason}\"", $"{line[28]} {line[29]}");
    }

    [Fact]
    public void InvalidHeaderNames_AreDroppedWhereThatIsOn()
    {
        using var world = new BalancerWorld(
            new WorldOptions { LoadBalancer = ["routing.http.drop_invalid_header_fields.enabled=true"] });
        world.Connect("GET / HTTP/1.1\r\nHost: a\r\nX_Bad: 1\r\nX-Good: 2\r\n\r\n");
        Assert.Equal($"GET / HTTP/1.1\r\n{Added}X-Good: 2\r\n{Asks}\r\n", BalancerWorld.Masked(world.Target.Accept().Answer(Empty)));
        world.RunMs(10);
        Assert.Equal(1, world.Counters[Counter.RequestsWithDroppedHeaders]);
        Assert.Equal(0, world.Counters[Counter.RequestsWithInvalidHeaders]);
    }

    [Fact]
    public void Trailers_PassWhereBothSidesAreChunked()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n");
        Peer target = world.Target.Accept();
        Assert.EndsWith("\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n", target.ReadTo("X-B: 2\r\n\r\n"), StringComparison.Ordinal);
        target.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.ReadHead();
        target.Send("2\r\nhi\r\n0\r\nX-Sum: 3\r\n\r\n");
        Assert.Equal("2\r\nhi\r\n0\r\nX-Sum: 3\r\n\r\n", client.ReadTo("X-Sum: 3\r\n\r\n"));
        client.Send(Get);
        target.Answer(Empty);
        client.ReadHead();
    }

    // Source: RFC 9110 §6.5.1.
    [Theory]
    [InlineData("Content-Type: text/plain\r\n", "")]
    [InlineData("X-Sum: 1\r\nAuthorization: Basic a\r\nX-B: 2\r\n", "X-Sum: 1\r\nX-B: 2\r\n")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked\r\nHost: b\r\nX-Sum: 1\r\n", "X-Sum: 1\r\n")]
    public void Trailers_WithFieldsThatHaveNoPlaceThere_PassWithoutThem(string trailers, string passed)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(
            $"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n{trailers}\r\n");
        Peer target = world.Target.Accept();
        target.ReadHead();
        Assert.Equal($"5\r\nhello\r\n0\r\n{passed}\r\n", target.ReadTo("\r\n\r\n"));
        target.Send($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n{trailers}\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal($"2\r\nhi\r\n0\r\n{passed}\r\n", client.ReadTo("\r\n\r\n"));
        client.Send(Get);
        target.Answer(Empty);
        client.ReadHead();
    }

    [Fact]
    public void Trailers_AreDroppedForAnHttp10Client()
    {
        using var world = new BalancerWorld();
        Peer client = world.Exchange(
            "GET / HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 3\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi", client.ReadToEnd());
    }

    private static void SendByBytes(BalancerWorld world, Peer peer, string text)
    {
        foreach (char character in text)
        {
            peer.Send(character.ToString());
            world.RunMs(2);
        }
    }
}
