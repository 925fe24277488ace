using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>Faults by who connects: the clients' paths have some, the targets' paths others; and remembers the last plan.</summary>
internal sealed class RecordingFaults(Func<SimLoop, bool> isClient, SimRandomFaults ofClients, SimRandomFaults ofTargets) : ISimFaults
{
    /// <summary>The plan of the connect that was begun last: the caller of a connect finds its own.</summary>
    public SimConnectionPlan Last { get; private set; } = SimConnectionPlan.Healthy;

    public SimConnectionPlan Plan(in SimConnect connect, LoopRandom random) =>
        Last = (isClient(connect.From) ? ofClients : ofTargets).Plan(connect, random);

    public static bool LosesNothing(SimConnectionPlan plan) =>
        plan.Fate == SimConnectFate.Deliver && LosesNothing(plan.FromAcceptor) && LosesNothing(plan.FromConnector);

    private static bool LosesNothing(SimDirectionPlan direction) => direction.Fault is SimFaultKind.None or SimFaultKind.Stall;
}
