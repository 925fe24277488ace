namespace Weir.Reactor;

/// <summary>Runs a scenario twice from one seed, in fresh networks, and says whether it took the same course.</summary>
public static class SimReplay
{
    public static SimReplayOutcome Compare(ulong seed, SimNetworkOptions? options, Action<SimNetwork> scenario)
    {
        return new SimReplayOutcome(Run(), Run());

        ulong Run()
        {
            var network = new SimNetwork(seed, options);
            scenario(network);
            return network.TraceHash;
        }
    }
}
