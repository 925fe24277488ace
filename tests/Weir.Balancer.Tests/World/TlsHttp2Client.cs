using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A client that has agreed on HTTP/2 with the world's HTTPS listener.</summary>
internal sealed class TlsHttp2Client
{
    public TlsHttp2Client(BalancerWorld world)
    {
        var tls = new TlsClient(world, TlsContext.UnverifiedClient(new TlsOptions { ApplicationProtocols = ["h2"] }).Context!);
        Frames = Http2Peer.OfClient(world, tls.Inside);
        Assert.Equal("h2", tls.Tls.Agreement.ApplicationProtocol);
    }

    public Http2Peer Frames { get; }
}
