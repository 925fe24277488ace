namespace Weir.Diagnosis.Causes;

/// <summary>A time after which strikingly many requests were cut: the target's own limit.</summary>
/// <param name="Errors">How many lie in it.</param>
/// <param name="Evidence">Nats, after the number of places looked at.</param>
internal sealed record TimePeak(int FromMilliseconds, int ToMilliseconds, int Errors, double Evidence)
{
    public const double EvidenceNeeded = 4.6;

    // No server gives its requests less than this.
    private const int ShortestMilliseconds = 900;

    // A limit is kept by a timer that may look once a second, or every five (puma).
    private static readonly int[] _widths = [60, 250, 1_100, 2_200, 5_500];

    // What counts as around a time: from so much of it, to so much.
    private const double AroundFrom = 0.5, AroundTo = 1.5;

    public bool Holds(int milliseconds) => milliseconds >= FromMilliseconds && milliseconds <= ToMilliseconds;

    /// <summary>The strongest of these times; null where no three lie together.</summary>
    /// <param name="sorted">Times until the cut, rising.</param>
    /// <param name="density">How they would be spread without a limit, per millisecond.</param>
    public static TimePeak? Find(int[] sorted, Func<int, double> density)
    {
        int begin = Array.FindIndex(sorted, static time => time >= ShortestMilliseconds);
        TimePeak? best = null;
        foreach (int width in begin < 0 ? [] : _widths)
        {
            for (int low = begin, high = begin; low < sorted.Length; low++)
            {
                while (high < sorted.Length && sorted[high] <= sorted[low] + width)
                {
                    high++;
                }

                int count = high - low;
                double share = Math.Clamp(Math.Max(density(sorted[low]) * (width + 1), ShareAround(sorted, low, high, width)), 1e-9, 1);
                double prior = Math.Log(_widths.Length * 60.0);
                double evidence = Divergence.Excess(count - 1, sorted.Length - 1, share) - prior;
                if (count >= 3 && width <= sorted[low] / 4 && evidence > (best?.Evidence ?? double.NegativeInfinity))
                {
                    best = new TimePeak(sorted[low], sorted[high - 1], count, evidence);
                }
            }
        }

        return best is { Evidence: >= EvidenceNeeded } ? best : null;
    }

    // Cuts after all sorts of times lie somewhere, and there everywhere: a limit stands out of what is around it.
    private static double ShareAround(int[] sorted, int low, int high, int width)
    {
        double from = Math.Max(sorted[low] * AroundFrom, sorted[0]), to = Math.Min(sorted[low] * AroundTo, sorted[^1]);
        int others = sorted.Count(time => time >= from && time <= to) - (high - low);
        return (double)Math.Max(others, 0) / sorted.Length * (width + 1) / Math.Max(to - from - width, width + 1);
    }
}
