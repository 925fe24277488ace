using System.Net;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>A target of TLS in the place of another one, which says nothing but what its handshake does.</summary>
internal sealed class TlsTarget : IAcceptTarget
{
    private readonly TlsContext _context;

    public TlsTarget(TargetDouble place, TlsContext context)
    {
        _context = context;
        place.Close();
        Assert.NotNull(place.Loop.Listen(new IPEndPoint(place.Address, BalancerWorld.TargetPort), this).Listener);
    }

    /// <summary>What became of the last handshake; null as long as there was none.</summary>
    public TlsHandshakeOutcome? Outcome { get; private set; }

    /// <summary>What was agreed on then.</summary>
    public string Protocol { get; private set; } = "";

    public void OnAccepted(Connection connection) => Loop.Start(Shake(connection));

    public void OnAcceptPaused(int error) => Assert.Fail($"accepting paused: {error}");

    private async LoopTask Shake(Connection connection)
    {
        var tls = new TlsConnection(connection, _context);
        Outcome = await tls.Handshake(TimeSpan.FromSeconds(5));
        Protocol = tls.ApplicationProtocol;
    }
}
