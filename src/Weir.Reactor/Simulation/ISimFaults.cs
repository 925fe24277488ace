namespace Weir.Reactor;

/// <summary>Decides, as each connect begins, what the network will do to that connection.</summary>
public interface ISimFaults
{
    /// <summary>All choices must come from <paramref name="random"/> and the arguments, or the seed reproduces nothing.</summary>
    SimConnectionPlan Plan(in SimConnect connect, LoopRandom random);
}
