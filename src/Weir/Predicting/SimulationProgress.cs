using Weir.Diagnosing;
using Weir.Diagnosis.Reports;

namespace Weir.Predicting;

/// <summary>How far a simulation has come, how fast it goes and how long it will take yet, in words.</summary>
/// <param name="EnoughRaces">After so many races it ends.</param>
/// <param name="MostRequests">After so many requests at the latest.</param>
/// <param name="MostTime">After this time at the latest.</param>
internal readonly record struct SimulationProgress(long EnoughRaces, long MostRequests, TimeSpan MostTime)
{
    /// <summary>`simulating: 120 races in 310,000 of at most 2,000,000 requests, 95,000 a second, about 8 s left`.</summary>
    public string Describe(long races, long requests, TimeSpan elapsed)
    {
        string so = FormattableString.Invariant($"simulating: {Plural.Of(races, "race")} in {requests:N0} of at most {MostRequests:N0} requests");
        if (requests == 0 || elapsed <= TimeSpan.Zero)
        {
            return so;
        }

        double share = Math.Max(elapsed / MostTime, Math.Max(requests / (double)MostRequests, races / (double)EnoughRaces));
        string left = ReportWording.Duration(TimeSpan.FromSeconds(Math.Ceiling(Math.Round(elapsed.TotalSeconds * (1 - Math.Min(share, 1)) / share, 3))));
        return FormattableString.Invariant($"{so}, {requests / elapsed.TotalSeconds:N0} a second, about {left} left");
    }
}
