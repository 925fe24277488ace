using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>What becomes of every connect to one port.</summary>
internal sealed class ConnectFate(int port, SimConnectFate fate) : ISimFaults
{
    public SimConnectionPlan Plan(in SimConnect connect, LoopRandom random) =>
        connect.To.Port == port ? new SimConnectionPlan { Fate = fate } : SimConnectionPlan.Healthy;
}
