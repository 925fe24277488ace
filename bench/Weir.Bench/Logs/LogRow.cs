namespace Weir.Bench.Logs;

/// <summary>A program's line of the table: medians over the rounds.</summary>
internal sealed record LogRow(string Tool, string Task, IReadOnlyList<ReadingCost> Rounds)
{
    public double WallSeconds => Statistics.Median(Rounds.Select(round => round.WallSeconds));

    public double UserSeconds => Statistics.Median(Rounds.Select(round => round.UserSeconds));

    public double SystemSeconds => Statistics.Median(Rounds.Select(round => round.SystemSeconds));

    public double CpuSeconds => Statistics.Median(Rounds.Select(round => round.CpuSeconds));

    public int Threads => Rounds.Max(round => round.Threads);

    /// <summary>How often it takes as long as the other, round by round.</summary>
    public Ratio SlowerThan(LogRow other, Func<ReadingCost, double> cost)
    {
        double[] ratios = [.. Rounds.Zip(other.Rounds, (own, others) => cost(own) / cost(others))];
        return new Ratio(Statistics.Median(ratios), ratios.Min(), ratios.Max());
    }
}
