namespace Weir.Reactor.Tests.Tls;

/// <summary>A client takes up again what its server has given it, as nginx and HAProxy do towards theirs.</summary>
public sealed class TlsSessionCacheTests(Credentials credentials) : IClassFixture<Credentials>
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly TlsSessionCache _cache = new();

    public static TheoryData<TlsVersion> Versions => [TlsVersion.Tls12, TlsVersion.Tls13];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Connections_AfterTheFirst_TakeItsSessionUp(TlsVersion version)
    {
        TlsContext server = Server(version), client = Client(version);
        TlsPair first = Connected(server, client);
        Assert.False(first.Client.OffersSession);

        // More than one, and while the first is open: a session is not used up.
        TlsPair second = Connected(server, client), third = Connected(server, client);

        AssertResumed(first, false);
        AssertResumed(second, true);
        AssertResumed(third, true);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Session_OfAConnectionThatWasCut_IsStillGood(TlsVersion version)
    {
        TlsContext server = Server(version), client = Client(version);
        Connected(server, client).Client.Abort();
        TlsPair second = Connected(server, client);
        AssertResumed(second, true);
        second.Client.Abort();

        AssertResumed(Connected(server, client), true);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Session_ThatTheServerHasForgotten_MakesWayForANewOne(TlsVersion version)
    {
        TlsContext client = Client(version);
        Connected(Server(version), client);

        TlsContext restarted = Server(version);
        TlsPair second = Connected(restarted, client);
        Assert.True(second.Client.OffersSession);
        AssertResumed(second, false);
        AssertResumed(Connected(restarted, client), true);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Certificate_IsAskedForAgain_WhenTheIntervalIsOver(TlsVersion version)
    {
        TlsContext server = Server(version), client = Client(version);
        TimeSpan interval = TlsSessionCache.FullHandshakeInterval;
        Connected(server, client);

        // What a resumed connection is given counts from the full handshake before it.
        AssertResumed(Connected(server, client, interval / 2), true);
        AssertResumed(Connected(server, client, interval - TimeSpan.FromSeconds(1)), true);
        TlsPair late = Connected(server, client, interval + TimeSpan.FromSeconds(1));
        Assert.False(late.Client.OffersSession);
        AssertResumed(late, false);
        AssertResumed(Connected(server, client, interval * 1.5), true);
    }

    [Fact]
    public void Session_OfAServerThatFailedOnOne_IsNotOfferedForTheInterval()
    {
        TlsContext server = Server(TlsVersion.Tls13), client = Client(TlsVersion.Tls13);
        long now = Connected(server, client).Pair.ClientLoop.NowMs;
        _cache.Suspend(now);

        Assert.False(Connected(server, client, TimeSpan.FromMinutes(1)).Client.OffersSession);
        Assert.True(Connected(server, client, TlsSessionCache.FullHandshakeInterval + TimeSpan.FromSeconds(30)).Client.OffersSession);
    }

    [Fact]
    public void Connection_WithoutACache_OffersNothing()
    {
        TlsContext server = Server(TlsVersion.Tls13), client = Client(TlsVersion.Tls13);
        Connected(server, client);
        AssertResumed(Connected(server, client, resumes: false), false);
    }

    private TlsContext Server(TlsVersion version) => credentials.Server(new TlsOptions { MostVersion = version });

    private static TlsContext Client(TlsVersion version) => Credentials.Client(new TlsOptions { MostVersion = version });

    private TlsPair Connected(TlsContext server, TlsContext client, TimeSpan after = default, bool resumes = true)
    {
        var pair = new TlsPair(server, client, after: after);
        if (resumes)
        {
            pair.Client.Resume(_cache);
        }

        pair.BeginServer();
        pair.BeginClient();
        Assert.True(pair.Pair.Network.RunUntil(() => pair.ClientOutcome is not null && pair.ServerOutcome is not null, _limit));
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ClientOutcome);
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ServerOutcome);

        // Tickets of TLS 1.3 come behind the handshake, here together with data.
        Assert.Equal(5, pair.Server.Send("hello"u8));
        pair.Settle();
        byte[] received = new byte[100];
        Assert.Equal(5, pair.Client.Receive(received));
        return pair;
    }

    private static void AssertResumed(TlsPair pair, bool expected)
    {
        Assert.Equal(expected, pair.Client.Agreement.IsResumed);
        Assert.Equal(expected, pair.Server.Agreement.IsResumed);
    }
}
