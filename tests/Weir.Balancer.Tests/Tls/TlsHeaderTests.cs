using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>What targets are told of the client's TLS, byte for byte, and what of a client's own words they are not.</summary>
public sealed class TlsHeaderTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Enabled = "routing.http.x_amzn_tls_version_and_cipher_suite.enabled=true";
    private const string NewVersion = "routing.http.request.x_amzn_tls_version.header_name=X-Version";
    private const string NewSuite = "routing.http.request.x_amzn_tls_cipher_suite.header_name=X-Suite";

    private const string Spoofed = "x-amzn-tls-version: SSLv2\r\nX_Amzn-TLS_Cipher-Suite: none\r\nX-Version: 0\r\nX-Suite: -\r\nX-Other: 1\r\n";

    // What the balancer ends a first request with.
    private const string Hint = "Connection: keep-alive\r\n\r\n";

    [Fact]
    public void Request_Enabled_HasVersionAndSuiteBeforeTheClientsOwnFields() => Assert.Equal(
        "X-Amzn-Tls-Version: TLSv1.3\r\nX-Amzn-Tls-Cipher-Suite: TLS_AES_128_GCM_SHA256\r\nX-Version: 0\r\nX-Suite: -\r\nX-Other: 1\r\n",
        Told(certificates.Https with { LoadBalancer = [Enabled] }));

    [Fact]
    public void Request_EnabledAndRenamed_HasThemUnderTheirNewNamesOnly() => Assert.Equal(
        "X-Version: TLSv1.3\r\nX-Suite: TLS_AES_128_GCM_SHA256\r\nX-Other: 1\r\n",
        Told(certificates.Https with { LoadBalancer = [Enabled], Listener = [NewVersion, NewSuite] }));

    [Fact]
    public void Request_NotEnabled_PassesTheClientsFieldsOnAsAnyOthers() => Assert.Equal(
        Spoofed, Told(certificates.Https with { Listener = [NewVersion, NewSuite] }));

    [Fact]
    public void Request_OverPlainHttp_IsToldNothing()
    {
        using var world = new BalancerWorld(new WorldOptions { LoadBalancer = [Enabled] });
        world.Connect($"GET / HTTP/1.1\r\nHost: a\r\n{Spoofed}\r\n");
        Assert.EndsWith($"\r\n{Spoofed}{Hint}", world.Target.Accept().ReadHead(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "X-Kept: 1\r\n")]
    [InlineData(true, "X-Kept: 1\r\n")]
    [InlineData(false, "")]
    [InlineData(true, "")]
    public void Trailers_UnderTheseNames_AreNotPassedOn(bool comeLater, string kept)
    {
        using var world = new BalancerWorld(certificates.Https with { LoadBalancer = [Enabled], Listener = [NewVersion] });
        Peer client = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        if (comeLater)
        {
            world.RunMs(20);
        }

        client.Send($"0\r\nX-Version: 0\r\n{kept}x_amzn_tls_version: SSLv2\r\n\r\n");
        Peer target = world.Target.Accept();
        target.ReadHead();
        Assert.Equal($"1\r\na\r\n0\r\n{kept}\r\n", target.ReadTo("\r\n\r\n"));
    }

    // What stands between the trace id and the hint.
    private static string Told(WorldOptions options)
    {
        using var world = new BalancerWorld(options);
        new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside.Send($"GET / HTTP/1.1\r\nHost: a\r\n{Spoofed}\r\n");
        string head = world.Target.Accept().ReadHead();
        int trace = head.IndexOf("X-Amzn-Trace-Id: ", StringComparison.Ordinal);
        Assert.EndsWith(Hint, head, StringComparison.Ordinal);
        return head[(head.IndexOf("\r\n", trace, StringComparison.Ordinal) + 2)..^Hint.Length];
    }
}
