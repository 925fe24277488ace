using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A target that answers before the request has come to its end: the answer is never lost.</summary>
public sealed class EarlyAnswerTests
{
    private const string Refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nmuch";
    private const string RefusalToClient = "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmuch";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Answer_WhileTheUploadRuns_ReachesTheClient_ThenBothClose(bool targetClosesAfterwards)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
        client.Send(new byte[1_000_000]);
        Peer target = world.Target.Accept();
        target.Answer(Refusal);
        target.StopReading();
        if (targetClosesAfterwards)
        {
            // With unread bytes: a reset follows the answer.
            world.RunMs(5);
            target.Close();
        }

        client.Send(new byte[9_000_000 - 1]);
        Assert.Equal(RefusalToClient, client.ReadToEnd());
        Assert.Equal(ConnectionEnd.Fin, client.End);
        client.Close();
        world.RunMs(3000);
        Assert.Equal(0, world.BalancerLoop.OpenConnections);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
        Assert.Equal("413 413", Assert.Single(world.Log()).CodesAndBytes[..7]);
    }

    [Fact]
    public void Answer_ThenResetOfTheTarget_ReachesTheClient()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nab");
        Peer target = world.Target.Accept();
        target.ReadTo("ab");
        target.Send(Refusal);
        // Both arrive before the balancer looks at either.
        world.Network.RunFor(TimeSpan.FromMicroseconds(10));
        target.Reset();
        Assert.Equal(RefusalToClient, client.ReadToEnd());
        Assert.Equal(0, world.Counters[Counter.ElbCode5xx]);
    }

    [Fact]
    public void Answer_ToAWaitingClient_ComesWithoutTheRestOfTheBody()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nab");
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", client.ReadToEnd());
        world.RunMs(10);
        Assert.True(target.Ended);
    }

    [Fact]
    public void Client_ThatSendsOnAfterTheAnswer_IsReadForAWhileAndThenCut()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nab");
        world.Target.Accept().Answer(Refusal);
        Assert.Equal(RefusalToClient, client.ReadToEnd());
        for (int i = 0; i < 10; i++)
        {
            client.Send("more");
            world.RunMs(250);
        }

        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    // Around what the buffers on the way hold: the last bytes are read from the client, and may not have gone on.
    public static TheoryData<int> BodySizes => [.. Enumerable.Range(0, 16).Select(step => 196_400 + (step * 8))];

    [Theory]
    [MemberData(nameof(BodySizes))]
    public void Answer_BeforeTheTargetHasTakenTheRequest_PoolsItsConnectionOnlyIfAllWasSent(int bodyBytes)
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {bodyBytes}\r\n\r\n");
        Peer target = world.Target.Accept();
        int head = target.ReadHead().Length;
        target.StopReading();
        client.Send(new byte[bodyBytes]);
        world.RunMs(50);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.ReadTo("ok");
        target.GoOnReading();
        world.RunMs(50);
        bool sentWhole = target.ReceivedBytes == head + bodyBytes;
        Assert.Equal(sentWhole ? 1 : 0, world.Counters[Counter.TargetConnectionsIdle]);
        Assert.Equal(!sentWhole, target.Ended);
    }
}
