namespace Weir.Diagnosis.Findings;

/// <summary>Whether errors become more: the second half of the log against the first. Pure.</summary>
internal static class Trend
{
    // Fewer say nothing.
    private const long LeastErrors = 10;
    private const double LeastHours = 1;

    // Standard deviations: one steady log in a hundred is told of as changing.
    private const double Needed = 2.6;

    public static string Of(ReadOnlySpan<long> errors, TimeBars bars)
    {
        int half = bars.Count / 2;
        long first = 0, second = 0;
        for (int i = 0; i < half; i++)
        {
            first += errors[i];
            second += errors[bars.Count - 1 - i];
        }

        long all = first + second;
        if (all < LeastErrors || bars.Count * (bars.WidthMicroseconds / 3.6e9) < LeastHours)
        {
            return "unclear";
        }

        // Given their sum, each of two equal rates has half of it; errors that come together spread wider, hence the factor.
        double deviation = (second - first) / Math.Sqrt(all * Clumping(errors[..bars.Count]));
        return deviation > Needed ? "rising" : deviation < -Needed ? "falling" : "steady";
    }

    // The variance over the mean of the bars: 1 for errors that know nothing of each other.
    private static double Clumping(ReadOnlySpan<long> errors)
    {
        double sum = 0, squares = 0;
        foreach (long count in errors)
        {
            sum += count;
            squares += (double)count * count;
        }

        double mean = sum / errors.Length;
        return Math.Max(((squares / errors.Length) - (mean * mean)) / mean, 1);
    }
}
