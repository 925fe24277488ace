namespace Weir.Bench;

/// <summary>A proxy's line in a load profile: medians over the rounds.</summary>
internal sealed record LoadRow(string Proxy, IReadOnlyList<Round> Rounds, Ratio? ToBetterPeer, double ResidentMegabytes)
{
    public double CpuMicros => Statistics.Median(Rounds.Select(round => round.CpuMicrosPerRequest));

    public double UserMicros => Statistics.Median(Rounds.Select(round => round.UserMicrosPerRequest));

    public double SystemMicros => Statistics.Median(Rounds.Select(round => round.SystemMicrosPerRequest));

    public double RequestsPerSecond => Statistics.Median(Rounds.Select(round => round.RequestsPerSecond));

    /// <summary>Nothing where the load generator does not tell.</summary>
    public double? P50Micros => Median(Rounds.Select(round => round.P50Micros));

    /// <inheritdoc cref="P50Micros"/>
    public double? P99Micros => Median(Rounds.Select(round => round.P99Micros));

    public long Errors => Rounds.Sum(round => round.Errors);

    private static double? Median(IEnumerable<double?> times) =>
        times.OfType<double>().ToArray() is { Length: > 0 } known ? Statistics.Median(known) : null;
}
