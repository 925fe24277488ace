using System.Runtime.CompilerServices;
using Weir.Reactor.Tests.Simulation;

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

    // Apache ties it to the path that the handshake was for, and takes it up on no new connection.
    [Fact]
    public void Session_ThatARenegotiationGives_IsNotKept()
    {
        TlsContext server = Server(TlsVersion.Tls12);
        TlsContext client = Credentials.Client(new TlsOptions { MostVersion = TlsVersion.Tls12, AllowsRenegotiation = true });
        TlsPair pair = Connected(server, client);
        nint kept = SessionOf(_cache);
        Renegotiation.Prepare(pair.Server, isFull: true);
        pair.BeginServer();
        for (int flight = 0; flight < 5; flight++)
        {
            pair.Settle();
            Assert.Empty(SimPair.ReceiveAll(pair.Client));
            Assert.Empty(SimPair.ReceiveAll(pair.Server));
        }

        Assert.True(pair.Client.HasRenegotiated);
        AssertResumed(pair, false);
        Assert.Equal(kept, SessionOf(_cache));
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
    public void Session_ThatWasOfNoGood_IsOfferedEverMoreRarely_UntilOneIsGood()
    {
        TlsContext server = Server(TlsVersion.Tls13), client = Client(TlsVersion.Tls13);
        Connected(server, client);
        Cut(client, TimeSpan.FromSeconds(1));
        Assert.False(Connected(server, client, TimeSpan.FromSeconds(10.9)).Client.OffersSession);
        Assert.True(Cut(client, TimeSpan.FromSeconds(12)));
        Assert.False(Connected(server, client, TimeSpan.FromSeconds(31.9)).Client.OffersSession);

        TlsPair good = Connected(server, client, TimeSpan.FromSeconds(33));
        AssertResumed(good, true);
        good.Client.Close();
        Assert.True(Cut(client, TimeSpan.FromSeconds(34)));
        Assert.False(Connected(server, client, TimeSpan.FromSeconds(43.9)).Client.OffersSession);
        AssertResumed(Connected(server, client, TimeSpan.FromSeconds(45)), true);
    }

    // The client's part of the handshake is done before its server has judged it. Source: RFC 8446 §2.2
    [Fact]
    public void Session_OfAServerThatEndsBehindTheHandshake_WasOfNoGood()
    {
        TlsContext server = Server(TlsVersion.Tls13), client = Client(TlsVersion.Tls13);
        Connected(server, client);
        TlsPair second = Connected(server, client, TimeSpan.FromSeconds(1), answers: false);
        AssertResumed(second, true);
        second.Server.Abort();
        second.Settle();
        Assert.Equal(Connection.Ended, second.Client.Receive(new byte[10]));
        second.Client.Close();

        Assert.False(Connected(server, client, TimeSpan.FromSeconds(2)).Client.OffersSession);
    }

    [Fact]
    public void Session_OfAConnectionThatTheClientGaveUp_IsStillGood()
    {
        TlsContext server = Server(TlsVersion.Tls13), client = Client(TlsVersion.Tls13);
        Connected(server, client);
        Connected(server, client, TimeSpan.FromSeconds(1), answers: false).Client.Close();
        AssertResumed(Connected(server, client, TimeSpan.FromSeconds(2)), true);
    }

    // Below TLS 1.3 a server knows of the name again only if it has acknowledged it.
    [Theory]
    [MemberData(nameof(Versions))]
    public void Name_OfTheOnlyCertificate_IsKnownOnAResumedConnectionToo(TlsVersion version)
    {
        string file = credentials.IssueFile("only.test", ["only.test"]);
        TlsContext server = Credentials.Made(TlsContext.Server(file, file, new TlsOptions { MostVersion = version })), client = Client(version);
        Assert.Equal("only.test", Connected(server, client, name: "only.test").Server.Agreement.ServerName);
        TlsPair second = Connected(server, client, name: "only.test");
        AssertResumed(second, true);
        Assert.Equal("only.test", second.Server.Agreement.ServerName);
    }

    [Fact]
    public void Connection_WithoutACache_OffersNothing()
    {
        TlsContext server = Server(TlsVersion.Tls13), client = Client(TlsVersion.Tls13);
        Connected(server, client);
        AssertResumed(Connected(server, client, resumes: false), false);
    }

    private TlsContext Server(TlsVersion version) => credentials.Server(new TlsOptions { MostVersion = version });

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_session")]
    private static extern ref nint SessionOf(TlsSessionCache cache);

    private static TlsContext Client(TlsVersion version) => Credentials.Client(new TlsOptions { MostVersion = version });

    private TlsPair Connected(TlsContext server, TlsContext client, TimeSpan after = default, bool resumes = true, bool answers = true, string? name = null)
    {
        var pair = new TlsPair(server, client, after: after);
        if (resumes)
        {
            pair.Client.Resume(_cache);
        }

        if (name is not null)
        {
            pair.Client.AskFor(name);
        }

        pair.BeginServer();
        pair.BeginClient();
        Assert.True(pair.Pair.Network.RunUntil(() => pair.ClientOutcome is not null && pair.ServerOutcome is not null, _limit));
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ClientOutcome);
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ServerOutcome);

        if (!answers)
        {
            return pair;
        }

        // Tickets of TLS 1.3 come behind the handshake, here together with data.
        Assert.Equal(5, pair.Server.Send("hello"u8));
        pair.Settle();
        byte[] received = new byte[100];
        Assert.Equal(5, pair.Client.Receive(received));
        return pair;
    }

    // The server cuts the connection at the first bytes of the handshake; whether they had a session in them.
    private bool Cut(TlsContext client, TimeSpan after)
    {
        var pair = new TlsPair(Server(TlsVersion.Tls13), client, after: after);
        pair.Client.Resume(_cache);
        pair.Pair.Server.Abort();
        pair.BeginClient();
        Assert.True(pair.Pair.Network.RunUntil(() => pair.ClientOutcome is not null, _limit));
        Assert.NotEqual(TlsHandshakeResult.Done, pair.ClientOutcome!.Value.Result);
        pair.Client.Close();
        return pair.Client.OffersSession;
    }

    private static void AssertResumed(TlsPair pair, bool expected)
    {
        Assert.Equal(expected, pair.Client.Agreement.IsResumed);
        Assert.Equal(expected, pair.Server.Agreement.IsResumed);
    }
}
