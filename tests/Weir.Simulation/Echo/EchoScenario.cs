using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Echo;

/// <summary>
/// Many clients against an echo server of two loops on one port, with every fault there is: every byte arrives once and in
/// order up to the end, every end has its true name, everything ends, and nothing is kept.
/// </summary>
internal sealed class EchoScenario : ISimulationScenario
{
    private static readonly IPEndPoint _server = new(IPAddress.Parse("10.200.0.1"), 7);
    private readonly EchoScale _scale;
    private readonly bool _isFaulty;

    private EchoScenario(string name, EchoScale scale, bool isFaulty)
    {
        Name = name;
        _scale = scale;
        _isFaulty = isFaulty;
    }

    public static EchoScenario Faulty { get; } = new("echo", new EchoScale(), isFaulty: true);

    /// <summary>Some two hundred thousand short exchanges on healthy connections: how fast the simulator itself is.</summary>
    public static EchoScenario Healthy { get; } = new(
        "throughput",
        new EchoScale
        {
            ConnectionsPerClient = 1,
            ExchangesPerConnection = 3_333,
            MaxThinkMs = 1,
            DeadlineMs = 600_000,
            SmallBytes = 200,
            LargeBytes = 2_000,
        },
        isFaulty: false);

    public string Name { get; }

    public SimulationOutcome Run(ulong seed, TextWriter? trace)
    {
        var network = new SimNetwork(seed, _isFaulty ? FaultyOptions(new LoopRandom(seed)) : null) { Trace = trace };
        var oracle = new EchoOracle(network);
        List<SimLoop> loops = [];
        List<Listener> listeners = [];
        for (int i = 0; i < _scale.ServerLoops; i++)
        {
            SimLoop loop = network.CreateLoop($"server-{i}", _server.Address);
            loops.Add(loop);
            listeners.Add(loop.Listen(_server, new EchoServer(loop, oracle)).Listener!);
        }

        int client = 0;
        for (int i = 0; i < _scale.ClientLoops; i++)
        {
            SimLoop loop = network.CreateLoop($"client-{i}");
            loops.Add(loop);
            for (int j = 0; j < _scale.ClientsPerLoop; j++)
            {
                var one = new EchoClient(loop, oracle, _scale, ++client);
                loop.Post(() => Loop.Start(one.Run(_server)));
            }
        }

        bool idle = network.RunUntilIdle(TimeSpan.FromHours(10));
        oracle.RunEnded(idle, loops);
        return new SimulationOutcome(
            oracle.Exchanges, network.TraceHash, network.Elapsed, $"{oracle.Summary}, {network.DeliveredEvents} events", oracle.Violations);
    }

    // The seed draws the world as well: kind and wide, or cramped.
    private static SimNetworkOptions FaultyOptions(LoopRandom random)
    {
        int[] windows = [512, 4 * 1024, 64 * 1024, 256 * 1024];
        return new SimNetworkOptions
        {
            Link = new SimLinkOptions
            {
                LatencyMicros = 10 + random.Next(20_000),
                JitterMicros = random.Next(5_000),
                SplitProbability = random.NextDouble() * 0.2,
            },
            SendBufferBytes = windows[random.Next(windows.Length)],
            ReceiveBufferBytes = windows[random.Next(windows.Length)],
            SendGiveUp = TimeSpan.FromSeconds(random.Next(2) == 0 ? 20 : 924.6),
            BacklogConnections = 1 + random.Next(64),
            TurnDelayMicros = random.Next(500),
            ResetDiscardsReceived = random.Next(4) == 0,
            Faults = new SimRandomFaults
            {
                RefuseRate = 0.03,
                SwallowRate = 0.03,
                ResetRate = 0.1,
                VanishRate = 0.05,
                StallRate = 0.1,
                OneByteRate = 0.02,
            },
        };
    }
}
