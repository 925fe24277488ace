namespace Weir.Reactor.Tests.Simulation;

/// <summary>Within one process; ./dev sim compares processes and compilers.</summary>
public class SimDeterminismTests : ITimerTarget
{
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        // Only that it fires, and when, matters: a turn is an event of the trace.
    }

    [Fact]
    public void Scenario_RunTwice_TakesTheSameCourse()
    {
        SimReplayOutcome outcome = SimReplay.Compare(7, new SimNetworkOptions(), network => Chat(network, TimeSpan.Zero));
        Assert.True(outcome.IsSame);
    }

    [Fact]
    public void Scenario_WithAnotherSeed_TakesAnother()
    {
        SimReplayOutcome seven = SimReplay.Compare(7, new SimNetworkOptions(), network => Chat(network, TimeSpan.Zero));
        SimReplayOutcome eight = SimReplay.Compare(8, new SimNetworkOptions(), network => Chat(network, TimeSpan.Zero));
        Assert.NotEqual(seven.First, eight.First);
    }

    [Fact]
    public void Scenario_WithADelayThatTheSeedDoesNotGive_IsCaught()
    {
        SimReplayOutcome outcome = SimReplay.Compare(
            7,
            new SimNetworkOptions(),
            network => Chat(network, TimeSpan.FromMilliseconds(BitConverter.ToUInt32(Guid.NewGuid().ToByteArray()))));
        Assert.False(outcome.IsSame);
    }

    [Fact]
    public void Scenario_WithBytesThatTheSeedDoesNotGive_IsCaught()
    {
        SimReplayOutcome outcome = SimReplay.Compare(
            7,
            new SimNetworkOptions(),
            network => Chat(network, TimeSpan.Zero, Guid.NewGuid().ToByteArray()));
        Assert.False(outcome.IsSame);
    }

    [Fact]
    public void Trace_AsText_DoesNotChangeTheHash()
    {
        var plain = new SimNetwork(7);
        Chat(plain, TimeSpan.Zero);
        var text = new StringWriter();
        var traced = new SimNetwork(7) { Trace = text };
        Chat(traced, TimeSpan.Zero);
        Assert.Equal(plain.TraceHash, traced.TraceHash);
        Assert.Contains("client       SynAck       #2", text.ToString(), StringComparison.Ordinal);
    }

    private void Chat(SimNetwork network, TimeSpan planted, byte[]? bytes = null)
    {
        SimLoop server = network.CreateLoop("server", SimPair.ServerEndPoint.Address);
        SimLoop client = network.CreateLoop("client");
        server.Listen(SimPair.ServerEndPoint, new Sink());
        new LoopTimer(server, this).Set(server.NowMs + (long)planted.TotalMilliseconds);
        client.Post(() => Loop.Start(Talk()));
        network.RunUntilIdle(TimeSpan.FromDays(100));

        async LoopTask Talk()
        {
            Connection connection = client.Connect(SimPair.ServerEndPoint)!;
            await connection.WhenWritable();
            for (int i = 0; i < 10; i++)
            {
                connection.Send(bytes ?? "sixteen bytes..."u8);
                await client.Yield();
            }

            connection.Close();
        }
    }

    /// <summary>Reads nothing and keeps everything open.</summary>
    private sealed class Sink : IAcceptTarget
    {
        public void OnAccepted(Connection connection)
        {
        }

        public void OnAcceptPaused(int error)
        {
        }
    }
}
