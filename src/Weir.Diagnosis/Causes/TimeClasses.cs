using System.Numerics;

namespace Weir.Diagnosis.Causes;

/// <summary>Durations in classes that double: 0, 1, 2–3, 4–7 … ms. Pure.</summary>
internal static class TimeClasses
{
    /// <summary>The last class begins at 4.5 hours, beyond the longest idle timeout.</summary>
    public const int Count = 25;

    public static int Of(int milliseconds) => Math.Min(BitOperations.Log2((uint)Math.Max(milliseconds, 0)) + (milliseconds > 0 ? 1 : 0), Count - 1);

    public static double StartMilliseconds(int at) => at == 0 ? 0 : 1L << (at - 1);

    /// <summary>How many milliseconds, as a log counts them, belong to a class.</summary>
    public static double WidthMilliseconds(int at) => at == 0 ? 1 : 1L << (at - 1);
}
