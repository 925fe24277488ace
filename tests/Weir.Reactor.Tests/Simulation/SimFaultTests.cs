namespace Weir.Reactor.Tests.Simulation;

public class SimFaultTests
{
    [Fact]
    public void Reset_PlannedAtAByte_LetsNoLaterByteThrough()
    {
        SimPair pair = Faulty(new SimDirectionPlan { Fault = SimFaultKind.Reset, AtByte = 1000 });
        pair.Client.Send(new byte[5000]);
        pair.Settle();
        Assert.Equal(1000, SimPair.ReceiveAll(pair.Server).Length);
        Assert.Equal(ConnectionEnd.RstAfterData, pair.Server.End);
        Assert.Equal(Connection.SendFailed, pair.Client.Send("more"u8));
        Assert.Equal(ConnectionEnd.Rst, pair.Client.End);
    }

    [Fact]
    public void Reset_PlannedAtByte0_StrikesInsteadOfTheFirstByte()
    {
        SimPair pair = Faulty(new SimDirectionPlan { Fault = SimFaultKind.Reset, AtByte = 0 });
        pair.Settle();
        Assert.Equal(ConnectionEnd.None, pair.Server.End);
        pair.Client.Send("x"u8);
        pair.Settle();
        Assert.Empty(SimPair.ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
    }

    [Fact]
    public void Vanish_PlannedAtAByte_SwallowsBothDirectionsWithoutAWord()
    {
        SimPair pair = Faulty(new SimDirectionPlan { Fault = SimFaultKind.Vanish, AtByte = 2 });
        pair.Client.Send("abc"u8);
        pair.Server.Send("answer"u8);
        pair.Network.RunFor(TimeSpan.FromMinutes(10));
        Assert.Empty(SimPair.ReceiveAll(pair.Client));
        Assert.Empty(SimPair.ReceiveAll(pair.Server));
        Assert.Equal(ConnectionEnd.None, pair.Client.End);
        Assert.Equal(0, pair.Client.BytesAcknowledged());
    }

    [Fact]
    public void Stall_PlannedAtAByte_DelaysWhatFollows()
    {
        SimPair pair = Faulty(new SimDirectionPlan
        {
            Fault = SimFaultKind.Stall,
            AtByte = 3,
            StallFor = TimeSpan.FromSeconds(7),
        });
        pair.Client.Send("abcdef"u8);
        pair.Network.RunFor(TimeSpan.FromSeconds(6.9));
        Assert.Equal("abc"u8.ToArray(), SimPair.ReceiveAll(pair.Server));
        pair.Network.RunFor(TimeSpan.FromSeconds(0.2));
        Assert.Equal("def"u8.ToArray(), SimPair.ReceiveAll(pair.Server));
    }

    [Fact]
    public void Reset_ByAMiddlebox_ReachesBothEnds()
    {
        var pair = new SimPair();
        pair.Network.Reset(pair.Client);
        pair.Settle();
        SimPair.Receive(pair.Client);
        SimPair.Receive(pair.Server);
        Assert.Equal(ConnectionEnd.Rst, pair.Client.End);
        Assert.Equal(ConnectionEnd.Rst, pair.Server.End);
    }

    [Fact]
    public void RandomFaults_AtTheirRates_AreDrawnFromTheSeedAlone()
    {
        var faults = new SimRandomFaults { RefuseRate = 0.2, ResetRate = 0.3, StallRate = 0.1, OneByteRate = 0.1 };
        SimConnectionPlan[] first = Draw();
        Assert.Equal(first, Draw());
        Assert.InRange(first.Count(plan => plan.Fate == SimConnectFate.Refuse), 150, 250);
        Assert.InRange(first.Count(plan => Faults(plan).Contains(SimFaultKind.Reset)), 250, 350);
        Assert.InRange(first.Count(plan => Faults(plan).Contains(SimFaultKind.Stall)), 60, 140);
        Assert.InRange(first.Count(plan => plan.FromAcceptor.MaxSegmentBytes == 1), 60, 140);

        SimConnectionPlan[] Draw()
        {
            var random = new LoopRandom(SimPair.Seed);
            SimLoop loop = new SimNetwork(SimPair.Seed).CreateLoop("client");
            return [.. Enumerable.Range(1, 1000).Select(
                number => faults.Plan(new SimConnect(number, loop, SimPair.ServerEndPoint), random))];
        }

        static SimFaultKind[] Faults(SimConnectionPlan plan) => [plan.FromConnector.Fault, plan.FromAcceptor.Fault];
    }

    private static SimPair Faulty(SimDirectionPlan plan) =>
        new(SimPair.Plain with { Faults = new FixedFaults(new SimConnectionPlan { FromConnector = plan }) });
}
