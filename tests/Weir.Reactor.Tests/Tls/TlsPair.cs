using Weir.Reactor.Tests.Simulation;

namespace Weir.Reactor.Tests.Tls;

/// <summary>
/// A TLS client and a TLS server on top of a simulated pair. The handshakes run on the loops; what follows is driven by the
/// test from outside their turns.
/// </summary>
internal sealed class TlsPair
{
    /// <summary>Every byte travels on its own.</summary>
    public static readonly SimNetworkOptions ByteByByte = SimPair.Plain with { SegmentBytes = 1 };

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    public TlsPair(TlsContext server, TlsContext client, SimNetworkOptions? options = null, TimeSpan after = default)
    {
        Pair = new SimPair(options);
        Pair.Network.RunFor(after);
        Client = new TlsConnection(Pair.Client, client);
        Server = new TlsConnection(Pair.Server, server);
    }

    public SimPair Pair { get; }

    public TlsConnection Client { get; }

    public TlsConnection Server { get; }

    public TlsHandshakeOutcome? ClientOutcome { get; private set; }

    public TlsHandshakeOutcome? ServerOutcome { get; private set; }

    /// <summary>Both have agreed.</summary>
    public static TlsPair Connected(Credentials credentials, TlsOptions? options = null, SimNetworkOptions? network = null)
    {
        var pair = new TlsPair(credentials.Server(options), Credentials.Client(options), network);
        pair.BeginServer();
        pair.BeginClient();
        Assert.True(pair.Pair.Network.RunUntil(() => pair.ClientOutcome is not null && pair.ServerOutcome is not null, _limit));
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ClientOutcome);
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ServerOutcome);
        return pair;
    }

    public void BeginClient() => Pair.ClientLoop.Post(() => Loop.Start(RunClient()));

    public void BeginServer() => Pair.ServerLoop.Post(() => Loop.Start(RunServer()));

    public void Settle() => Pair.Settle();

    /// <summary>Nothing of the pair is left behind.</summary>
    public void AssertNothingIsRented()
    {
        Assert.Equal(0, Pair.ClientLoop.Buffers.Rented);
        Assert.Equal(0, Pair.ServerLoop.Buffers.Rented);
    }

    private async LoopTask RunClient() => ClientOutcome = await Client.Handshake(_limit);

    private async LoopTask RunServer() => ServerOutcome = await Server.Handshake(_limit);
}
