namespace Weir.Diagnosis.TargetLogs;

/// <summary>How often each difference between two clocks came, and the one that came too often for chance. 1.7 MB.</summary>
internal sealed class DifferenceHistogram
{
    // A zone's 14 hours, and half an hour of a wrong clock.
    private const long RangeMicroseconds = 52_200_000_000;
    private const long BinMicroseconds = 250_000;
    private const int Bins = (int)(2 * RangeMicroseconds / BinMicroseconds);

    // What is usual around a difference is taken from so many bins on each side: traffic changes slowly against that.
    private const int Neighborhood = 200;

    // The chance that the peak is none, all bins together.
    private const double LargestLogChance = -9.2;

    // Bins together; one line makes a difference with many requests, so the scatter is measured and not that of chance.
    private const double LeastDeviations = 8;

    // Zones are whole quarters of an hour; a peak there beats one as high elsewhere, which periodic traffic makes.
    private const long ZoneMicroseconds = 900_000_000;
    private const long NearZoneMicroseconds = 5_000_000;

    private readonly int[] _counts = new int[Bins];
    private long _total;

    public void Add(long differenceMicroseconds)
    {
        var bin = (differenceMicroseconds + RangeMicroseconds) / BinMicroseconds;
        if (bin is >= 0 and < Bins)
        {
            _counts[bin]++;
            _total++;
        }
    }

    /// <summary>The differences from which most more come than chance would give; null: none do.</summary>
    /// <param name="widthMicroseconds">How far equal offsets may be spread by the times' resolution.</param>
    public DifferencePeak? FindPeak(long widthMicroseconds)
    {
        var width = (int)Math.Clamp((widthMicroseconds + BinMicroseconds - 1) / BinMicroseconds + 1, 2, 40);
        var everywhere = (double)_total * width / Bins;
        DifferencePeak? best = null;
        long window = Sum(0, width), around = Sum(0, Neighborhood), squares = SumOfSquares(0, Neighborhood);
        for (var bin = 0; bin + width <= Bins; bin++)
        {
            var usual = Math.Max(everywhere, (double)(around - window) * width / (2 * Neighborhood));
            if (window > usual && window - usual > LeastDeviations * Deviation(bin, width, around - window, squares, usual))
            {
                var logChance = Math.Log(Bins) - (window * Math.Log(window / usual)) + window - usual;
                var from = (bin * BinMicroseconds) - RangeMicroseconds;
                var peak = new DifferencePeak(from, from + (width * BinMicroseconds), (int)(window - usual), logChance);
                if (logChance < LargestLogChance && IsBetter(peak, best))
                {
                    best = peak;
                }
            }

            window += Count(bin + width) - _counts[bin];
            long entering = Count(bin + Neighborhood), leaving = Count(bin - Neighborhood);
            around += entering - leaving;
            squares += (entering * entering) - (leaving * leaving);
        }

        return best;
    }

    private static bool IsBetter(in DifferencePeak peak, DifferencePeak? best) =>
        best is not { } other
        || (peak.IsNear(other) || IsNearZone(peak) == IsNearZone(other) ? peak.LogChance < other.LogChance
            : IsNearZone(peak) ? peak.Excess >= other.Excess * 0.8
            : peak.Excess > other.Excess * 1.25);

    private static bool IsNearZone(in DifferencePeak peak)
    {
        var rest = Math.Abs(peak.Center % ZoneMicroseconds);
        return Math.Min(rest, ZoneMicroseconds - rest) < NearZoneMicroseconds;
    }

    // Of the sum of so many neighboring bins, which may well rise and fall together.
    private double Deviation(int bin, int width, long around, long squares, double usual)
    {
        var mean = (double)around / (2 * Neighborhood);
        var variance = ((double)(squares - SumOfSquares(bin, width)) / (2 * Neighborhood)) - (mean * mean);
        return Math.Sqrt(Math.Max(usual, variance * width * width));
    }

    private long SumOfSquares(int from, int count)
    {
        long sum = 0;
        for (var bin = from; bin < from + count; bin++)
        {
            sum += (long)_counts[bin] * _counts[bin];
        }

        return sum;
    }

    private long Sum(int from, int count)
    {
        long sum = 0;
        for (var bin = from; bin < from + count; bin++)
        {
            sum += _counts[bin];
        }

        return sum;
    }

    private int Count(int bin) => bin is >= 0 and < Bins ? _counts[bin] : 0;
}
