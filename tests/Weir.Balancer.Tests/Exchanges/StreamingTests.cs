using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>Bodies pass in both directions at once, in constant memory, at the speed of the slower side.</summary>
public sealed class StreamingTests
{
    private const int PieceBytes = 1024 * 1024;

    // Segments of 64 K: it is the balancer's memory that is looked at, not the network's.
    private static readonly WorldOptions _fast = new()
    {
        Network = new SimNetworkOptions
        {
            Link = new SimLinkOptions { LatencyMicros = 100, JitterMicros = 0, SplitProbability = 0 },
            TurnDelayMicros = 0,
            SegmentBytes = 64 * 1024,
            SendBufferBytes = 256 * 1024,
            ReceiveBufferBytes = 256 * 1024,
        },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Download_OfManyBytesToASlowReader_HoldsAFewBuffers(bool chunked)
    {
        const int Pieces = 64;
        using var world = new BalancerWorld(_fast);
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.ReadBytes = 48 * 1024;
        client.ReadPause = TimeSpan.FromMilliseconds(1);
        Peer target = world.Target.Accept();
        target.Answer(chunked
            ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: {(long)Pieces * PieceBytes}\r\n\r\n");
        byte[] piece = Piece(chunked);
        for (int i = 0; i < Pieces; i++)
        {
            target.Send(piece);
        }

        if (chunked)
        {
            target.Send("0\r\n\r\n");
        }

        int most = 0;
        world.Until(
            () =>
            {
                most = Math.Max(most, world.BalancerLoop.Buffers.Rented);
                return world.Counters[Counter.RequestsInFlight] == 0;
            },
            "the end of the download",
            TimeSpan.FromSeconds(60));
        Assert.InRange(most, 1, 4);
        world.Until(() => client.ReceivedBytes >= (long)Pieces * PieceBytes, "all bytes", TimeSpan.FromSeconds(60));
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void Upload_OfManyBytesToASlowReader_HoldsAFewBuffers()
    {
        const int Pieces = 64;
        using var world = new BalancerWorld(_fast);
        Peer client = world.Connect($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {(long)Pieces * PieceBytes}\r\n\r\n");
        Peer target = world.Target.Accept();
        int head = target.ReadHead().Length;
        target.ReadBytes = 48 * 1024;
        target.ReadPause = TimeSpan.FromMilliseconds(1);
        byte[] piece = Piece(chunked: false);
        for (int i = 0; i < Pieces; i++)
        {
            client.Send(piece);
        }

        int most = 0;
        world.Until(
            () =>
            {
                most = Math.Max(most, world.BalancerLoop.Buffers.Rented);
                return target.ReceivedBytes == head + ((long)Pieces * PieceBytes);
            },
            "the whole body",
            TimeSpan.FromSeconds(60));
        Assert.InRange(most, 1, 4);
        target.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        client.ReadHead();
        Assert.Equal(1, world.Counters[Counter.TargetConnectionsIdle]);
        Assert.Equal(0, world.BalancerLoop.Buffers.Rented);
    }

    [Fact]
    public void SlowReader_HoldsTheTargetBack()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
        client.ReadHead();
        client.StopReading();
        target.Send(new byte[10_000_000]);
        world.RunSeconds(5);
        long passed = world.Counters[Counter.SentBytes];
        Assert.Equal(0, passed);
        Assert.InRange(world.BalancerLoop.Buffers.Rented, 1, 3);
        Assert.Equal(10_000_000, target.UnsentBytes);
        client.GoOnReading();
        world.Until(() => client.ReceivedBytes > 10_000_000, "the rest", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void BothDirections_AtOnce_PassPieceByPiece()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        Peer target = world.Target.Accept();
        target.Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.ReadHead();
        for (int i = 0; i < 5; i++)
        {
            client.Send($"5\r\nping{i}\r\n");
            Assert.Equal($"5\r\nping{i}\r\n", target.ReadTo($"ping{i}\r\n"));
            target.Send($"5\r\npong{i}\r\n");
            Assert.Equal($"5\r\npong{i}\r\n", client.ReadTo($"pong{i}\r\n"));
            world.RunSeconds(50);
        }

        client.Send("0\r\n\r\n");
        target.ReadTo("0\r\n\r\n");
        target.Send("0\r\n\r\n");
        client.ReadTo("0\r\n\r\n");
        Assert.StartsWith("200 200 ", Assert.Single(world.Log()).CodesAndBytes, StringComparison.Ordinal);
    }

    private static byte[] Piece(bool chunked)
    {
        if (!chunked)
        {
            return new byte[PieceBytes];
        }

        string frame = $"{PieceBytes:x}\r\n{new string('x', PieceBytes)}\r\n";
        return System.Text.Encoding.Latin1.GetBytes(frame);
    }
}
