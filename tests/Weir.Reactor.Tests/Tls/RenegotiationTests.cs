using Weir.Reactor.Tests.Connections;
using Weir.Reactor.Tests.Simulation;

namespace Weir.Reactor.Tests.Tls;

/// <summary>A target that begins the handshake anew, as servers do that want a client's certificate for some paths only.</summary>
public sealed class RenegotiationTests(Credentials credentials) : IClassFixture<Credentials>
{
    private static readonly TlsOptions _tls12 = new() { MostVersion = TlsVersion.Tls12, AllowsRenegotiation = true };
    private static readonly TlsOptions _tls10 = new()
    {
        LeastVersion = TlsVersion.Tls10,
        MostVersion = TlsVersion.Tls10,
        Ciphers = "ECDHE-RSA-AES128-SHA:@SECLEVEL=0",
        AllowsRenegotiation = true,
    };

    // What is sent waits for what is read.
    private static readonly SimNetworkOptions _narrow = TlsPair.ByteByByte with { SendBufferBytes = 2 * 1024, ReceiveBufferBytes = 2 * 1024 };

    private readonly List<string> _log = [];

    public static TheoryData<bool, bool> Kinds => new()
    {
        { false, false },
        { true, false },
        { false, true },
        { true, true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Renegotiation_WhileNothingIsSent_IsNoDataAndNoEnd(bool isTls10, bool isByteByByte)
    {
        TlsPair pair = Connected(isTls10, isByteByByte);
        Ask(pair);
        Settle(pair);
        Assert.Equal(1, Renegotiation.Count(pair.Client));
        Assert.Equal((0, 0), (pair.Client.BytesReceived, pair.Server.BytesReceived));
        AssertTalks(pair);
        End(pair);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Renegotiation_WhileParked_StaysParkedAndUsable(bool isTls10, bool isByteByByte)
    {
        TlsPair pair = Connected(isTls10, isByteByByte);
        pair.Client.Observer = new RecordingObserver(_log);
        pair.Client.IsParked = true;
        for (int i = 1; i <= 2; i++)
        {
            Ask(pair);
            // Nobody reads at the client's end.
            for (int flight = 0; flight < 3; flight++)
            {
                pair.Settle();
                Assert.Empty(SimPair.ReceiveAll(pair.Server));
            }

            pair.Settle();
            Assert.Equal((i, true), (Renegotiation.Count(pair.Client), pair.Client.CanSendNow));
            Assert.Empty(_log);
            Assert.False(pair.Client.CanReceiveNow);
            pair.AssertNothingIsRented();
        }

        pair.Client.IsParked = false;
        AssertTalks(pair);
        End(pair);
    }

    [Fact]
    public void Send_InTheMidstOfOne_WaitsForItsEndThoughNobodyReads()
    {
        TlsPair pair = Connected(isTls10: false, isByteByByte: false);
        Ask(pair);
        pair.Settle();
        Assert.Equal(Connection.WouldBlock, pair.Client.Receive(new byte[10]));
        Assert.False(pair.Client.CanSendNow);
        Assert.Equal(0, pair.Client.Send("too soon"u8));
        bool? isSent = null;
        pair.Pair.ClientLoop.Post(() => Loop.Start(SendOne()));
        pair.Settle();
        Assert.Null(isSent);
        var got = new List<byte>();
        for (int flight = 0; flight < 3; flight++)
        {
            got.AddRange(SimPair.ReceiveAll(pair.Server));
            pair.Settle();
        }

        Assert.True(isSent);
        Assert.Equal("now"u8, got.ToArray());
        End(pair);

        async LoopTask SendOne() => isSent = await pair.Client.SendAll("now"u8.ToArray());
    }

    [Fact]
    public void Send_WhereDataHidesTheEndOfOne_GoesOnWhenThatIsRead()
    {
        TlsPair pair = Connected(isTls10: false, isByteByByte: false);
        Ask(pair);
        pair.Settle();
        Assert.Equal(Connection.WouldBlock, pair.Client.Receive(new byte[10]));
        bool? isSent = null;
        pair.Pair.ClientLoop.Post(() => Loop.Start(SendOne()));
        // Data, and behind it the whole rest of the handshake.
        Assert.Equal(4, pair.Server.Send("data"u8));
        pair.Settle();
        Assert.Empty(SimPair.ReceiveAll(pair.Server));
        pair.Settle();
        Assert.Null(isSent);
        Assert.Equal(4, pair.Client.Receive(new byte[4]));
        pair.Settle();
        Assert.True(isSent);
        Assert.Equal("now"u8, SimPair.ReceiveAll(pair.Server));
        End(pair);

        async LoopTask SendOne() => isSent = await pair.Client.SendAll("now"u8.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Renegotiation_AmongDataOfBothSides_LosesNoneOfIt(bool isTls10, bool isByteByByte)
    {
        TlsPair pair = TlsPair.Connected(credentials, isTls10 ? _tls10 : _tls12, isByteByByte ? _narrow : null);
        int bytes = isByteByByte ? 32 * 1024 : 512 * 1024;
        int piece = bytes / 16;
        byte[] up = Numbers(bytes, 1), down = Numbers(bytes, 2), gotUp = new byte[bytes], gotDown = new byte[bytes];
        int done = 0;
        pair.Pair.ClientLoop.Post(() => Loop.Start(SendUp()));
        pair.Pair.ClientLoop.Post(() => Loop.Start(Receive(pair.Client, gotDown)));
        pair.Pair.ServerLoop.Post(() => Loop.Start(SendDown()));
        pair.Pair.ServerLoop.Post(() => Loop.Start(Receive(pair.Server, gotUp)));
        Assert.True(pair.Pair.Network.RunUntil(() => done == 4, TimeSpan.FromMinutes(10)));
        Assert.Equal(up, gotUp);
        Assert.Equal(down, gotDown);
        Assert.InRange(Renegotiation.Count(pair.Client), isByteByByte ? 1 : 2, 16);
        End(pair);

        async LoopTask SendUp()
        {
            Assert.True(await pair.Client.SendAll(up));
            done++;
        }

        async LoopTask SendDown()
        {
            for (int sent = 0; sent < bytes; sent += piece)
            {
                // One at a time: a question in the midst of an answer to the last is none.
                if (Renegotiation.IsOver(pair.Server))
                {
                    Renegotiation.Prepare(pair.Server);
                }

                Assert.True(await pair.Server.SendAll(down.AsMemory(sent, piece)));
            }

            done++;
        }

        async LoopTask Receive(TlsConnection connection, byte[] into)
        {
            await connection.ReadExactly(into, into.Length);
            done++;
        }
    }

    [Fact]
    public void Renegotiation_TheServerDoesNotGoOnWith_EndsWithTheServersEnd()
    {
        TlsPair pair = Connected(isTls10: false, isByteByByte: false);
        Ask(pair);
        pair.Settle();
        Assert.Equal(Connection.WouldBlock, pair.Client.Receive(new byte[10]));
        pair.Pair.Server.Close();
        pair.Settle();
        Assert.True(pair.Client.PeerHungUp);
        Assert.Equal(Connection.Ended, pair.Client.Receive(new byte[10]));
        Assert.NotEqual(ConnectionEnd.None, pair.Client.End);
        End(pair);
    }

    [Fact]
    public void Renegotiations_WithoutDataBetweenThem_AreTakenUpToABound()
    {
        TlsPair pair = Connected(isTls10: false, isByteByByte: false);
        int rounds = 0;
        for (; pair.Client.End == ConnectionEnd.None && rounds < 10_000; rounds++)
        {
            Ask(pair);
            Settle(pair);
        }

        Assert.Equal(ConnectionEnd.TlsFailed, pair.Client.End);
        Assert.StartsWith("more than 262405 bytes of TLS in a row", pair.Client.Failure!.Sentence, StringComparison.Ordinal);
        // Enough for any server that means well.
        Assert.InRange(rounds, 50, 9_999);
        End(pair);
    }

    [Fact]
    public void Renegotiation_WhereItIsNotAllowed_IsDeclined()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls12 with { AllowsRenegotiation = false });
        Ask(pair);
        Settle(pair);
        Assert.Equal(0, Renegotiation.Count(pair.Client));
        // What a server makes of that is its own affair; OpenSSL's ends the connection.
        Assert.Equal("no renegotiation", pair.Server.Failure!.Sentence);
        End(pair);
    }

    private TlsPair Connected(bool isTls10, bool isByteByByte) =>
        TlsPair.Connected(credentials, isTls10 ? _tls10 : _tls12, isByteByByte ? TlsPair.ByteByByte : null);

    private static void Ask(TlsPair pair)
    {
        Renegotiation.Prepare(pair.Server);
        pair.BeginServer();
    }

    // Both sides read, as often as there are flights.
    private static void Settle(TlsPair pair)
    {
        for (int flight = 0; flight < 5; flight++)
        {
            pair.Settle();
            Assert.Empty(SimPair.ReceiveAll(pair.Client));
            Assert.Empty(SimPair.ReceiveAll(pair.Server));
        }
    }

    private static void AssertTalks(TlsPair pair)
    {
        Assert.Equal(8, pair.Client.Send("question"u8));
        pair.Settle();
        Assert.Equal("question"u8, SimPair.ReceiveAll(pair.Server));
        Assert.Equal(6, pair.Server.Send("answer"u8));
        pair.Settle();
        Assert.Equal("answer"u8, SimPair.ReceiveAll(pair.Client));
    }

    private static void End(TlsPair pair)
    {
        pair.Client.Close();
        pair.Server.Close();
        pair.AssertNothingIsRented();
    }

    private static byte[] Numbers(int bytes, int step) => [.. Enumerable.Range(0, bytes).Select(i => (byte)((i * step) + (i >> 8)))];
}
