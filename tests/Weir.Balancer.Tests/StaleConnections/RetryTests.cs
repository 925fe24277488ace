namespace Weir.Balancer.Tests;

/// <summary>A request that meets the close of a reused connection: when it goes out once more, and when it must not.</summary>
public sealed class RetryTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private const string Told =
        "target group group1: a request met the close of a connection to 10.0.1.1:8080 that had been idle for 2.000 s, and was "
        + "answered on a new one; behind ALB this would have been a 502";

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("DELETE", false)]
    [InlineData("PUT", false)]
    [InlineData("GET", true)]
    public void IdempotentRequest_OnAReusedConnectionThatCloses_IsAnsweredOnANewOne(string method, bool reset)
    {
        using var world = new BalancerWorld();
        string request = $"{method} /x HTTP/1.1\r\nHost: a\r\n\r\n";
        (Peer client, Peer first) = Parked(world);
        client.Send(request);
        string firstHead = first.ReadHead();
        End(first, reset);
        Peer second = world.Target.Accept();
        // Of a new connection the hint is asked for; that is all.
        Assert.Equal($"{firstHead[..^2]}Connection: keep-alive\r\n\r\n", second.Answer(Empty));
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.RequestsRetried]);
        Assert.Equal(0, world.Counters[Counter.ElbCode502]);
        Assert.Equal(0, world.Counters[Counter.ReusesWithheld]);
        Assert.Equal([Told], world.TakeReports());
        GroupReuseSum group = world.Node.Reuse.Of(world.Node.Snapshot.TargetGroups[0].Arn);
        Assert.Equal(1, group[ReuseCount.Retried]);
        Assert.Equal(1, group[ReuseCount.Reused]);
        Assert.Equal(2, group[ReuseCount.Opened]);
        Assert.Equal(2_000, group[ReuseCount.LongestIdleMsAtReuse]);
        IReadOnlyList<LogLine> log = world.Log();
        Assert.Equal(2, log.Count);
        // The time at the target counts from the first dispatch: the client waited for both.
        Assert.StartsWith("10.0.1.1:8080 0.000 0.003 0.000 200 200 ", log[1].Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void SecondOfItsKind_IsCountedAndNotTold()
    {
        using var world = new BalancerWorld();
        for (int i = 0; i < 2; i++)
        {
            (Peer client, Peer first) = Parked(world);
            client.Send(Get);
            first.ReadHead();
            first.Close();
            world.Target.Accept().Answer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            client.ReadHead();
        }

        Assert.Equal(2, world.Counters[Counter.RequestsRetried]);
        Assert.Equal([Told], world.TakeReports());
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("FETCH / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void OtherRequest_OnAReusedConnectionThatCloses_Is502AndIsSentOnce(string request)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send(request);
        first.ReadHead();
        first.Close();
        Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
        world.RunMs(50);
        Assert.Equal(1, world.Target.Accepted);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosed]);
    }

    [Fact]
    public void Request_OnANewConnectionThatCloses_Is502()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.ReadHead();
        target.Close();
        Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
        Assert.Equal(1, world.Target.Accepted);
    }

    [Fact]
    public void Request_InObserve_Is502()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = ["weir.stale_connection.mode=observe"] });
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
        Assert.Equal(1, world.Target.Accepted);
    }

    [Theory]
    [InlineData("HTTP/1.1 103 Early Hints\r\n\r\n")]
    [InlineData("H")]
    public void Request_AfterAByteOfAnAnswer_IsNotSentAgain(string answer)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        first.Send(answer);
        world.RunMs(10);
        first.Close();
        Assert.Contains("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
        Assert.Equal(1, world.Target.Accepted);
    }

    [Fact]
    public void Request_WhoseSecondConnectionClosesToo_Is502AndIsNotSentAThirdTime()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        Peer second = world.Target.Accept();
        second.ReadHead();
        second.Close();
        Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
        Assert.Equal(2, world.Target.Accepted);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
    }

    [Fact]
    public void Request_WhoseSecondAnswerBreaksOff_WasNotSaved()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        Peer second = world.Target.Accept();
        second.Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        client.ReadTo("12345");
        second.Close();
        Assert.Empty(client.ReadToEnd());
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosedInResponse]);
        Assert.Empty(world.TakeReports());
    }

    [Fact]
    public void Request_WhoseSecondConnectionIsRefused_IsTheFirstOnes502()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        world.Target.Close();
        first.Close();
        Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosed]);
        Assert.Equal("10.0.1.1:8080 0.000 0.002 -1 502 - 27 277", world.Log()[1].Outcome);
    }

    // Its accept queue is full: the 502 that is certain does not wait for the ten seconds of an ordinary connect.
    [Fact]
    public void Request_WhoseSecondConnectionIsNotAccepted_IsTheFirstOnes502WithinASecond()
    {
        var options = new WorldOptions();
        var swallow = new ConnectFate(BalancerWorld.TargetPort, Reactor.SimConnectFate.Swallow, healthy: 1);
        using var world = new BalancerWorld(options with { Network = options.Network with { Faults = swallow } });
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        world.RunMs(990);
        Assert.DoesNotContain("502", client.Received, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n", TimeSpan.FromMilliseconds(30)), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[FailureReason.TargetClosed]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Body_HeldSoFar_GoesOutAgainAndTheRestFollows(int sentAfterTheClose)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        string[] pieces = ["one", "two2", "three"];
        client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n");
        first.ReadHead();
        for (int i = 0; i < pieces.Length - sentAfterTheClose; i++)
        {
            client.Send(pieces[i]);
            first.ReadTo(pieces[i]);
        }

        first.Close();
        Peer second = world.Target.Accept();
        second.ReadHead();
        for (int i = pieces.Length - sentAfterTheClose; i < pieces.Length; i++)
        {
            client.Send(pieces[i]);
        }

        Assert.Equal("onetwo2three", second.ReadTo("three"));
        second.Send(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.RequestsRetried]);
        Assert.Single(world.TakeReports());
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void ChunkedBody_WithTrailers_GoesOutAgainWhole()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        first.ReadTo("abc\r\n");
        client.Send("2\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n");
        first.ReadTo("X-Sum: 1\r\n\r\n");
        first.Close();
        Peer second = world.Target.Accept();
        second.ReadHead();
        Assert.Equal("5\r\nabcde\r\n0\r\nX-Sum: 1\r\n\r\n", second.ReadTo("X-Sum: 1\r\n\r\n"));
        second.Send(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Single(world.TakeReports());
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Theory]
    [InlineData(65_536, 65_536, true)]
    [InlineData(65_537, 65_536, false)]
    [InlineData(10, 10, true)]
    [InlineData(11, 10, false)]
    [InlineData(1, 0, false)]
    [InlineData(0, 0, true)]
    public void Body_UpToWhatMayBeHeld_GoesOutAgain(int bodyBytes, int heldBytes, bool again)
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = [$"weir.stale_connection.held_body_bytes={heldBytes}"] });
        (Peer client, Peer first) = Parked(world);
        string body = new('b', bodyBytes);
        client.Send($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {bodyBytes}\r\n\r\n{body}");
        first.ReadHead();
        world.Until(() => first.Received.EndsWith(body, StringComparison.Ordinal), "the body");
        first.Close();
        if (again)
        {
            Peer second = world.Target.Accept();
            second.ReadHead();
            world.Until(() => second.Received.EndsWith("\r\n\r\n" + body, StringComparison.Ordinal), "the body again");
            second.Send(Empty);
            Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
            Assert.Single(world.TakeReports());
        }
        else
        {
            Assert.StartsWith("HTTP/1.1 502", client.ReadTo("</html>\r\n"), StringComparison.Ordinal);
            Assert.Equal(1, world.Target.Accepted);
        }

        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Client_ThatGoesWhileTheSecondConnectionIsMade_Is460()
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send(Get);
        first.ReadHead();
        first.Close();
        world.Network.RunFor(TimeSpan.FromMicroseconds(700));
        client.Close();
        world.RunMs(20);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosed]);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        Assert.Equal(0, world.Counters[Counter.RequestsInFlight]);
    }

    // Both ends come in one turn: the request would have gone out once more, had its client not gone. A FIN is read behind what came
    // before it, which may be the rest of the body: there a connection is made first.
    [Theory]
    [InlineData(true, false, 2)]
    [InlineData(false, false, 1)]
    [InlineData(true, true, 1)]
    [InlineData(false, true, 1)]
    public void Client_ThatGoesInsideItsBodyWithTheClose_IsTheClientsAbort(bool targetFirst, bool reset, int connections)
    {
        using var world = new BalancerWorld();
        (Peer client, Peer first) = Parked(world);
        client.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\none");
        first.ReadTo("one");
        if (targetFirst)
        {
            first.Close();
            End(client, reset);
        }
        else
        {
            End(client, reset);
            first.Close();
        }

        world.RunMs(50);
        Assert.Equal(1, world.Counters[FailureReason.ClientClosedInRequest]);
        Assert.Equal(0, world.Counters[FailureReason.TargetClosed]);
        Assert.Equal(connections, world.Target.Accepted);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.StartsWith("- -1 -1 -1 400 - ", world.Log()[1].Outcome, StringComparison.Ordinal);
    }

    // Its reset is in the kernel, and no event has told of it yet: the send itself says so.
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public void Connection_FoundDeadBeforeAByteWasWritten_IsReplacedForAnyMethod(string method)
    {
        using var world = new BalancerWorld();
        string arn = world.Node.Snapshot.TargetGroups[0].Arn;
        BalancerLoop loop = world.Node.LoopAt(0);
        LoopTarget target = loop.TargetOf(arn, $"10.0.1.1:{BalancerWorld.TargetPort}")!;
        TargetConnection dead = new Http1Target(loop, target, new DeadConnection(world.BalancerLoop)).Link;
        dead.IdleTimeoutMs = 60_000;
        dead.Requests = 1;
        dead.Stale = world.Node.Snapshot.LoadBalancers[0].StaleConnections;
        world.BalancerLoop.Post(() => target.Pool.Park(dead));
        world.RunMs(1);
        Peer client = world.Connect($"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
        Peer second = world.Target.Accept();
        Assert.StartsWith(method, second.ReadTo("ab"), StringComparison.Ordinal);
        second.Send(Empty);
        Assert.StartsWith("HTTP/1.1 200", client.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsReplaced]);
        Assert.Equal(0, world.Counters[Counter.TargetConnectionsReused]);
        Assert.Equal(0, world.Node.Reuse.Of(arn)[ReuseCount.Reused]);
        Assert.Equal(0, world.Counters[Counter.RequestsRetried]);
        Assert.StartsWith("10.0.1.1:8080 0.001 0.001 0.000 200 200 ", Assert.Single(world.Log()).Outcome, StringComparison.Ordinal);
    }

    private static void End(Peer target, bool reset)
    {
        if (reset)
        {
            target.Reset();
        }
        else
        {
            target.Close();
        }
    }

    // A client whose first request left a connection to the target behind, idle for two seconds.
    private static (Peer Client, Peer Target) Parked(BalancerWorld world)
    {
        Peer client = world.Connect(Get);
        Peer target = world.Target.Accept();
        target.Answer(Empty);
        client.ReadHead();
        world.RunMs(1_998);
        world.Network.RunFor(TimeSpan.FromMicroseconds(500));
        return (client, target);
    }
}
