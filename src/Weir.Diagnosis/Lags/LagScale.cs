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

    // A bin is wider than this, so that one bin ends in so many ticks, at the most.
    private const int GrainTicks = 16;

    // Up to 105 s, which is where nearly all lags are.
    private const int Grains = 1 << 16;

    private static readonly double _growthLog = Math.Log(Growth);

    // Of each bin that a lag can be in, and the one after: there are a logarithm and a power in each, and they are asked for by the million.
    private static readonly double[] _startSeconds = [.. Enumerable.Range(0, Calculated(uint.MaxValue) + 2).Select(CalculatedStart)];

    // The bin of each grain's first tick, and the first tick of each bin after.
    private static readonly ushort[] _ofGrain = [.. Enumerable.Range(0, Grains + 1).Select(static grain => (ushort)Calculated((uint)grain * GrainTicks))];
    private static readonly uint[] _firstTicks = [.. Enumerable.Range(0, _ofGrain[^1] + 2).Select(FirstTick)];

    public static int BinOf(uint ticks)
    {
        uint grain = ticks / GrainTicks;
        if (grain >= Grains)
        {
            return Calculated(ticks);
        }

        int bin = _ofGrain[grain];
        return ticks < _firstTicks[bin + 1] ? bin : bin + 1;
    }

    public static int BinOfSeconds(double seconds) => BinOf((uint)(seconds * TicksPerSecond));

    /// <summary>Where a bin begins, seconds.</summary>
    public static double StartSeconds(int bin) => _startSeconds[bin];

    public static double CenterSeconds(int bin) => (StartSeconds(bin) + StartSeconds(bin + 1)) / 2;

    private static int Calculated(uint ticks) => ticks < LinearEndTicks
        ? (int)(ticks / LinearTicks)
        : LinearBins + (int)(Math.Log(ticks / LinearEndTicks) / _growthLog);

    private static double CalculatedStart(int bin) => bin < LinearBins
        ? bin * LinearTicks / TicksPerSecond
        : LinearEndTicks * Math.Pow(Growth, bin - LinearBins) / TicksPerSecond;

    // Roundings may move it by a tick from where the bin is calculated to begin.
    private static uint FirstTick(int bin)
    {
        uint tick = (uint)(CalculatedStart(bin) * TicksPerSecond) - (bin == 0 ? 0u : 1u);
        while (Calculated(tick) < bin)
        {
            tick++;
        }

        return tick;
    }
}
