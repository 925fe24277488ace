namespace Weir.Reactor.Tests.Tls;

/// <summary>Which certificate a client is shown, by the name that it asks for and by what it can use.</summary>
public sealed class TlsNamesTests(Credentials credentials) : IClassFixture<Credentials>
{
    private static readonly DateTimeOffset _start = DateTimeOffset.UnixEpoch.AddMicroseconds(SimNetwork.StartUnixMicros);

    [Theory]
    [InlineData(null, "default.test")]
    [InlineData("nobody.test", "default.test")]
    [InlineData("one.test", "one.test")]
    [InlineData("ONE.test", "one.test")]
    [InlineData("also.one.test", "one.test")]
    [InlineData("a.wild.test", "*.wild.test")]
    [InlineData("a.b.wild.test", "default.test")]
    [InlineData("wild.test", "default.test")]
    [InlineData("named.wild.test", "named.wild.test")]
    public void Handshake_WithName_ShowsTheCertificateForIt(string? asked, string shown)
    {
        TlsContext server = Server(
            credentials.Issue("default.test"),
            credentials.Issue("one.test", ["one.test", "also.one.test"]),
            credentials.Issue("*.wild.test"),
            // Longer valid than the wildcard, which is for it too.
            credentials.Issue("named.wild.test", notAfter: new DateTimeOffset(2150, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        TlsPair pair = Handshake(server, new TlsOptions(), asked);
        Assert.Equal(shown, pair.Server.Certificate!.Names[0]);
        Assert.Equal(asked, pair.Server.Agreement.ServerName);
        Assert.Equal(asked is not null && shown != "default.test", asked is not null && pair.Server.Certificate.IsFor(TlsCertificate.Comparable(asked)));
    }

    [Theory]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", true)]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256", true)]
    [InlineData("ECDHE-RSA-AES128-GCM-SHA256", false)]
    public void Handshake_RsaAndEcdsaForOneName_ShowsEcdsaToWhoCanUseIt(string clientCiphers, bool ecdsa)
    {
        TlsContext server = Server(
            credentials.Issue("default.test"), credentials.Issue("both.test"), credentials.Issue("both.test", isEcdsa: true));
        TlsPair pair = Handshake(server, new TlsOptions { MostVersion = TlsVersion.Tls12, Ciphers = clientCiphers }, "both.test");
        Assert.Equal(ecdsa, pair.Server.Certificate!.IsEcdsa);
        Assert.Equal(ecdsa ? "ECDHE-ECDSA-AES128-GCM-SHA256" : "ECDHE-RSA-AES128-GCM-SHA256", pair.Server.Agreement.Cipher);
    }

    [Fact]
    public void Handshake_Tls13WithRsaAndEcdsa_ShowsEcdsa()
    {
        TlsContext server = Server(
            credentials.Issue("default.test"), credentials.Issue("both.test"), credentials.Issue("both.test", isEcdsa: true));
        Assert.True(Handshake(server, new TlsOptions { LeastVersion = TlsVersion.Tls13 }, "both.test").Server.Certificate!.IsEcdsa);
    }

    // The order of the rules: valid, hash, key size, validity; each pair differs in one and, against it, in those behind.
    [Fact]
    public void Handshake_SeveralOfOneKind_ShowsTheBestByTheOrderOfTheRules()
    {
        var longAgo = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var late = new DateTimeOffset(2150, 1, 1, 0, 0, 0, TimeSpan.Zero);
        TlsCertificate expired = credentials.Issue("a.test", bits: 3072, hash: "SHA512", notAfter: longAgo);
        TlsCertificate valid = credentials.Issue("a.test");
        TlsCertificate betterHash = credentials.Issue("a.test", hash: "SHA384");
        TlsCertificate largerKey = credentials.Issue("a.test", bits: 3072);
        TlsCertificate longer = credentials.Issue("a.test", notAfter: late);

        Assert.Same(valid, Shown(expired, valid));
        Assert.Same(betterHash, Shown(largerKey, betterHash));
        Assert.Same(largerKey, Shown(longer, largerKey));
        Assert.Same(longer, Shown(valid, longer));

        TlsCertificate? Shown(params TlsCertificate[] certificates) =>
            Handshake(Server(credentials.Issue("default.test"), certificates), new TlsOptions(), "a.test").Server.Certificate;
    }

    // One context for all of its life; only the loop's clock goes on. Both ends of a validity are within it.
    [Theory]
    [InlineData(0, "steady")]
    [InlineData(9, "steady")]
    [InlineData(10, "coming")]
    [InlineData(20, "coming")]
    [InlineData(21, "steady")]
    public void Handshake_WhileCertificatesBecomeValidAndExpire_ShowsTheBestOfTheHour(int second, string shown)
    {
        TlsContext server = Server(
            credentials.Issue("default.test"),
            credentials.Issue("steady", ["a.test"]),
            credentials.Issue("coming", ["a.test"], hash: "SHA384", notBefore: _start.AddSeconds(10), notAfter: _start.AddSeconds(20)),
            credentials.Issue("gone", ["a.test"], hash: "SHA512", notAfter: _start.AddSeconds(-1)));
        TlsPair pair = Handshake(server, new TlsOptions(), "a.test", TimeSpan.FromSeconds(second));
        Assert.Equal($"CN={shown}", pair.Server.Certificate!.Subject);
    }

    [Fact]
    public void Ticket_SealedByAnEarlierKey_IsGoodUntilItsSuccessorIsReplaced()
    {
        var keys = new TlsTicketKeys();
        keys.RotateIfDue(0);
        TlsCertificate certificate = credentials.Issue("default.test");
        TlsContext server = Server(certificate, keys);
        string session = credentials.Write("ticket.pem", "");
        long hours = 3600L * 1_000_000;

        Assert.False(Resumes(server, "-sess_out"));
        Assert.True(Resumes(server, "-sess_in"));
        // Another context with the same keys, as after a change of files.
        Assert.True(Resumes(Server(certificate, keys), "-sess_in"));
        keys.RotateIfDue(2 * hours);
        Assert.True(Resumes(server, "-sess_in"));
        keys.RotateIfDue(3 * hours);
        Assert.True(Resumes(server, "-sess_in"));
        keys.RotateIfDue(4 * hours);
        Assert.False(Resumes(server, "-sess_in"));
        Assert.False(Resumes(Server(certificate, keys, "elsewhere"), "-sess_in"));

        bool Resumes(TlsContext context, string use) => TlsOpenSslClientTests.Resumes(context, "-tls1_2", use, session);
    }

    private static TlsContext Server(TlsCertificate certificate, params TlsCertificate[] byName) => Server(certificate, new TlsTicketKeys(), "here", byName);

    private static TlsContext Server(TlsCertificate certificate, TlsTicketKeys keys, string scope = "here", params TlsCertificate[] byName)
    {
        keys.RotateIfDue(0);
        var identity = new TlsServerIdentity
        {
            DefaultCertificate = certificate,
            Certificates = byName,
            Now = _start,
            TicketKeys = keys,
            ResumptionScope = scope,
        };
        TlsContextOutcome outcome = TlsContext.Server(identity, new TlsOptions
        {
            Ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
        });
        Assert.Equal("", outcome.Problem);
        return outcome.Context!;
    }

    private static TlsPair Handshake(TlsContext server, TlsOptions client, string? asked, TimeSpan after = default)
    {
        var pair = new TlsPair(server, Credentials.Client(client), after: after);
        if (asked is not null)
        {
            pair.Client.AskFor(asked);
        }

        pair.BeginServer();
        pair.BeginClient();
        pair.Settle();
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), pair.ServerOutcome);
        return pair;
    }
}
