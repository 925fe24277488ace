using System.Net;

namespace Weir.Reactor.Tests.Simulation;

public class SimConnectTests : IAcceptTarget
{
    private static readonly IPEndPoint _server = new(IPAddress.Parse("10.1.0.1"), 80);
    private readonly List<Connection> _accepted = [];
    private readonly List<int> _pauses = [];

    void IAcceptTarget.OnAccepted(Connection connection) => _accepted.Add(connection);

    void IAcceptTarget.OnAcceptPaused(int error) => _pauses.Add(error);

    [Fact]
    public void Connect_ToAListener_TakesOneRoundTrip()
    {
        (SimNetwork network, SimLoop client) = Listening();
        Connection connection = client.Connect(_server)!;
        network.RunFor(TimeSpan.FromMicroseconds(1990));
        Assert.Equal(ConnectOutcome.Pending, connection.FinishConnect());
        network.RunFor(TimeSpan.FromMicroseconds(20));
        Assert.Equal(ConnectOutcome.Connected, connection.FinishConnect());
        Assert.Empty(_accepted);
        network.RunFor(TimeSpan.FromMilliseconds(2));
        Assert.Single(_accepted);
    }

    [Fact]
    public void Connect_WhereNobodyListens_IsRefused()
    {
        (SimNetwork network, SimLoop client) = Listening();
        Connection connection = client.Connect(new IPEndPoint(_server.Address, 81))!;
        network.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(ConnectOutcome.Refused, connection.FinishConnect());
    }

    [Fact]
    public void Connect_ToAnAddressThatNobodyHas_IsUnreachable()
    {
        (SimNetwork network, SimLoop client) = Listening();
        Connection connection = client.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 80))!;
        network.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(ConnectOutcome.Unreachable, connection.FinishConnect());
    }

    [Fact]
    public void Connect_ToASilentAddress_TimesOutAfterTheKernelsPatience()
    {
        (SimNetwork network, SimLoop client) = Listening();
        network.SetSilent(_server.Address, silent: true);
        Connection connection = client.Connect(_server)!;
        network.RunFor(TimeSpan.FromSeconds(126));
        Assert.Equal(ConnectOutcome.Pending, connection.FinishConnect());
        network.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(ConnectOutcome.TimedOut, connection.FinishConnect());
    }

    [Theory]
    [InlineData(SimConnectFate.Refuse, ConnectOutcome.Refused)]
    [InlineData(SimConnectFate.Unreachable, ConnectOutcome.Unreachable)]
    [InlineData(SimConnectFate.Swallow, ConnectOutcome.TimedOut)]
    [InlineData(SimConnectFate.Deliver, ConnectOutcome.Connected)]
    public void Connect_WithAPlannedFate_EndsSo(SimConnectFate fate, ConnectOutcome outcome)
    {
        (SimNetwork network, SimLoop client) = Listening(new SimConnectionPlan { Fate = fate });
        Connection connection = client.Connect(_server)!;
        network.RunFor(TimeSpan.FromSeconds(200));
        Assert.Equal(outcome, connection.FinishConnect());
    }

    [Fact]
    public void Connect_WithoutResources_GivesNone()
    {
        (_, SimLoop client) = Listening(new SimConnectionPlan { Fate = SimConnectFate.NoResources });
        Assert.Null(client.Connect(_server));
    }

    [Fact]
    public void Connect_ClosedBeforeTheAnswer_LeavesNothingToAccept()
    {
        (SimNetwork network, SimLoop client) = Listening();
        Connection connection = client.Connect(_server)!;
        network.RunFor(TimeSpan.FromMicroseconds(1500));
        connection.Close();
        Assert.True(network.RunUntilIdle(TimeSpan.FromSeconds(1)));
        Assert.Empty(_accepted);
    }

    [Fact]
    public void Connect_ResetBeforeItWasAskedAbout_WasConnected()
    {
        (SimNetwork network, SimLoop client) = Listening();
        Connection connection = client.Connect(_server)!;
        network.RunFor(TimeSpan.FromMilliseconds(10));
        _accepted[0].Abort();
        network.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(ConnectOutcome.Connected, connection.FinishConnect());
        Assert.Equal(Connection.Ended, SimPair.Receive(connection));
        Assert.Equal(ConnectionEnd.Rst, connection.End);
    }

    [Fact]
    public void Accept_WithoutDescriptors_PausesAndThenGoesOn()
    {
        (SimNetwork network, SimLoop client) = Listening(options: SimPair.Plain with { DescriptorsPerLoop = 3 });
        SimLoop other = network.CreateLoop("other");
        client.Connect(_server);
        client.Connect(_server);
        other.Connect(_server);
        network.RunFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal(2, _accepted.Count);
        Assert.Single(_pauses);
        _accepted[0].Close();
        network.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal(3, _accepted.Count);
    }

    [Fact]
    public void Backlog_Full_DropsTheSynWhichComesAgain()
    {
        (SimNetwork network, SimLoop client) = Listening(
            options: SimPair.Plain with { DescriptorsPerLoop = 3, BacklogConnections = 1 });
        SimLoop other = network.CreateLoop("other");
        client.Connect(_server);
        network.RunFor(TimeSpan.FromMilliseconds(10));
        client.Connect(_server);
        network.RunFor(TimeSpan.FromMilliseconds(10));
        // No descriptor for the third: it fills the backlog, and the fourth finds it full.
        Connection third = other.Connect(_server)!;
        network.RunFor(TimeSpan.FromMilliseconds(10));
        Connection fourth = other.Connect(_server)!;
        network.RunFor(TimeSpan.FromMilliseconds(500));
        Assert.Equal(ConnectOutcome.Connected, third.FinishConnect());
        Assert.Equal(ConnectOutcome.Pending, fourth.FinishConnect());
        _accepted[0].Close();
        network.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(ConnectOutcome.Connected, fourth.FinishConnect());
    }

    [Fact]
    public void Listener_Closed_ServesWhatWasEstablishedAndRefusesTheRest()
    {
        var network = new SimNetwork(SimPair.Seed, SimPair.Plain);
        SimLoop client = network.CreateLoop("client");
        Listener listener = network.CreateLoop("server").Listen(_server, this).Listener!;
        Connection first = client.Connect(_server)!;
        // The last packet of the handshake has arrived, and no turn has accepted it yet.
        network.RunFor(TimeSpan.FromMicroseconds(3000));
        listener.Close();
        Connection second = client.Connect(_server)!;
        network.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Single(_accepted);
        Assert.Equal(ConnectOutcome.Connected, first.FinishConnect());
        Assert.Equal(ConnectOutcome.Refused, second.FinishConnect());
    }

    [Fact]
    public void Listeners_OnOnePort_ShareItsConnections()
    {
        var network = new SimNetwork(SimPair.Seed, SimPair.Plain);
        SimLoop client = network.CreateLoop("client");
        SimLoop one = network.CreateLoop("one", _server.Address);
        SimLoop two = network.CreateLoop("two", _server.Address);
        var any = new IPEndPoint(IPAddress.Any, 80);
        Assert.Equal(_server, one.Listen(any, this).Listener!.LocalEndPoint);
        two.Listen(any, this);
        for (int i = 0; i < 100; i++)
        {
            client.Connect(_server);
        }

        network.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(100, one.OpenConnections + two.OpenConnections);
        Assert.InRange(one.OpenConnections, 30, 70);
    }

    [Fact]
    public void Listen_OnPort0_ChoosesOne()
    {
        var network = new SimNetwork(SimPair.Seed);
        SimLoop loop = network.CreateLoop("loop");
        Listener listener = loop.Listen(new IPEndPoint(IPAddress.Any, 0), this).Listener!;
        Assert.Equal(loop.Address, listener.LocalEndPoint.Address);
        Assert.NotEqual(0, listener.LocalEndPoint.Port);
    }

    private (SimNetwork Network, SimLoop Client) Listening(
        SimConnectionPlan? plan = null, SimNetworkOptions? options = null)
    {
        options ??= SimPair.Plain;
        var network = new SimNetwork(
            SimPair.Seed, plan is null ? options : options with { Faults = new FixedFaults(plan) });
        network.CreateLoop("server", _server.Address).Listen(_server, this);
        return (network, network.CreateLoop("client"));
    }
}
