namespace Weir.Diagnosis;

/// <summary>What a simulation has counted.</summary>
/// <param name="Requests">Requests that have come to an end.</param>
/// <param name="Races">502s of the balancer.</param>
/// <param name="OtherFailures">Requests that failed in another way: none, unless something is wrong.</param>
/// <param name="Time">Virtual time that has passed.</param>
public sealed record RaceSimulationResult(long Requests, long Races, long OtherFailures, TimeSpan Time)
{
    /// <summary>The share of requests that raced, 0 to 1.</summary>
    public double PerRequest => Requests == 0 ? 0 : (double)Races / Requests;
}
