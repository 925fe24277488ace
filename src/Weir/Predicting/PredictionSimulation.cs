using Weir.Diagnosis;

namespace Weir.Predicting;

/// <summary>What the simulation counted, and between which rates the true one lies with 90 % confidence.</summary>
internal sealed record PredictionSimulation(
    long Requests, long Races, long OtherFailures, double VirtualSeconds, double PerMillion, double Low, double High)
{
    private const double Million = 1e6;

    public static PredictionSimulation Of(RaceSimulationResult result) => new(
        result.Requests,
        result.Races,
        result.OtherFailures,
        result.Time.TotalSeconds,
        result.PerRequest * Million,
        RateBound.Lower((int)result.Races, (int)result.Requests) * Million,
        RateBound.Upper((int)result.Races, (int)result.Requests) * Million);
}
