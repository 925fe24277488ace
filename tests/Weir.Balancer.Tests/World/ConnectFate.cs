using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>What becomes of every connect to one port, but for the first <paramref name="healthy"/> of them.</summary>
internal sealed class ConnectFate(int port, SimConnectFate fate, int healthy = 0) : ISimFaults
{
    private int _connects;

    public SimConnectionPlan Plan(in SimConnect connect, LoopRandom random) =>
        connect.To.Port == port && ++_connects > healthy ? new SimConnectionPlan { Fate = fate } : SimConnectionPlan.Healthy;
}
