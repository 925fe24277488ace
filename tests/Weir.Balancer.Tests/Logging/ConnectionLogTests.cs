using Weir.Balancer.Tests.Tls;
using Weir.Reactor;

namespace Weir.Balancer.Tests.Logging;

/// <summary>One line for each client connection. Source: ALB user guide, connection log entries.</summary>
public sealed class ConnectionLogTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private const string Response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public void Connection_Plain_IsOneLineHoweverManyRequests()
    {
        using var world = new BalancerWorld();
        Peer client = world.Connect("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        Peer target = world.Target.Accept();
        target.Answer(Response);
        client.ReadTo("ok");
        client.Send(Request);
        target.Answer(Response);
        client.ReadToEnd();

        string trace = world.Log().Select(static line => line[30]).Distinct().Single();
        string[] fields = Assert.Single(world.ConnectionLog()).Split(' ');
        Assert.Equal(15, fields.Length);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z$", fields[0]);
        Assert.Equal(
            ["10.8.0.1", $"{client.Connection.LocalEndPoint.Port}", "80", "-", "-", "-", "\"-\"", "-", "-", "-", trace, "-"], fields[1..13]);
        Assert.StartsWith("app/web/", fields[13], StringComparison.Ordinal);
        Assert.Equal("10.9.0.1", fields[14]);
    }

    [Fact]
    public void Connection_OverTls_SaysWhatWasAgreedAndHowLongItTook()
    {
        using var world = new BalancerWorld(certificates.Https);
        Peer client = new TlsClient(world, Client()).Inside;
        client.Send(Request);
        world.Target.Accept().Answer(Response);
        client.ReadToEnd();

        string trace = Assert.Single(world.Log())[30];
        string[] fields = Assert.Single(world.ConnectionLog()).Split(' ');
        // From the accept on, at half a millisecond each way: the client's hello, the server's answer, the client's end.
        Assert.Equal(
            ["443", "TLSv1.3", "TLS_AES_128_GCM_SHA256", "0.001", "\"-\"", "-", "-", "Success", trace, "x25519"], fields[3..13]);
    }

    [Fact]
    public void Connection_OfAnEarlierVersion_SaysItsCipherAndGroup()
    {
        using var world = new BalancerWorld(certificates.Https);
        new TlsClient(world, Client(new TlsOptions { MostVersion = TlsVersion.Tls12, Groups = "P-256" })).Handshake();
        string[] fields = Assert.Single(world.ConnectionLog()).Split(' ');
        Assert.Equal(["TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"], fields[4..6]);
        Assert.Equal(["Success", "secp256r1"], [fields[10], fields[12]]);
    }

    [Fact]
    public void Connection_WithoutAVersionInCommon_HasFailed()
    {
        using var world = new BalancerWorld(certificates.Https);
        var options = new TlsOptions { LeastVersion = TlsVersion.Tls11, MostVersion = TlsVersion.Tls11, Ciphers = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0" };
        Assert.Equal(TlsHandshakeResult.Failed, new TlsClient(world, Client(options)).Handshake().Result);
        Assert.Equal(1, world.Counters[Counter.ClientTlsErrors]);
        AssertFailed(world, "Failed:UnmappedConnectionError");
    }

    [Fact]
    public void Connection_ThatEndsWithoutAWord_HasFailed()
    {
        using var world = new BalancerWorld(certificates.Https);
        Peer client = world.Connect();
        client.Fin();
        client.ReadToEnd();
        AssertFailed(world, "Failed:UnmappedConnectionError");
    }

    [Fact]
    public void Connection_SilentForTooLong_HasFailed()
    {
        using var world = new BalancerWorld(certificates.Https);
        long begunMs = world.ClientLoop.NowMs;
        Peer client = world.Connect();
        client.ReadToEnd(TlsHandshakes.Limit + TimeSpan.FromSeconds(1));
        Assert.InRange(client.EndedMs - begunMs, 10_000, 10_100);
        AssertFailed(world, "Failed:UnmappedConnectionError");
    }

    [Fact]
    public void Connection_PlainOnAnHttpsPort_HasNoTls()
    {
        using var world = new BalancerWorld(certificates.Https);
        Peer client = world.Connect(Request);
        Assert.StartsWith("HTTP/1.1 400 ", client.ReadToEnd(), StringComparison.Ordinal);
        string trace = Assert.Single(world.Log())[30];
        string[] fields = Assert.Single(world.ConnectionLog()).Split(' ');
        Assert.Equal(["443", "-", "-", "-", "\"-\"", "-", "-", "-", trace, "-"], fields[3..13]);
    }

    private static void AssertFailed(BalancerWorld world, string status)
    {
        string[] fields = Assert.Single(world.ConnectionLog()).Split(' ');
        Assert.Equal(["443", "-", "-", "-", "\"-\"", "-", "-", status], fields[3..11]);
        Assert.Matches("^TID_[0-9a-f]{32}$", fields[11]);
        Assert.Equal("-", fields[12]);
    }

    private static TlsContext Client(TlsOptions? options = null)
    {
        TlsContextOutcome outcome = TlsContext.UnverifiedClient(options);
        Assert.Equal("", outcome.Problem);
        return outcome.Context!;
    }
}
