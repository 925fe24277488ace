namespace Weir.Reactor.Tests.Simulation;

public class SimLoopTests : ITimerTarget, IConnectionObserver
{
    private readonly List<string> _happened = [];

    void ITimerTarget.OnTimer(LoopTimer timer) => _happened.Add("timer");

    void IConnectionObserver.OnParkedActivity(Connection connection) => _happened.Add("parked");

    void IConnectionObserver.OnHangup(Connection connection) => _happened.Add("hangup");

    [Fact]
    public void Clock_AtTheStart_IsTheFirstOfJanuary2026()
    {
        var network = new SimNetwork(1);
        Assert.Equal(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000,
            network.UnixMicros);
        network.RunFor(TimeSpan.FromHours(5));
        Assert.Equal(SimNetwork.StartUnixMicros + (5 * 3_600_000_000L), network.CreateLoop("late").UnixMicros);
        Assert.Equal(TimeSpan.FromHours(5), network.Elapsed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(350_000)]
    [InlineData(86_400_000)]
    public void Timer_SetForADelay_FiresInThatMillisecond(int delayMs)
    {
        var network = new SimNetwork(1);
        SimLoop loop = network.CreateLoop("loop");
        var timer = new LoopTimer(loop, this);
        timer.Set(loop.NowMs + delayMs);
        Assert.True(network.RunUntil(() => _happened.Count > 0, TimeSpan.FromDays(2)));
        Assert.InRange(network.Elapsed, TimeSpan.FromMilliseconds(delayMs), TimeSpan.FromMilliseconds(delayMs + 1));
    }

    [Fact]
    public void Timer_Cleared_DoesNotFire()
    {
        var network = new SimNetwork(1);
        SimLoop loop = network.CreateLoop("loop");
        var timer = new LoopTimer(loop, this);
        timer.Set(loop.NowMs + 10);
        network.RunFor(TimeSpan.FromMilliseconds(5));
        timer.Clear();
        Assert.True(network.RunUntilIdle(TimeSpan.FromSeconds(1)));
        Assert.Empty(_happened);
    }

    [Fact]
    public void Timer_SetAgainAndAgain_LeavesNoEventsBehind()
    {
        var pair = new SimPair();
        var timer = new LoopTimer(pair.ServerLoop, this);
        long before = pair.Network.DeliveredEvents;
        for (int i = 0; i < 1000; i++)
        {
            timer.Set(pair.ServerLoop.NowMs + 60_000);
            pair.Client.Send("x"u8);
            pair.RunMs(3);
        }

        Assert.True(pair.Network.RunUntilIdle(TimeSpan.FromHours(1)));
        // Data, acknowledgement and a turn at each end; beyond them the few that the wheel asks for.
        Assert.InRange(pair.Network.DeliveredEvents - before, 3000, 4500);
        Assert.Single(_happened);
    }

    [Fact]
    public void Turn_WithEverythingAtOnce_KeepsTheOrderOfTheProductionLoop()
    {
        var pair = new SimPair();
        SimLoop loop = pair.ServerLoop;
        Loop.Start(Read());
        long dueMicros = (loop.NowMicros + 5000) / 1000 * 1000;
        var untilJustBefore = TimeSpan.FromMicroseconds(dueMicros - loop.NowMicros - 1);
        pair.Network.After(untilJustBefore - TimeSpan.FromMilliseconds(1), () => pair.Client.Send("x"u8));
        pair.Network.After(untilJustBefore, () => loop.Post(() => _happened.Add("posted")));
        new LoopTimer(loop, this).Set(dueMicros / 1000);
        pair.Settle();
        Assert.Equal(["readable", "timer", "posted", "ready"], _happened);

        async LoopTask Read()
        {
            await pair.Server.WhenReadable();
            _happened.Add("readable");
            await loop.Yield();
            _happened.Add("ready");
        }
    }

    [Fact]
    public void ParkedConnection_ThatIsClosed_IsDealtWithBeforeAnyOtherCode()
    {
        // Two connections of one client stir in one turn: the one that is read first, the parked one behind it.
        var pair = new SimPair(SimPair.Plain with { TurnDelayMicros = 0 });
        Connection parked = pair.ClientLoop.Connect(SimPair.ServerEndPoint)!;
        Connection first = pair.Client;
        Connection firstServer = pair.Server;
        pair.Settle();
        parked.Observer = this;
        parked.IsParked = true;
        Loop.Start(Read());
        firstServer.Send("x"u8);
        pair.Server.Close();
        pair.Settle();
        Assert.Equal(["parked", "readable"], _happened);

        async LoopTask Read()
        {
            await first.WhenReadable();
            _happened.Add("readable");
        }
    }

    [Fact]
    public void Hangup_OfAConnectionThatNobodyReads_IsReported()
    {
        var pair = new SimPair();
        pair.Client.Observer = this;
        pair.Server.Close();
        pair.Settle();
        Assert.Equal(["hangup"], _happened);
        Assert.True(pair.Client.PeerHungUp);
        Assert.Equal(ConnectionEnd.Fin, pair.Client.End);
    }

    [Fact]
    public void Exception_ThatNobodyAwaits_EndsTheRunAndNamesTheSeed()
    {
        var network = new SimNetwork(4711);
        SimLoop loop = network.CreateLoop("loop");
        loop.Post(() => Loop.Start(Fail()));
        InvalidOperationException failure =
            Assert.Throws<InvalidOperationException>(() => network.RunFor(TimeSpan.FromSeconds(1)));
        Assert.Contains("4711", failure.Message, StringComparison.Ordinal);
        Assert.IsType<ArithmeticException>(failure.InnerException);

        async LoopTask Fail()
        {
            await loop.Yield();
            throw new ArithmeticException();
        }
    }

    [Fact]
    public void Coroutine_ThatNeverWaits_DoesNotHoldTimeStill()
    {
        var network = new SimNetwork(1);
        SimLoop loop = network.CreateLoop("loop");
        long yields = 0;
        loop.Post(() => Loop.Start(Spin()));
        network.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.InRange(yields, 100, 10_000);

        async LoopTask Spin()
        {
            while (true)
            {
                yields++;
                await loop.Yield();
            }
        }
    }

    [Fact]
    public void Network_RunFromWithinItself_Refuses()
    {
        var network = new SimNetwork(1);
        Exception? refused = null;
        network.After(TimeSpan.Zero, () => refused = Record.Exception(() => network.RunFor(TimeSpan.FromSeconds(1))));
        network.RunFor(TimeSpan.FromSeconds(1));
        Assert.IsType<InvalidOperationException>(refused);
    }
}
