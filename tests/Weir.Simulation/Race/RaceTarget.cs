using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>The target of a day: a process of its own that closes idle connections as its style says.</summary>
internal sealed class RaceTarget : IAcceptTarget
{
    private readonly RaceWorld _world;

    public RaceTarget(RaceWorld world, SimLoop loop, IPEndPoint endpoint)
    {
        _world = world;
        Loop = loop;
        EndPoint = endpoint;
        loop.Listen(endpoint, this);
    }

    public SimLoop Loop { get; }

    public IPEndPoint EndPoint { get; }

    public void OnAccepted(Connection connection)
    {
        var session = new RaceTargetSession(_world, Loop, connection);
        _world.Sessions[connection.RemoteEndPoint] = session;
        Reactor.Loop.Start(session.Run());
    }

    public void OnAcceptPaused(int error)
    {
    }
}
