namespace Weir.Diagnosis.Lags;

/// <summary>
/// The bins in which lags are counted: 2 ms wide up to 2 s, then a thousandth of the lag. Pure; shared by all statistics
/// of lags, which must never use another scale.
/// </summary>
/// <remarks>Times of a log are known to a millisecond or two, and a server's timer to about a thousandth: finer bins say nothing.</remarks>
internal static class LagScale
{
    /// <summary>The unit of a stored lag: 0.1 ms.</summary>
    public const int MicrosecondsPerTick = 100;

    public const double TicksPerSecond = 10_000;

    private const int LinearTicks = 20;
    private const int LinearBins = 1_000;
    private const double LinearEndTicks = LinearTicks * LinearBins;
    private const double Growth = 1.001;

    private static readonly double _growthLog = Math.Log(Growth);

    public static int BinOf(uint ticks) => ticks < LinearEndTicks
        ? (int)(ticks / LinearTicks)
        : LinearBins + (int)(Math.Log(ticks / LinearEndTicks) / _growthLog);

    public static int BinOfSeconds(double seconds) => BinOf((uint)(seconds * TicksPerSecond));

    /// <summary>Where a bin begins, seconds.</summary>
    public static double StartSeconds(int bin) => bin < LinearBins
        ? bin * LinearTicks / TicksPerSecond
        : LinearEndTicks * Math.Pow(Growth, bin - LinearBins) / TicksPerSecond;

    public static double CenterSeconds(int bin) => (StartSeconds(bin) + StartSeconds(bin + 1)) / 2;
}
