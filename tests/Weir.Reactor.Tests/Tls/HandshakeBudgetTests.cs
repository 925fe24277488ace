using System.Net;

namespace Weir.Reactor.Tests.Tls;

/// <summary>Many handshakes at once on one loop: how many have their turn in one turn of the loop.</summary>
public sealed class HandshakeBudgetTests(Credentials credentials) : IClassFixture<Credentials>
{
    private const int Clients = 20;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);
    private static readonly IPEndPoint _address = new(IPAddress.Parse("10.1.0.1"), 443);

    // Turns are told by the clock, so a turn must take some of it. All clients' bytes come at the same time.
    private static readonly SimNetworkOptions _network = new()
    {
        Link = new SimLinkOptions { LatencyMicros = 1000, JitterMicros = 0, SplitProbability = 0 },
        TurnDelayMicros = 20,
    };

    [Fact]
    public void Handshakes_BeyondTheTurnsTime_WaitForTheNextOnes_InTheirOrder()
    {
        var server = new Server(credentials.Server(), TimeSpan.Zero);
        server.Run();
        Assert.Equal(Enumerable.Range(0, Clients), server.DoneInOrder.Select(static done => done.Number));
        // With no time at all it is one step a turn, whoever's.
        Assert.Equal(Clients, server.DoneInOrder.Select(static done => done.AtMicros).Distinct().Count());
        Assert.True(server.Budget.Deferred >= Clients - 1, $"{server.Budget.Deferred} had to wait");
    }

    [Fact]
    public void Handshakes_WithinTheTurnsTime_DoNotWait()
    {
        var server = new Server(credentials.Server(), TimeSpan.FromHours(1));
        server.Run();
        Assert.Equal(Clients, server.DoneInOrder.Count);
        Assert.Equal(0, server.Budget.Deferred);
    }

    [Fact]
    public void Handshake_ThatWaitsForItsTurn_WhenItsConnectionIsClosed_Ends()
    {
        var server = new Server(credentials.Server(), TimeSpan.Zero) { ClosesAtOnce = true };
        server.Run();
        Assert.All(server.DoneInOrder, static done => Assert.Equal(TlsHandshakeResult.ClosedByUs, done.Result));
        Assert.Equal(0, server.Loop.Buffers.Rented);
    }

    private sealed class Server : IAcceptTarget
    {
        private readonly SimNetwork _sim = new(20260101, _network);
        private readonly List<TlsConnection> _connections = [];
        private readonly SimLoop _clients;
        private readonly TlsContext _context;

        public Server(TlsContext context, TimeSpan perTurn)
        {
            _context = context;
            _clients = _sim.CreateLoop("clients");
            Loop = _sim.CreateLoop("server", _address.Address);
            Budget = new HandshakeBudget(Loop, perTurn);
            Loop.Listen(_address, this);
        }

        public SimLoop Loop { get; }

        public HandshakeBudget Budget { get; }

        /// <summary>Each connection is closed when its handshake has begun.</summary>
        public bool ClosesAtOnce { get; init; }

        public List<(int Number, long AtMicros, TlsHandshakeResult Result)> DoneInOrder { get; } = [];

        public void Run()
        {
            Connection[] clients = [.. Enumerable.Range(0, Clients).Select(_ => _clients.Connect(_address)!)];
            Assert.True(_sim.RunUntil(() => _connections.Count == Clients, _limit));
            _sim.RunFor(TimeSpan.FromMilliseconds(10));
            TlsContext context = Credentials.Client();
            foreach (Connection client in clients)
            {
                _clients.Post(() => Reactor.Loop.Start(Speak(new TlsConnection(client, context))));
            }

            _sim.RunFor(TimeSpan.FromMilliseconds(1));
            if (ClosesAtOnce)
            {
                Loop.Post(() => _connections.ForEach(static connection => connection.Close()));
            }

            Assert.True(_sim.RunUntil(() => DoneInOrder.Count == Clients, _limit));
        }

        public void OnAccepted(Connection connection)
        {
            var tls = new TlsConnection(connection, _context);
            _connections.Add(tls);
            Reactor.Loop.Start(Handshake(tls, _connections.Count - 1));
        }

        public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");

        private async LoopTask Handshake(TlsConnection connection, int number)
        {
            TlsHandshakeOutcome outcome = await connection.Handshake(_limit, Budget);
            DoneInOrder.Add((number, Loop.NowMicros, outcome.Result));
        }

        private static async LoopTask Speak(TlsConnection client)
        {
            Assert.Equal(ConnectOutcome.Connected, client.FinishConnect());
            await client.Handshake(_limit);
        }
    }
}
