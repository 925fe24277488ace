using System.Net.Sockets;
using System.Text;

namespace Weir.Reactor.Tests.Connections;

/// <summary>How the end of a connection is named, over the kernel's TCP, in every order of events that was met.</summary>
public sealed class ConnectionEndTests : IDisposable
{
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void End_PeerClosesInOrder_IsFin()
    {
        using var pair = Pair.Accepted(_thread);
        Assert.Equal(ConnectionEnd.None, _thread.Call(_ => pair.Connection.End));
        pair.Peer.Close();
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.Fin, EndOf(pair));
    }

    [Fact]
    public void End_DataAndFinInOneEvent_AllDataIsReadThenFin()
    {
        using var pair = Pair.Accepted(_thread);
        HoldLoopWhile(() =>
        {
            pair.Peer.Send(Encoding.ASCII.GetBytes(new string('x', 10_000)));
            pair.Peer.Close();
        });
        // 4,096 at a time: two full reads, a short one, and no further edge for the FIN behind it.
        Assert.Equal(10_000, ReadToEnd(pair).Length);
        Assert.Equal(ConnectionEnd.Fin, EndOf(pair));
    }

    [Fact]
    public void End_PeerResets_IsRst()
    {
        using var pair = Pair.Accepted(_thread);
        pair.ResetByPeer();
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.Rst, EndOf(pair));
    }

    [Fact]
    public void End_PeerResetsAfterItsBytes_IsRstAfterDataUntilTheNextMark()
    {
        using var pair = Pair.Accepted(_thread);
        pair.Peer.Send("abc"u8);
        Assert.Equal("abc", Read(pair, 3));
        pair.ResetByPeer();
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.RstAfterData, EndOf(pair));
        _thread.Call(_ => pair.Connection.Mark());
        Assert.Equal(ConnectionEnd.Rst, EndOf(pair));
    }

    [Fact]
    public void End_ResetBehindUnreadBytes_BytesAreReadFirst()
    {
        using var pair = Pair.Accepted(_thread);
        HoldLoopWhile(() =>
        {
            pair.Peer.Send("last words"u8);
            pair.ResetByPeer();
        });
        Assert.Equal("last words", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.RstAfterData, EndOf(pair));
    }

    [Fact]
    public void End_FinThenOurWriteThenReset_ReadAfterwards_IsFinThenRst()
    {
        using var pair = Pair.Accepted(_thread);
        FinThenReset(pair);
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.FinThenRst, EndOf(pair));
    }

    [Fact]
    public void End_FinThenOurWriteThenReset_SentAgain_IsFinThenRst()
    {
        using var pair = Pair.Accepted(_thread);
        FinThenReset(pair);
        Assert.Equal(Connection.SendFailed, _thread.Call(_ => pair.Connection.Send("two"u8)));
        Assert.Equal(ConnectionEnd.FinThenRst, EndOf(pair));
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.FinThenRst, EndOf(pair));
    }

    [Fact]
    public void End_FinAndResetInOneEvent_IsFinThenRst()
    {
        using var pair = Pair.Accepted(_thread);
        // The peer's FIN is in the kernel, and nothing of it seen by the loop, when the loop sends and is answered.
        HoldLoopWhile(
            () => pair.Peer.Close(),
            () => Assert.Equal(3, pair.Connection.Send("one"u8)));
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.FinThenRst, EndOf(pair));
    }

    [Fact]
    public void End_SendMeetsTheResetFirst_IsRst()
    {
        using var pair = Pair.Accepted(_thread);
        int sent = 0;
        HoldLoopWhile(pair.ResetByPeer, () => sent = pair.Connection.Send("one"u8));
        Assert.Equal(Connection.SendFailed, sent);
        Assert.Equal(ConnectionEnd.Rst, EndOf(pair));
        // Receive says 0 now, although no FIN came.
        Assert.Equal("", ReadToEnd(pair));
        Assert.Equal(ConnectionEnd.Rst, EndOf(pair));
    }

    [Fact]
    public void End_ClosedBeforeAnyReceiveAfterTheReset_StillNamesTheReset()
    {
        using var pair = Pair.Accepted(_thread);
        pair.ResetByPeer();
        _thread.Run(async _ =>
        {
            await pair.Connection.WhenHungUp();
            pair.Connection.Close();
        });
        Assert.Equal(ConnectionEnd.Rst, EndOf(pair));
    }

    [Fact]
    public void End_WeClose_IsClosedByUsAndThePeerSeesTheFin()
    {
        using var pair = Pair.Accepted(_thread);
        _thread.Call(_ => pair.Connection.Close());
        Assert.Equal(ConnectionEnd.ClosedByUs, EndOf(pair));
        Assert.Equal(0, pair.Peer.Receive(new byte[16]));
        Assert.Equal(Connection.Ended, _thread.Call(_ => pair.Connection.Receive(new byte[16])));
        Assert.Equal(Connection.SendFailed, _thread.Call(_ => pair.Connection.Send("x"u8)));
    }

    [Fact]
    public void End_WeAbort_PeerSeesTheReset()
    {
        using var pair = Pair.Accepted(_thread);
        _thread.Call(_ => pair.Connection.Abort());
        Assert.Equal(ConnectionEnd.ClosedByUs, EndOf(pair));
        AssertPeerMeetsReset(pair);
    }

    [Fact]
    public void End_WeCloseWithUnreadBytes_PeerSeesTheReset()
    {
        using var pair = Pair.Accepted(_thread);
        HoldLoopWhile(() => pair.Peer.Send("unread"u8), pair.Connection.Close);
        AssertPeerMeetsReset(pair);
    }

    [Fact]
    public void End_PeerNeverAcknowledges_IsTimeout()
    {
        using var pair = Pair.Connected(_thread);
        // Loopback loses nothing, so the peer's window does it: closed for longer than the user timeout allows.
        string end = _thread.Run(async loop =>
        {
            ((EpollConnection)pair.Connection).SetUserTimeout(300);
            byte[] block = new byte[256 * 1024];
            while (pair.Connection.Send(block) > 0)
            {
            }

            string read = await pair.Connection.ReadToEnd();
            return read + pair.Connection.End;
        });
        Assert.Equal(nameof(ConnectionEnd.Timeout), end);
    }

    [Theory]
    [InlineData(false, false, false, false, false, ConnectionEnd.None)]
    [InlineData(true, false, false, false, false, ConnectionEnd.Fin)]
    [InlineData(true, false, false, true, true, ConnectionEnd.Fin)]
    [InlineData(false, true, false, false, false, ConnectionEnd.Rst)]
    [InlineData(false, true, false, false, true, ConnectionEnd.RstAfterData)]
    [InlineData(true, true, false, true, true, ConnectionEnd.FinThenRst)]
    [InlineData(true, false, true, false, false, ConnectionEnd.Timeout)]
    [InlineData(false, false, true, true, false, ConnectionEnd.Timeout)]
    [InlineData(false, false, false, true, true, ConnectionEnd.ClosedByUs)]
    public void Name_AnyEvidence_FollowsTheOneRule(
        bool fin, bool reset, bool timedOut, bool closedByUs, bool bytesSinceMark, ConnectionEnd expected)
    {
        var evidence = new EndEvidence { PeerFin = fin, Reset = reset, TimedOut = timedOut, ClosedByUs = closedByUs };
        Assert.Equal(expected, evidence.Name(bytesSinceMark));
    }

    [Fact]
    public void ShutdownSend_ThenSend_FailsWithoutInventingEvidence()
    {
        using var pair = Pair.Accepted(_thread);
        _thread.Call(_ => pair.Connection.ShutdownSend());
        Assert.Equal(Connection.SendFailed, _thread.Call(_ => pair.Connection.Send("x"u8)));
        Assert.Equal(ConnectionEnd.None, EndOf(pair));
    }

    private static void AssertPeerMeetsReset(Pair pair)
    {
        var exception = Assert.Throws<SocketException>(() => pair.Peer.Receive(new byte[16]));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    private void FinThenReset(Pair pair)
    {
        pair.Peer.Close();
        _thread.Run(async _ =>
        {
            await pair.Connection.WhenHungUp();
            Assert.Equal(ConnectionEnd.Fin, pair.Connection.End);
            // The closed peer answers this with a reset; over loopback it is back before send returns.
            Assert.Equal(3, pair.Connection.Send("one"u8));
        });
    }

    // While it is held the loop takes no events, so what the peer does arrives with it in one batch.
    private void HoldLoopWhile(Action peerActs, Action? thenOnLoop = null) =>
        _thread.Call(_ =>
        {
            peerActs();
            thenOnLoop?.Invoke();
        });

    private string ReadToEnd(Pair pair) => _thread.Run(_ => pair.Connection.ReadToEnd());

    private string Read(Pair pair, int bytes) => _thread.Run(async _ =>
    {
        byte[] buffer = new byte[bytes];
        await pair.Connection.ReadExactly(buffer, bytes);
        return Encoding.ASCII.GetString(buffer);
    });

    private ConnectionEnd EndOf(Pair pair) => _thread.Call(_ => pair.Connection.End);
}
