namespace Weir.Reactor.Tests.Simulation;

public class SimTcpTests
{
    [Fact]
    public void Data_SentInPieces_ArrivesInOrderAfterTheLatency()
    {
        var pair = new SimPair();
        Assert.Equal(3, pair.Client.Send("abc"u8));
        Assert.Equal(3, pair.Client.Send("def"u8));
        pair.Network.RunFor(TimeSpan.FromMicroseconds(999));
        Assert.Equal(Connection.WouldBlock, SimPair.Receive(pair.Server));
        pair.Settle();
        Assert.Equal("abcdef"u8.ToArray(), SimPair.ReceiveAll(pair.Server));
        Assert.Equal(6, pair.Server.BytesReceived);
        Assert.Equal(ConnectionEnd.None, pair.Server.End);
    }

    [Fact]
    public void Fin_BehindData_ComesAfterAllOfIt()
    {
        var pair = new SimPair();
        pair.Client.Send(new byte[10_000]);
        pair.Client.Close();
        pair.Settle();
        Assert.True(pair.Server.PeerHungUp);
        Assert.Equal(10_000, SimPair.ReceiveAll(pair.Server).Length);
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(ConnectionEnd.Fin, pair.Server.End);
    }

    [Fact]
    public void HalfClose_OtherDirection_StaysOpen()
    {
        var pair = new SimPair();
        pair.Client.ShutdownSend();
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(5, pair.Server.Send("later"u8));
        pair.Settle();
        Assert.Equal("later"u8.ToArray(), SimPair.ReceiveAll(pair.Client));
        Assert.Equal(ConnectionEnd.None, pair.Client.End);
        pair.Server.Close();
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.Fin, pair.Client.End);
    }

    [Fact]
    public void Send_AfterOwnShutdown_FailsWithoutBlamingThePeer()
    {
        var pair = new SimPair();
        pair.Client.ShutdownSend();
        Assert.Equal(Connection.SendFailed, pair.Client.Send("x"u8));
        Assert.Equal(ConnectionEnd.None, pair.Client.End);
    }

    [Fact]
    public void Abort_OfTheClient_IsAPureResetAtTheServer()
    {
        var pair = new SimPair();
        pair.Client.Abort();
        pair.Settle();
        Assert.Equal(ConnectionEnd.ClosedByUs, pair.Client.End);
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
    }

    [Fact]
    public void Reset_TakenBySend_ReceiveThenEndsAndItIsStillAReset()
    {
        var pair = new SimPair();
        pair.Client.Abort();
        pair.Settle();
        Assert.Equal(Connection.SendFailed, pair.Server.Send("x"u8));
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(Connection.SendFailed, pair.Server.Send("x"u8));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
    }

    [Fact]
    public void Reset_AfterDataOfThisExchange_IsRstAfterDataAndKeepsWhatWasReceived()
    {
        var pair = new SimPair();
        pair.Client.Send("partial"u8);
        pair.Settle();
        pair.Client.Abort();
        pair.Settle();
        Assert.Equal("partial"u8.ToArray(), SimPair.ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.RstAfterData, pair.Server.End);
    }

    [Fact]
    public void Reset_OnOtherStacks_DiscardsWhatWasReceivedAndNotRead()
    {
        var pair = new SimPair(SimPair.Plain with { ResetDiscardsReceived = true });
        pair.Client.Send("partial"u8);
        pair.Settle();
        pair.Client.Abort();
        pair.Settle();
        Assert.Empty(SimPair.ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
    }

    [Fact]
    public void Reset_BehindStalledData_OvertakesAndDiscardsIt()
    {
        var slowDown = new SimLinkOptions { LatencyMicros = 1000, JitterMicros = 0, SplitProbability = 0 };
        var pair = new SimPair(SimPair.Plain with { Link = slowDown });
        pair.Network.Stall(pair.Client, TimeSpan.FromMilliseconds(50));
        pair.Client.Send("under way"u8);
        pair.Network.Reset(pair.Server);
        pair.RunMs(40);
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
        pair.Settle();
        Assert.Empty(SimPair.ReceiveAll(pair.Server));
        Assert.Equal(0, pair.Network.DeliveredTo(pair.Server).Bytes);
    }

    [Fact]
    public void Data_ToAClosedSocket_IsAnsweredByReset_FinThenRst()
    {
        var pair = new SimPair();
        pair.Server.Close();
        pair.RunMs(10);
        // The 502 race: the FIN is there, and the request is sent nevertheless.
        Assert.Equal(3, pair.Client.Send("GET"u8));
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.FinThenRst, pair.Client.End);
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.FinThenRst, pair.Client.End);
    }

    [Fact]
    public void FinThenReset_SeenBySendFirst_IsNamedTheSame()
    {
        var pair = new SimPair();
        pair.Server.Close();
        pair.RunMs(10);
        pair.Client.Send("GET"u8);
        pair.Settle();
        Assert.Equal(Connection.SendFailed, pair.Client.Send("more"u8));
        Assert.Equal(ConnectionEnd.FinThenRst, pair.Client.End);
    }

    [Fact]
    public void RequestAndFin_CrossingOnTheWire_EndAsFinThenRst()
    {
        var pair = new SimPair();
        pair.Server.Close();
        pair.Client.Send("GET"u8);
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.FinThenRst, pair.Client.End);
        Assert.Equal(0, pair.Client.BytesAcknowledged());
    }

    [Fact]
    public void Close_WithUnreadBytes_SendsResetInsteadOfFin()
    {
        var pair = new SimPair();
        pair.Client.Send("never read"u8);
        pair.Settle();
        pair.Server.Close();
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.Rst, pair.Client.End);
        Assert.Equal(new SimDelivered(Fin: false, Reset: true, GaveUp: false, Bytes: 0), pair.Network.DeliveredTo(pair.Client));
    }

    [Fact]
    public void Close_OfBothAtOnce_EndsInOrderOnBoth()
    {
        var pair = new SimPair();
        pair.Client.ShutdownSend();
        pair.Server.ShutdownSend();
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Server));
        Assert.Equal(ConnectionEnd.Fin, pair.Client.End);
        Assert.Equal(ConnectionEnd.Fin, pair.Server.End);
    }

    [Fact]
    public void Vanish_OfThePeer_TimesOutWhatIsNeverAcknowledged()
    {
        var pair = new SimPair();
        pair.Network.Vanish(pair.Client);
        pair.Client.Send("hello?"u8);
        pair.Network.RunFor(TimeSpan.FromSeconds(900));
        Assert.Equal(Connection.WouldBlock, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.None, pair.Client.End);
        pair.Network.RunFor(TimeSpan.FromSeconds(60));
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.Timeout, pair.Client.End);
        Assert.Equal(ConnectionEnd.None, pair.Server.End);
    }

    [Fact]
    public void Vanish_BehindAClosedWindow_LetsGoOfWhatTheClosedEndStillHad()
    {
        var pair = new SimPair();
        byte[] bytes = new byte[64 * 1024];
        while (pair.Client.Send(bytes) > 0)
        {
            pair.Network.RunFor(TimeSpan.FromSeconds(1));
        }

        pair.Network.Vanish(pair.Client);
        pair.Client.Close();
        pair.Network.RunFor(TimeSpan.FromSeconds(1000));
        pair.Server.Abort();
        Assert.True(pair.Network.RunUntilIdle(TimeSpan.FromSeconds(1000)));
        Assert.Equal(0, pair.Network.SegmentsInUse);
    }

    [Fact]
    public void Timeout_TakenByReceive_IsNotTakenForAResetByALaterSend()
    {
        var pair = new SimPair();
        pair.Network.Vanish(pair.Client);
        pair.Client.Send("hello?"u8);
        pair.Network.RunFor(TimeSpan.FromSeconds(1000));
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(Connection.SendFailed, pair.Client.Send("still there?"u8));
        Assert.Equal(ConnectionEnd.Timeout, pair.Client.End);
    }

    [Fact]
    public void Close_WithoutAReceiveAfterTheReset_StillLearnsOfIt()
    {
        var pair = new SimPair();
        pair.Client.Abort();
        pair.Settle();
        pair.Server.Close();
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
    }

    [Fact]
    public void Silence_OfTheAddress_SwallowsTheFinToo()
    {
        var pair = new SimPair();
        pair.Network.SetSilent(SimPair.ServerEndPoint.Address, silent: true);
        pair.Server.Close();
        pair.Settle();
        Assert.Equal(Connection.WouldBlock, SimPair.Receive(pair.Client));
        Assert.False(pair.Client.PeerHungUp);
    }

    [Fact]
    public void BytesAcknowledged_RiseAfterARoundTrip()
    {
        var pair = new SimPair();
        pair.Client.Send("12345"u8);
        pair.Network.RunFor(TimeSpan.FromMicroseconds(1900));
        Assert.Equal(0, pair.Client.BytesAcknowledged());
        pair.Network.RunFor(TimeSpan.FromMicroseconds(200));
        Assert.Equal(5, pair.Client.BytesAcknowledged());
    }

    [Fact]
    public void Kill_OfTheServer_ClosesItsConnectionsAndRefusesNewOnes()
    {
        var pair = new SimPair();
        pair.ServerLoop.Kill();
        pair.Settle();
        Assert.Equal(Connection.Ended, SimPair.Receive(pair.Client));
        Assert.Equal(ConnectionEnd.Fin, pair.Client.End);
        Connection again = pair.ClientLoop.Connect(SimPair.ServerEndPoint)!;
        pair.Settle();
        Assert.Equal(ConnectOutcome.Refused, again.FinishConnect());
    }

    [Fact]
    public void EndPoints_OfBothSides_Mirror()
    {
        var pair = new SimPair();
        Assert.Equal(pair.Client.LocalEndPoint, pair.Server.RemoteEndPoint);
        Assert.Equal(pair.Client.RemoteEndPoint, pair.Server.LocalEndPoint);
        Assert.Equal(pair.ClientLoop.Address, pair.Client.LocalEndPoint.Address);
    }

    [Fact]
    public void Segments_AfterEverythingHasEnded_AreAllGivenBack()
    {
        var pair = new SimPair();
        pair.Client.Send(new byte[200_000]);
        pair.Settle();
        pair.Client.Abort();
        pair.Server.Close();
        pair.Network.RunUntilIdle(TimeSpan.FromHours(1));
        Assert.Equal(0, pair.Network.SegmentsInUse);
    }
}
