namespace Weir.Bench;

/// <summary>A proxy's line in a load profile: medians over the rounds.</summary>
internal sealed record LoadRow(string Proxy, IReadOnlyList<Round> Rounds, Ratio? ToBetterPeer, double ResidentMegabytes)
{
    public double CpuMicros => Statistics.Median(Rounds.Select(round => round.CpuMicrosPerRequest));

    public double UserMicros => Statistics.Median(Rounds.Select(round => round.UserMicrosPerRequest));

    public double SystemMicros => Statistics.Median(Rounds.Select(round => round.SystemMicrosPerRequest));

    public double RequestsPerSecond => Statistics.Median(Rounds.Select(round => round.RequestsPerSecond));

    public double P50Micros => Statistics.Median(Rounds.Select(round => round.P50Micros));

    public double P99Micros => Statistics.Median(Rounds.Select(round => round.P99Micros));

    public long Errors => Rounds.Sum(round => round.Errors);
}
