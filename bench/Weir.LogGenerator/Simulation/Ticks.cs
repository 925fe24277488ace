namespace Weir.LogGenerator.Simulation;

/// <summary>Virtual time is counted in ticks of 100 ns, as <see cref="TimeSpan"/> does.</summary>
internal static class Ticks
{
    public const long PerSecond = TimeSpan.TicksPerSecond;

    /// <summary>A time that never comes, and is still safe to add to.</summary>
    public const long Never = long.MaxValue / 4;

    public static long Of(double seconds) => seconds >= 1e11 ? Never : (long)(seconds * PerSecond);

    public static double Seconds(long ticks) => (double)ticks / PerSecond;
}
