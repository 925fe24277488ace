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
        Assert.Equal(expected, client.Tls.ApplicationProtocol);
    }

    [Fact]
    public void Client_OfTls11ThatOffersHttp2Only_IsRefused()
    {
        using BalancerWorld world = WithOldVersions();
        Assert.Equal(TlsHandshakeResult.Failed, Connect(world, TlsVersion.Tls11, "h2").Handshake().Result);
    }

    private static TlsClient Connect(BalancerWorld world, TlsVersion most, params string[] protocols) => new(
        world,
        TlsContext.UnverifiedClient(
            new TlsOptions { LeastVersion = TlsVersion.Tls10, MostVersion = most, ApplicationProtocols = protocols }).Context!);

    private BalancerWorld WithOldVersions() => new(certificates.Https with
    {
        Define = listener => certificates.Https.Define(listener) with { SecurityPolicy = "ELBSecurityPolicy-2016-08" },
    });
}
