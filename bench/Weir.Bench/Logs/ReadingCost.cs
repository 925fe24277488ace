namespace Weir.Bench.Logs;

/// <summary>What one run of one program took.</summary>
/// <param name="Threads">The most that its processes had together, seen every few milliseconds.</param>
internal sealed record ReadingCost(double WallSeconds, double UserSeconds, double SystemSeconds, int Threads)
{
    public double CpuSeconds => UserSeconds + SystemSeconds;
}
