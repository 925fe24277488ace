using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One target: a process of its own that answers as its style and each request's plan say.</summary>
internal sealed class TargetServer : IAcceptTarget
{
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

    public void OnAccepted(Connection connection) => Reactor.Loop.Start(new TargetSession(this, connection).Run());

    public void OnAcceptPaused(int error)
    {
    }
}
