using Weir.Reactor.Tests.Simulation;

namespace Weir.Reactor.Tests.Tls;

/// <summary>A connection is active when data comes or goes, not when TLS alone has something to say.</summary>
public sealed class TlsActivityTests(Credentials credentials) : IClassFixture<Credentials>
{
    private static readonly TlsOptions _tls13 = new() { LeastVersion = TlsVersion.Tls13 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Activity_IsOfData_AndNotOfKeyUpdates(bool isAnswerAsked)
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13);
        pair.Settle();
        long begunMs = pair.Server.LastActivityMs;
        pair.Pair.Network.RunFor(TimeSpan.FromSeconds(5));
        long updatedMs = pair.Pair.ServerLoop.NowMs;
        KeyUpdate.Prepare(pair.Client, isAnswerAsked);
        pair.BeginClient();
        pair.Settle();
        Assert.Equal(Connection.WouldBlock, pair.Server.Receive(new byte[10]));
        pair.Settle();
        Assert.InRange(pair.Pair.Server.LastActivityMs, updatedMs, long.MaxValue);
        Assert.InRange(begunMs, 0, updatedMs - 5_000);
        Assert.Equal(begunMs, pair.Server.LastActivityMs);

        pair.Pair.Network.RunFor(TimeSpan.FromSeconds(5));
        long sentMs = pair.Pair.ClientLoop.NowMs;
        Assert.Equal(1, pair.Client.Send("x"u8));
        Assert.Equal(sentMs, pair.Client.LastActivityMs);
        pair.Settle();
        Assert.Equal(begunMs, pair.Server.LastActivityMs);
        Assert.Equal("x"u8, SimPair.ReceiveAll(pair.Server));
        Assert.InRange(pair.Server.LastActivityMs, sentMs, pair.Pair.ServerLoop.NowMs);
    }

    [Fact]
    public void Handshake_ThatIsDone_IsActivity()
    {
        var pair = new TlsPair(credentials.Server(_tls13), Credentials.Client(_tls13));
        pair.Pair.Network.RunFor(TimeSpan.FromSeconds(5));
        long begunMs = pair.Pair.ServerLoop.NowMs;
        pair.BeginServer();
        pair.BeginClient();
        pair.Settle();
        Assert.Equal(TlsHandshakeResult.Done, pair.ServerOutcome?.Result);
        Assert.InRange(pair.Server.LastActivityMs, begunMs, long.MaxValue);
        Assert.InRange(pair.Client.LastActivityMs, begunMs, long.MaxValue);
    }

    // What the kernel takes of a record later is data that goes, though nobody sends then.
    [Fact]
    public void RestOfARecord_ThatGoesOutLater_IsActivity()
    {
        TlsPair pair = TlsPair.Connected(credentials, _tls13, SimPair.Plain with { SendBufferBytes = 2_000, ReceiveBufferBytes = 2_000 });
        pair.Settle();
        pair.Pair.Network.RunFor(TimeSpan.FromSeconds(5));
        long sentMs = pair.Pair.ClientLoop.NowMs;
        Assert.Equal(0, pair.Client.Send(new byte[16_000]));
        Assert.Equal(sentMs, pair.Client.LastActivityMs);
        pair.Settle();
        pair.Pair.Network.RunFor(TimeSpan.FromSeconds(5));
        long readMs = pair.Pair.ClientLoop.NowMs;
        Assert.InRange(pair.Client.LastActivityMs, sentMs, readMs - 4_000);
        Assert.Equal(Connection.WouldBlock, pair.Server.Receive(new byte[16_000]));
        pair.Settle();
        Assert.InRange(pair.Client.LastActivityMs, readMs, long.MaxValue);
        Assert.Equal(0, pair.Client.BytesSent);
    }
}
