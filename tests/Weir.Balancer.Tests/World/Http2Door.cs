using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// A listening address of the balancer whose clients speak HTTP/2 at once, as if the handshake of TLS were over: its requests
/// are those of the world's only listener.
/// </summary>
internal sealed class Http2Door : IAcceptTarget
{
    private const int FirstPort = 8443;

    private readonly BalancerLoop _owner;

    public Http2Door(BalancerWorld world, int loop = 0)
    {
        _owner = world.Node.LoopAt(loop);
        _owner.Loop.Listen(new IPEndPoint(BalancerWorld.Address, PortOf(loop)), this);
    }

    /// <summary>What its clients have agreed on from now on, as if there had been a handshake.</summary>
    public ClientTls? Tls { get; set; }

    /// <summary>Each loop has its own.</summary>
    public static int PortOf(int loop) => FirstPort + loop;

    public void OnAccepted(Connection connection)
    {
        var client = new Http2Client(_owner, _owner.Listeners.Single(), connection, Tls, _owner.Loop.NowMs);
        _owner.Add(client);
        Loop.Start(client.Serve());
    }

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");
}
