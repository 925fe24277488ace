namespace Weir.Simulation;

/// <summary>One world to run from a seed, with an oracle that knows what must hold in it.</summary>
internal interface ISimulationScenario
{
    /// <summary>What <c>--scenario</c> calls it.</summary>
    string Name { get; }

    /// <summary>Runs it once to its end. All choices come from the seed; <paramref name="trace"/>: a line an event.</summary>
    SimulationOutcome Run(ulong seed, TextWriter? trace);

    /// <summary>After the last run: what can be said of all together; null when there is nothing.</summary>
    SimulationConclusion? Conclude() => null;
}
