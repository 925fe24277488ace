using System.Net;
using Weir.Reactor;

namespace Weir.Fuzz.Oracles.Tls;

/// <summary>One connection from its first byte to its end, in virtual time, with a script's alterations between the two ends.</summary>
internal sealed class TlsCourse(TlsCourseContexts contexts, TlsScript script, int segmentBytes)
{
    private const int TextBytes = 3000;

    private static readonly IPEndPoint _serverEndPoint = new(IPAddress.Parse("10.1.0.1"), 443);
    private static readonly IPEndPoint _betweenEndPoint = new(IPAddress.Parse("10.1.0.2"), 443);
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(1);

    // Long enough for every deadline of a handshake.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan _connectLimit = TimeSpan.FromSeconds(1);

    private static readonly byte[] _clientText = Text(1), _serverText = Text(2);

    public string? Fault { get; private set; }

    public string Log { get; private set; } = "";

    public void Run()
    {
        var network = new SimNetwork(1, new SimNetworkOptions
        {
            Link = new SimLinkOptions { LatencyMicros = 100, JitterMicros = 0, SplitProbability = 0 },
            TurnDelayMicros = 0,
            SegmentBytes = segmentBytes,
        });
        SimLoop clientLoop = network.CreateLoop("client");
        SimLoop betweenLoop = network.CreateLoop("between", _betweenEndPoint.Address);
        SimLoop serverLoop = network.CreateLoop("server", _serverEndPoint.Address);
        (Connection client, Connection fromClient) = Connect(network, clientLoop, betweenLoop, _betweenEndPoint);
        (Connection toServer, Connection server) = Connect(network, betweenLoop, serverLoop, _serverEndPoint);

        (TlsContext serverContext, TlsContext clientContext) = contexts.Of(script.Version);
        var clientEnd = new TlsEnd(new TlsConnection(client, clientContext), _clientText, _serverText);
        var serverEnd = new TlsEnd(new TlsConnection(server, serverContext), _serverText, _clientText);
        serverLoop.Post(() => Loop.Start(serverEnd.Run()));
        clientLoop.Post(() => Loop.Start(clientEnd.Run()));
        Drive(network, [new AlteringPipe(fromClient, toServer, script.ToServer), new AlteringPipe(toServer, fromClient, script.ToClient)],
            () => clientEnd.IsDone && serverEnd.IsDone);

        // An end that waits for more after a whole handshake waits for ever: nobody gives it a deadline here.
        toServer.Abort();
        fromClient.Abort();
        network.RunFor(_patience);
        Log = $"client: {clientEnd.Log}\nserver: {serverEnd.Log}";
        int rented = clientLoop.Buffers.Rented + serverLoop.Buffers.Rented;
        Fault = clientEnd.Fault ?? serverEnd.Fault
            ?? (clientEnd.IsDone && serverEnd.IsDone ? null : $"an end never comes to its end\n{Log}")
            ?? (rented == 0 ? null : $"{rented} buffers are not given back\n{Log}");
    }

    private static void Drive(SimNetwork network, AlteringPipe[] pipes, Func<bool> isOver)
    {
        TimeSpan begin = network.Elapsed;
        while (!isOver() && network.Elapsed - begin < _patience)
        {
            network.RunFor(_step);
            bool moved = false;
            foreach (AlteringPipe pipe in pipes)
            {
                moved |= pipe.Move();
            }

            if (!moved && network.RunUntilIdle(_patience))
            {
                moved = pipes.Aggregate(false, static (any, pipe) => any | pipe.Move());
                if (!moved)
                {
                    return;
                }
            }
        }
    }

    private static (Connection Active, Connection Passive) Connect(SimNetwork network, SimLoop from, SimLoop to, IPEndPoint at)
    {
        var acceptor = new Acceptor();
        to.Listen(at, acceptor);
        Connection active = from.Connect(at)!;
        return network.RunUntil(() => acceptor.Accepted is not null, _connectLimit) && active.FinishConnect() == ConnectOutcome.Connected
            ? (active, acceptor.Accepted!)
            : throw new InvalidOperationException("the simulated network does not connect");
    }

    private static byte[] Text(byte first) => [.. Enumerable.Range(0, TextBytes).Select(index => (byte)(first + (index * 7)))];

    private sealed class Acceptor : IAcceptTarget
    {
        public Connection? Accepted { get; private set; }

        public void OnAccepted(Connection connection) => Accepted = connection;

        public void OnAcceptPaused(int error) => throw new InvalidOperationException($"accepting paused: {error}");
    }
}
