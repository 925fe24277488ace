using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>Which version of HTTP is agreed on with clients, and with targets.</summary>
public sealed class AlpnTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    // Source: RFC 9113 §9.2
    [Theory]
    [InlineData(TlsVersion.Tls10, "http/1.1")]
    [InlineData(TlsVersion.Tls11, "http/1.1")]
    [InlineData(TlsVersion.Tls12, "h2")]
    public void Http2_IsChosenFromTls12On(TlsVersion version, string expected)
    {
        using BalancerWorld world = WithOldVersions();
        TlsClient client = Connect(world, version, "h2", "http/1.1");
        Assert.Equal(new TlsHandshakeOutcome(TlsHandshakeResult.Done, ""), client.Handshake());
        Assert.Equal(expected, client.Tls.Agreement.ApplicationProtocol);
    }

    [Fact]
    public void Client_OfTls11ThatOffersHttp2Only_IsRefused()
    {
        using BalancerWorld world = WithOldVersions();
        Assert.Equal(TlsHandshakeResult.Failed, Connect(world, TlsVersion.Tls11, "h2").Handshake().Result);
    }

    // Source: RFC 9113 §3.2: that is the name of a protocol without TLS.
    [Fact]
    public void Client_ThatOffersH2c_IsNotTakenAtItsWord()
    {
        using BalancerWorld world = WithOldVersions();
        TlsClient client = Connect(world, TlsVersion.Tls12, "h2c", "http/1.1");
        Assert.Equal(TlsHandshakeResult.Done, client.Handshake().Result);
        Assert.Equal("http/1.1", client.Tls.Agreement.ApplicationProtocol);
    }

    // Source: RFC 9113 §9.2, though the policy has older versions, and targets of HTTP/1.1 are spoken to by them.
    [Theory]
    [InlineData(TargetProtocolVersion.Http2, TlsVersion.Tls11, TlsHandshakeResult.Failed, "")]
    [InlineData(TargetProtocolVersion.Http2, TlsVersion.Tls12, TlsHandshakeResult.Done, "h2")]
    [InlineData(TargetProtocolVersion.Http1, TlsVersion.Tls11, TlsHandshakeResult.Done, "")]
    public void Target_OfHttp2_IsSpokenToFromTls12On(
        TargetProtocolVersion version, TlsVersion most, TlsHandshakeResult result, string agreed)
    {
        using BalancerWorld world = WithOldVersions(options => options with { ProtocolVersion = version, TargetProtocol = TargetProtocol.Https });
        var identity = new TlsServerIdentity
        {
            DefaultCertificate = TlsCertificate.Load(certificates.Server, certificates.Server).Certificate!,
            Now = DateTimeOffset.UnixEpoch,
            TicketKeys = new TlsTicketKeys(),
            ResumptionScope = "target",
        };
        var target = new TlsTarget(world, TlsContext.Server(identity, new TlsOptions
        {
            LeastVersion = TlsVersion.Tls10,
            MostVersion = most,
            // Below TLS 1.2 our own end would refuse h2 itself.
            ApplicationProtocols = most == TlsVersion.Tls12 ? ["h2"] : [],
        }).Context!);
        var client = new TlsClient(world, TlsContext.UnverifiedClient(new TlsOptions { ApplicationProtocols = ["h2"] }).Context!);
        Http2Peer.OfClient(world, client.Inside).Get();
        world.Until(() => target.Outcome is not null, "the handshake with the target");
        Assert.Equal((result, agreed), (target.Outcome!.Value.Result, target.Protocol));
    }

    // Under TLS 1.3 the target judges only when its client has done its part, so that the request is on its way by then.
    [Theory]
    [InlineData(TlsVersion.Tls13, FailureReason.TargetClosed, "The target broke TLS off ", "tlsv13 alert certificate required")]
    [InlineData(TlsVersion.Tls12, FailureReason.TargetTlsFailed, "The TLS handshake with ", "sslv3 alert handshake failure")]
    public void Target_ThatDemandsACertificate_IsExplainedByThat(TlsVersion version, FailureReason reason, string start, string words)
    {
        using var world = new BalancerWorld(certificates.Https with { TargetProtocol = TargetProtocol.Https });
        TlsTrustStoreOutcome trusted = TlsTrustStore.Load(TestAuthority.Root(certificates).File, [], new TlsFiles());
        var identity = new TlsServerIdentity
        {
            DefaultCertificate = TlsCertificate.Load(certificates.Server, certificates.Server).Certificate!,
            TicketKeys = new TlsTicketKeys(),
            ResumptionScope = "target",
            ClientAuthentication = new TlsClientAuthentication { TrustStore = trusted.Store! },
        };
        _ = new TlsTarget(world, TlsContext.Server(identity, new TlsOptions { LeastVersion = version, MostVersion = version }).Context!);
        var client = new TlsClient(world, TlsContext.UnverifiedClient().Context!);
        client.Inside.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", client.Inside.ReadHead(), StringComparison.Ordinal);
        Assert.Equal(1, world.Counters[reason]);
        Assert.Equal(1, world.Counters[Counter.TargetTlsErrors]);
        string verdict = Assert.Single(world.Explained()).GetProperty("verdict").GetString()!;
        Assert.StartsWith(start, verdict, StringComparison.Ordinal);
        Assert.Contains(words, verdict, StringComparison.Ordinal);
        Assert.Contains("mutual TLS", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("keep-alive timeout above", verdict, StringComparison.Ordinal);
    }

    private static TlsClient Connect(BalancerWorld world, TlsVersion most, params string[] protocols) => new(
        world,
        TlsContext.UnverifiedClient(
            new TlsOptions { LeastVersion = TlsVersion.Tls10, MostVersion = most, ApplicationProtocols = protocols }).Context!);

    private BalancerWorld WithOldVersions(Func<WorldOptions, WorldOptions>? with = null)
    {
        WorldOptions options = certificates.Https with
        {
            Define = listener => certificates.Https.Define(listener) with { SecurityPolicy = "ELBSecurityPolicy-2016-08" },
        };
        return new BalancerWorld(with is null ? options : with(options));
    }
}
