using Weir.Reactor.Tests.Connections;
using Weir.Reactor.Tests.Simulation;

namespace Weir.Reactor.Tests.Tls;

/// <summary>A target that changes its keys on a connection in the pool has sent no data, and has not ended it.</summary>
public sealed class ParkedKeyUpdateTests(Credentials credentials) : IClassFixture<Credentials>
{
    // Header, content type and tag of a record. Source: RFC 8446 §5.2
    private const int RecordOverheadBytes = 5 + 1 + 16;

    // Type and length of a handshake message, and the byte that says whether an answer is asked for.
    private const int UpdateBytes = RecordOverheadBytes + 4 + 1;

    private static readonly TlsOptions _tls13 = new() { LeastVersion = TlsVersion.Tls13 };

    private readonly List<string> _log = [];

    public static TheoryData<bool, bool> Kinds => new()
    {
        { false, false },
        { true, false },
        { false, true },
        { true, true },
    };

    // They cost their sender less than us. Source: ours, TlsContext.MaxBytesWithoutData
    [Theory]
    [InlineData(1_000, ConnectionEnd.None)]
    [InlineData(1_300, ConnectionEnd.TlsFailed)]
    public void KeyUpdates_OfAClientWithoutData_AreTakenUpToABound(int updates, ConnectionEnd end)
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < updates; i++)
            {
                KeyUpdate.Prepare(pair.Client, isAnswerAsked: false);
                pair.BeginClient();
                pair.Settle();
            }

            Assert.Equal(end == ConnectionEnd.None ? Connection.WouldBlock : Connection.Ended, pair.Server.Receive(new byte[10]));
            Assert.Equal(end, pair.Server.End);
            if (end == ConnectionEnd.None)
            {
                // Data between them, and it begins anew.
                Assert.Equal(1, pair.Client.Send("x"u8));
                pair.Settle();
                Assert.Equal("x"u8, SimPair.ReceiveAll(pair.Server));
            }
        }

        pair.Server.Close();
        pair.Client.Close();
        pair.AssertNothingIsRented();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void KeyUpdate_WhileParked_StaysParkedAndUsable(bool isAnswerAsked, bool isByteByByte)
    {
        TlsPair pair = Parked(isByteByByte ? TlsPair.ByteByByte : null);
        long sent = pair.Pair.Client.BytesSent;
        // Twice, as the keys of the first are in use for the second.
        for (int i = 0; i < 2; i++)
        {
            long received = pair.Pair.Client.BytesReceived;
            KeyUpdate.Prepare(pair.Server, isAnswerAsked);
            pair.BeginServer();
            pair.Settle();
            Assert.Equal(UpdateBytes, pair.Pair.Client.BytesReceived - received);
            Assert.Empty(_log);
            Assert.Equal(0, pair.Client.BytesReceived);
            Assert.Equal(ConnectionEnd.None, pair.Client.End);
            Assert.False(pair.Client.CanReceiveNow);
            pair.AssertNothingIsRented();
        }

        pair.Client.IsParked = false;
        Assert.Equal(8, pair.Client.Send("question"u8));
        pair.Settle();
        // The answer may wait for the next data, and one is enough to all that asked for it. Source: RFC 8446 §4.6.3
        long answers = (pair.Pair.Client.BytesSent - sent - RecordOverheadBytes - 8) / UpdateBytes;
        Assert.InRange(answers, isAnswerAsked ? 1 : 0, isAnswerAsked ? 2 : 0);
        Assert.Equal("question"u8, SimPair.ReceiveAll(pair.Server));
        Assert.Equal(6, pair.Server.Send("answer"u8));
        pair.Settle();
        Assert.Equal("answer"u8, SimPair.ReceiveAll(pair.Client));
        Assert.Equal(6, pair.Client.BytesReceived);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KeyUpdate_WithDataBehindIt_IsReportedAsData(bool isAnswerAsked)
    {
        TlsPair pair = Parked(null);
        KeyUpdate.Prepare(pair.Server, isAnswerAsked);
        Assert.Equal(1, pair.Server.Send("x"u8));
        pair.Settle();
        Assert.Equal(["parked"], _log);
    }

    // With the tickets of the handshake already there: what stirs from now on is the update.
    private TlsPair Parked(SimNetworkOptions? network)
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13, network);
        pair.Client.Observer = new RecordingObserver(_log);
        pair.Client.IsParked = true;
        pair.Settle();
        Assert.Empty(_log);
        return pair;
    }
}
