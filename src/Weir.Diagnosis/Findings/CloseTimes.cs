namespace Weir.Diagnosis.Findings;

/// <summary>When a target closes idle connections, from the errors in the window found. Immutable.</summary>
internal sealed record CloseTimes(double Center, double Low, double High, double CenterLow, double CenterHigh, int Errors)
{
    // The log's times are rounded to a millisecond, and bins are as wide as two.
    private const double Resolution = 0.002;

    // A hundredth of the errors at each end has its lag by chance, or a clock that was set.
    private const double Cut = 0.01;

    // Wider than this, it is a range from which the target picks; below, one timer and its jitter.
    private const double RangeShare = 0.05;

    /// <summary>One error and the time since the answer before it: it may have met a close then.</summary>
    public static CloseTimes OfGap(double seconds) => new(seconds, seconds, seconds, seconds, seconds, 1);

    /// <param name="seconds">Idle times at which connections were closed; at least one.</param>
    public static CloseTimes Of(List<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        int cut = (int)(sorted.Length * Cut);
        double low = sorted[cut], high = sorted[^(cut + 1)];
        int count = sorted.Length;
        double range = high - low;
        if (range > RangeShare * high)
        {
            // The ends of a range lie beyond the first and the last of n points of it, by about an (n + 1)th.
            double beyond = range / (count + 1);
            double doubt = Math.Max(range * (1 - Math.Pow(0.025, 1.0 / count)), Resolution);
            double middle = (low + high) / 2;
            return new CloseTimes(middle, low - beyond, high + beyond, middle - doubt, middle + doubt, count);
        }

        double median = sorted[count / 2];
        double spread = Math.Sqrt(sorted.Sum(value => (value - median) * (value - median)) / count);
        // A time is known to its bin, and the bin's middle is what stands in the list.
        double halfBin = Math.Max(Resolution, median * 0.001) / 2;
        double error = (2.5 * spread / Math.Sqrt(count)) + Resolution + halfBin;
        (low, high) = (low - halfBin, high + halfBin);
        return new CloseTimes(median, low, high, Math.Max(median - error, low), Math.Min(median + error, high), count);
    }
}
