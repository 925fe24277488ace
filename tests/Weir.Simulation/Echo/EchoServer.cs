using Weir.Reactor;

namespace Weir.Simulation.Echo;

/// <summary>Sends back what it gets. Some connections it closes or aborts early, as real servers do.</summary>
internal sealed class EchoServer(SimLoop loop, EchoOracle oracle) : IAcceptTarget
{
    public void OnAccepted(Connection connection)
    {
        oracle.Opened(connection);
        Loop.Start(new EchoSession(loop, connection, oracle).Run());
    }

    public void OnAcceptPaused(int error)
    {
    }
}
