namespace Weir.Diagnosis.Lags;

/// <summary>
/// How many earlier answers an ordinary request has at each lag. Immutable; made once the log is read, of a sample's counts,
/// which it takes over and sums up where they are: a copy for each group would take more memory than all else.
/// </summary>
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

    // Up to each bin, that one included.
    private readonly int[] _sums;
    private readonly double _requests;

    public LagExpectation(int[] counts, int requests)
    {
        _requests = Math.Max(requests, 1);
        _sums = counts;
        for (int bin = 1; bin < _sums.Length; bin++)
        {
            _sums[bin] += _sums[bin - 1];
        }
    }

    /// <summary>How many lags the sample has in these bins; <paramref name="to"/> is not one of them.</summary>
    public long CountIn(int from, int to) => SumBefore(to) - SumBefore(from);

    /// <summary>How many lags an ordinary request has in these bins, on average; <paramref name="to"/> is not one of them.</summary>
    public double MeanIn(int from, int to)
    {
        int last = _sums.Length;
        from = Math.Min(from, last);
        to = Math.Min(to, last);
        double own = CountIn(from, to);
        int low = Math.Max(from - Reach, 0), high = Math.Min(to + Reach, last);
        double around = (CountIn(low, high) + LeastCounts)
            * (LagScale.StartSeconds(to) - LagScale.StartSeconds(from))
            / (LagScale.StartSeconds(high) - LagScale.StartSeconds(low));
        return around <= 0 ? 0 : (own + PriorCounts) / (1 + (PriorCounts / around)) / _requests;
    }

    private long SumBefore(int bin) => bin <= 0 ? 0 : _sums[Math.Min(bin, _sums.Length) - 1];
}
