namespace Weir.Diagnosis.Lags;

/// <summary>How many earlier answers an ordinary request has at each lag. Immutable; made from a sample once the log is read.</summary>
/// <remarks>
/// A bin's own count is mixed with that of its neighbourhood: the sample is finite, and a bin that happens to be empty in
/// it must not make a chance look like a proof. The mixture is the mean of a gamma distribution after the count.
/// </remarks>
internal sealed class LagExpectation
{
    // The neighbourhood's weight, in counts.
    private const double PriorCounts = 4;

    // How wide the neighbourhood is on each side, bins.
    private const int Reach = 100;

    // A lag that no sampled request had can be had all the same.
    private const double LeastCounts = 0.5;

    private readonly double[] _counts;
    private readonly double _requests;

    public LagExpectation(ReadOnlySpan<int> counts, int requests)
    {
        _requests = Math.Max(requests, 1);
        _counts = new double[counts.Length + 1];
        for (int i = 0; i < counts.Length; i++)
        {
            _counts[i + 1] = _counts[i] + counts[i];
        }
    }

    /// <summary>How many lags an ordinary request has in these bins, on average; <paramref name="to"/> is not one of them.</summary>
    public double MeanIn(int from, int to)
    {
        int last = _counts.Length - 1;
        from = Math.Min(from, last);
        to = Math.Min(to, last);
        double own = _counts[to] - _counts[from];
        int low = Math.Max(from - Reach, 0), high = Math.Min(to + Reach, last);
        double around = (_counts[high] - _counts[low] + LeastCounts)
            * (LagScale.StartSeconds(to) - LagScale.StartSeconds(from))
            / (LagScale.StartSeconds(high) - LagScale.StartSeconds(low));
        return around <= 0 ? 0 : (own + PriorCounts) / (1 + (PriorCounts / around)) / _requests;
    }
}
