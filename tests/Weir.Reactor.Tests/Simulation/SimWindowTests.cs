namespace Weir.Reactor.Tests.Simulation;

public class SimWindowTests
{
    private static readonly SimNetworkOptions _cramped =
        SimPair.Plain with { SendBufferBytes = 3000, ReceiveBufferBytes = 2000 };

    [Fact]
    public void Send_BeyondTheBuffer_AcceptsOnlyPart()
    {
        var pair = new SimPair(_cramped);
        Assert.Equal(3000, pair.Client.Send(new byte[10_000]));
        Assert.Equal(0, pair.Client.Send(new byte[10_000]));
    }

    [Fact]
    public void Window_OfAPeerThatDoesNotRead_Closes()
    {
        var pair = new SimPair(_cramped);
        pair.Client.Send(new byte[10_000]);
        pair.Settle();
        // The receive buffer is full and acknowledged; the send buffer fills up behind it.
        Assert.Equal(2000, pair.Client.BytesAcknowledged());
        Assert.Equal(2000, pair.Client.Send(new byte[10_000]));
        pair.Settle();
        Assert.Equal(0, pair.Client.Send(new byte[10_000]));
        Assert.Equal(2000, pair.Network.DeliveredTo(pair.Server).Bytes);
    }

    [Fact]
    public void Window_ReadEmpty_OpensAgain()
    {
        var pair = new SimPair(_cramped);
        byte[] bytes = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7 >> 3))];
        int sent = pair.Client.Send(bytes);
        var received = new List<byte>();
        for (int rounds = 0; received.Count < bytes.Length && rounds < 100; rounds++)
        {
            pair.Settle();
            received.AddRange(SimPair.ReceiveAll(pair.Server));
            sent += sent < bytes.Length ? pair.Client.Send(bytes.AsSpan(sent)) : 0;
        }

        Assert.Equal(bytes, received);
    }

    [Fact]
    public void Writer_BlockedByTheWindow_IsWokenWhenThereIsRoom()
    {
        var pair = new SimPair(_cramped);
        long written = 0;
        Loop.Start(Write());
        pair.Settle();
        Assert.InRange(written, 2000, 5000);
        for (int i = 0; i < 200; i++)
        {
            pair.RunMs(10);
            SimPair.ReceiveAll(pair.Server);
        }

        Assert.Equal(100_000, written);
        Assert.Equal(100_000, pair.Server.BytesReceived);

        async LoopTask Write()
        {
            while (written < 100_000)
            {
                written += pair.Client.Send(new byte[Math.Min(5000, 100_000 - written)]);
                await pair.Client.WhenWritable();
            }
        }
    }

    [Fact]
    public void Segments_OfOneByte_MakeShortReads()
    {
        var plan = new SimConnectionPlan { FromConnector = new SimDirectionPlan { MaxSegmentBytes = 1 } };
        SimLinkOptions jittery = SimPair.Plain.Link with { JitterMicros = 5000 };
        var pair = new SimPair(SimPair.Plain with { Link = jittery, Faults = new FixedFaults(plan) });
        pair.Client.Send("GET / HTTP/1.1\r\n"u8);
        var reads = new List<int>();
        while (reads.Sum() < 16)
        {
            pair.Network.RunFor(TimeSpan.FromMicroseconds(100));
            int n = SimPair.Receive(pair.Server);
            if (n > 0)
            {
                reads.Add(n);
            }
        }

        Assert.True(reads.Count > 1, "one read got it all");
    }

    [Fact]
    public void Segments_OfOneWriteSplitAtRandom_CoverEveryByteBoundaryAndKeepTheOrder()
    {
        var boundaries = new HashSet<int>();
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var link = new SimLinkOptions { LatencyMicros = 100, JitterMicros = 5000, SplitProbability = 0.5 };
            var pair = new SimPair(SimPair.Plain with { Link = link }, seed);
            pair.Client.Send("0123456789"u8);
            var received = new List<byte>();
            while (received.Count < 10)
            {
                pair.Network.RunFor(TimeSpan.FromMicroseconds(10));
                received.AddRange(SimPair.ReceiveAll(pair.Server));
                boundaries.Add(received.Count);
            }

            Assert.Equal("0123456789"u8.ToArray(), received);
        }

        Assert.Equal(Enumerable.Range(0, 11), boundaries.Order());
    }

    [Fact]
    public void Sends_OfSeveralPieces_AreReadAsOne()
    {
        var pair = new SimPair();
        for (int i = 0; i < 10; i++)
        {
            pair.Client.Send("piece "u8);
        }

        pair.Settle();
        Assert.Equal(60, SimPair.Receive(pair.Server));
    }
}
