using Weir.Reactor;

namespace Weir.Balancer.Tests.Tls;

/// <summary>The bounds of handshakes with clients: their number, and their time.</summary>
public sealed class TlsHandshakesTests(CertificateFolder certificates) : IClassFixture<CertificateFolder>
{
    [Fact]
    public void Handshakes_OneMoreThanTheBound_TheOldestMakesRoom()
    {
        using var world = new BalancerWorld(certificates.Https);
        Peer oldest = world.Connect();
        world.Until(() => world.Counters[Counter.ClientConnectionsOpen] == 1, "the first is there");
        Peer[] others = [.. Enumerable.Range(1, TlsHandshakes.MaxInProgress - 1).Select(_ => world.Connect())];
        world.Until(() => world.Counters[Counter.ClientConnectionsOpen] == TlsHandshakes.MaxInProgress, "as many as may be");
        Assert.Equal(0, world.Counters[Counter.ClientTlsHandshakesDropped]);
        Assert.False(oldest.Ended);

        var client = new TlsClient(world, TlsContext.UnverifiedClient().Context!);
        Assert.Equal(TlsHandshakeResult.Done, client.Handshake().Result);
        Assert.Equal(1, world.Counters[Counter.ClientTlsHandshakesDropped]);
        world.Until(() => oldest.Ended, "the oldest is closed");
        Assert.DoesNotContain(others, static other => other.Ended);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", FailureReason.PlainHttpToHttps)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", FailureReason.PlainHttpToHttps)]
    [InlineData("GET / HTTP/1.0\r\n\r\n", FailureReason.PlainHttpToHttps)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", FailureReason.PlainHttpToHttps)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", FailureReason.MalformedRequest)]
    public void Connection_WithoutTls_IsToldThatItWantsTlsIfItSpeaksHttp(string text, FailureReason reason)
    {
        using var world = new BalancerWorld(certificates.Https);
        Peer client = world.Connect(text);
        string page = client.ReadToEnd(TimeSpan.FromSeconds(5));
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", page, StringComparison.Ordinal);
        Assert.Equal(
            reason == FailureReason.PlainHttpToHttps, page.Contains("The plain HTTP request was sent to HTTPS port", StringComparison.Ordinal));
        Assert.Equal(1, world.Counters[reason]);
    }

    [Fact]
    public void Handshake_BegunAndNotGoneOnWith_IsCutWhenItsTimeIsOver()
    {
        using var world = new BalancerWorld(certificates.Https);
        long begunMs = world.ClientLoop.NowMs;
        Peer client = world.Connect();
        // The header of a record whose content never comes.
        client.Send([0x16, 0x03, 0x01, 0x01, 0x00]);
        world.RunSeconds(9.9);
        Assert.False(client.Ended);
        // Slowly sent bytes win no time.
        client.Send([0x01]);
        client.ReadToEnd(TimeSpan.FromSeconds(1));
        Assert.InRange(client.EndedMs - begunMs, 10_000, 10_100);
        Assert.Equal(1, world.Counters[Counter.ClientTlsErrors]);
        Assert.Equal(0, world.Counters[Counter.ClientConnectionsOpen]);
    }

    [Fact]
    public void Handshake_Done_LeavesTheConnectionItsIdleTime()
    {
        using var world = new BalancerWorld(certificates.Https with { LoadBalancer = ["idle_timeout.timeout_seconds=30"] });
        Peer inside = new TlsClient(world, TlsContext.UnverifiedClient().Context!).Inside;
        world.RunSeconds(29);
        Assert.False(inside.Ended);
        inside.ReadToEnd(TimeSpan.FromSeconds(2));
        Assert.Equal(ConnectionEnd.CloseNotify, inside.End);
    }
}
