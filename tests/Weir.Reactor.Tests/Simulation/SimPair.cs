using System.Net;

namespace Weir.Reactor.Tests.Simulation;

/// <summary>A client and a server on loops of their own, connected, driven from outside their turns by the test.</summary>
internal sealed class SimPair : IAcceptTarget
{
    public const ulong Seed = 20260101;
    public static readonly IPEndPoint ServerEndPoint = new(IPAddress.Parse("10.1.0.1"), 80);

    /// <summary>One millisecond each way, always.</summary>
    public static readonly SimNetworkOptions Plain = new()
    {
        Link = new SimLinkOptions { LatencyMicros = 1000, JitterMicros = 0, SplitProbability = 0 },
        TurnDelayMicros = 0,
    };

    private Connection? _server;

    public SimPair(SimNetworkOptions? options = null, ulong seed = Seed)
    {
        Network = new SimNetwork(seed, options ?? Plain);
        ClientLoop = Network.CreateLoop("client");
        ServerLoop = Network.CreateLoop("server", ServerEndPoint.Address);
        ServerLoop.Listen(ServerEndPoint, this);
        Client = ClientLoop.Connect(ServerEndPoint)!;
        Assert.True(Network.RunUntil(() => _server is not null, TimeSpan.FromSeconds(1)));
        Assert.Equal(ConnectOutcome.Connected, Client.FinishConnect());
        Settle();
    }

    public SimNetwork Network { get; }

    public SimLoop ClientLoop { get; }

    public SimLoop ServerLoop { get; }

    public Connection Client { get; }

    public Connection Server => _server!;

    public void OnAccepted(Connection connection) => _server = connection;

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");

    /// <summary>Lets everything that is on its way arrive.</summary>
    public void Settle() => Network.RunFor(TimeSpan.FromMilliseconds(100));

    public void RunMs(int ms) => Network.RunFor(TimeSpan.FromMilliseconds(ms));

    /// <summary>Receives once and gives the result of the receive.</summary>
    public static int Receive(Connection connection, int atMost = 4096) => connection.Receive(new byte[atMost]);

    /// <summary>Receives until nothing more is there, and gives everything that came.</summary>
    public static byte[] ReceiveAll(Connection connection)
    {
        var all = new List<byte>();
        byte[] buffer = new byte[4096];
        for (int n; (n = connection.Receive(buffer)) > 0;)
        {
            all.AddRange(buffer.AsSpan(0, n));
        }

        return [.. all];
    }
}
