namespace Weir.Reactor.Tests.Simulation;

/// <summary>The same plan for every connection.</summary>
internal sealed class FixedFaults(SimConnectionPlan plan) : ISimFaults
{
    public SimConnectionPlan Plan(in SimConnect connect, LoopRandom random) => plan;
}
