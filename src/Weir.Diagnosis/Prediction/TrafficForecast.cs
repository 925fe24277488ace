namespace Weir.Diagnosis;

/// <summary>The traffic of one target group in a log: what the formula expects of it, and what the log shows.</summary>
/// <param name="Pools">Pairs of a node and a target.</param>
/// <param name="Requests">Requests that were sent to targets.</param>
/// <param name="Expected">Races that the formula expects.</param>
/// <param name="Observed">502s that look like races.</param>
public sealed record TrafficForecast(int Pools, long Requests, double Expected, long Observed)
{
    // How far a count may be off by chance: one in about 400 is further away.
    private const double Sigmas = 3;

    /// <summary>Whether the log shows more, fewer, or as many as expected, within what chance allows: 1, −1, 0.</summary>
    public int Comparison => Math.Abs(Observed - Expected) <= (Sigmas * Math.Sqrt(Math.Max(Expected, 1))) ? 0 : Math.Sign(Observed - Expected);
}
