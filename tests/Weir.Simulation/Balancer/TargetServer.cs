using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One target: a process of its own that answers as its style and each request's plan say.</summary>
internal sealed class TargetServer : IAcceptTarget
{
    // Longer than the balancer waits for it.
    private static readonly TimeSpan _handshakeLimit = TimeSpan.FromSeconds(60);

    public TargetServer(BalancerWorld world, SimLoop loop, IPEndPoint endpoint, TargetStyle style)
    {
        World = world;
        Loop = loop;
        EndPoint = endpoint;
        Style = style;
        loop.Listen(endpoint, this);
    }

    public BalancerWorld World { get; }

    public SimLoop Loop { get; }

    public IPEndPoint EndPoint { get; }

    public TargetStyle Style { get; }

    /// <summary>In some seeds it dies, or falls silent for good.</summary>
    public bool IsDoomed { get; set; }

    public void OnAccepted(Connection connection) => Reactor.Loop.Start(
        World.Tls.Target is { } context ? Agree(new TlsConnection(connection, context)) : Serve(connection));

    public void OnAcceptPaused(int error)
    {
    }

    private LoopTask Serve(Connection connection) =>
        World.Kind.TargetsSpeakHttp2 ? new Http2TargetSession(this, connection).Run() : new TargetSession(this, connection).Run();

    private async LoopTask Agree(TlsConnection connection)
    {
        TlsHandshakeOutcome outcome = await connection.Handshake(_handshakeLimit);
        if (outcome.Result == TlsHandshakeResult.Done)
        {
            await Serve(connection);
        }
        else
        {
            connection.Close();
        }
    }
}
