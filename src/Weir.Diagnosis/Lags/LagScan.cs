using System.Buffers;

namespace Weir.Diagnosis.Lags;

/// <summary>
/// Looks for the lag that errors have in common: a scan statistic over windows of all places and widths, corrected for
/// having looked at all of them. Pure and deterministic.
/// </summary>
/// <remarks>
/// The error of a race has one lag that equals the target's closing time, and others by chance; which it is, a busy log does not
/// say. So each window is asked how many errors have any lag in it, against how many ordinary requests of pools as busy
/// would have. Half of the trust beforehand is in times at which known servers close, the other half is spread evenly
/// over all windows: a sum of prior times likelihood, of which the greatest term is taken. By Markov's inequality it
/// reaches 100 with one log without a race in a hundred, at most.
/// Traffic comes in bursts, and errors with it. So the best windows are asked again: of the lags that an error has around the
/// window, how many would lie in it, as ordinary requests' do?
/// </remarks>
internal sealed class LagScan(LagControls controls, IReadOnlyList<CloseTimeRange> known)
{
    /// <summary>No server closes idle connections earlier: below, an error is about a request just answered.</summary>
    public const double ShortestIdleSeconds = 0.25;

    // Bins; a bin is 2 ms or a thousandth, so the widest reach from 2 to 3 s, as one does that looks once a second.
    private static readonly int[] _widths = [1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 420];

    // Windows of one width overlap; they begin at every eighth of it.
    private const int StepsPerWidth = 8;

    // About so many windows lie within the tolerance around a known time.
    private const int WindowsPerKnownTime = 20;

    // The places of which the best window is asked again, in bins.
    private const int BinsPerPlace = 64;

    // What counts as around a window.
    private const double AroundFactor = 1.3;

    private readonly LagExpectation?[] _expectations = new LagExpectation?[32];

    /// <summary>The strongest common lag, found or not; null where there is nothing to look at.</summary>
    public CommonLag? Find(IReadOnlyList<LagSample> samples) =>
        Strongest(samples, LagScale.BinOfSeconds(ShortestIdleSeconds), controls.Bins, _widths, isShort: false);

    /// <summary>The same for lags of next to nothing: requests sent right after an answer.</summary>
    public CommonLag? FindShort(IReadOnlyList<LagSample> samples) =>
        Strongest(samples, 0, 1, [1, 2, 3, 5, 8, 15, 25], isShort: true);

    /// <summary>The chance that an ordinary request has a lag in these bins, in a pool as busy, at a moment as busy.</summary>
    public double ChanceIn(in LagSample sample, int from, int to)
    {
        double usual = UsualChance(sample.Stratum, from, to);
        int low = LagScale.BinOfSeconds(LagScale.StartSeconds(from) / AroundFactor);
        int high = Math.Min(LagScale.BinOfSeconds((LagScale.StartSeconds(to) * AroundFactor) + 0.02), controls.Bins);
        int around = sample.CountIn(low, high);
        if (around == 0 || _expectations[sample.Stratum] is not { } expectation)
        {
            return usual;
        }

        double share = Math.Min(expectation.MeanIn(from, to) / Math.Max(expectation.MeanIn(low, high), 1e-12), 1);
        return Math.Max(usual, 1 - Math.Pow(1 - share, around));
    }

    private double UsualChance(int stratum, int from, int to)
    {
        LagExpectation? expectation = _expectations[stratum] ??= controls.Expectation(stratum);
        return expectation?.ChanceIn(from, to) ?? 1;
    }

    private CommonLag? Strongest(IReadOnlyList<LagSample> samples, int begin, int end, int[] widths, bool isShort)
    {
        double errors = 0;
        Span<double> byStratum = stackalloc double[_expectations.Length];
        foreach (LagSample sample in samples)
        {
            errors += sample.Weight;
            byStratum[sample.Stratum] += sample.Weight;
        }

        var places = new CommonLag?[(end / BinsPerPlace) + 1];
        // Of a log with hundreds of groups these would be most of all garbage.
        double[] rented = ArrayPool<double>.Shared.Rent(end + 1);
        Span<double> hits = rented.AsSpan(0, end + 1);
        foreach (int width in errors > 0 ? widths : [])
        {
            CountHits(samples, width, hits);
            int step = Math.Max(width / StepsPerWidth, 1);
            for (int from = begin; from < end; from += step)
            {
                if (hits[from] > 0)
                {
                    double prior = isShort ? -Math.Log(widths.Length) : LogPrior(from, from + width);
                    CommonLag lag = Weigh(from, from + width, hits[from], errors, byStratum, prior);
                    ref CommonLag? place = ref places[from / BinsPerPlace];
                    place = place is null || lag.Evidence > place.Evidence ? lag : place;
                }
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        CommonLag? best = null;
        foreach (CommonLag place in places.OfType<CommonLag>().OrderByDescending(static place => place.Evidence))
        {
            if (place.Evidence > (best?.Evidence ?? double.NegativeInfinity))
            {
                CommonLag again = Ask(place.FromBin, place.ToBin, samples, isShort ? -Math.Log(widths.Length) : LogPrior(place.FromBin, place.ToBin));
                best = best is null || again.Evidence > best.Evidence ? again : best;
            }
        }

        return best is null || isShort ? best : Tighten(best, samples);
    }

    private CommonLag Weigh(int from, int to, double hits, double errors, ReadOnlySpan<double> byStratum, double logPrior)
    {
        double expected = 0;
        for (int stratum = 0; stratum < byStratum.Length; stratum++)
        {
            if (byStratum[stratum] > 0)
            {
                expected += byStratum[stratum] * UsualChance(stratum, from, to);
            }
        }

        return new CommonLag(from, to, hits, errors, expected, Divergence.Excess(hits, errors, expected / errors) + logPrior);
    }

    private CommonLag Ask(int from, int to, IReadOnlyList<LagSample> samples, double logPrior)
    {
        double hits = 0, expected = 0, errors = 0;
        foreach (LagSample sample in samples)
        {
            errors += sample.Weight;
            hits += sample.HasIn(from, to) ? sample.Weight : 0;
            expected += sample.Weight * ChanceIn(sample, from, to);
        }

        return new CommonLag(from, to, hits, errors, expected, Divergence.Excess(hits, errors, expected / errors) + logPrior);
    }

    // The scan's windows have few widths: each end moves as long as that makes the case stronger.
    private CommonLag Tighten(CommonLag best, IReadOnlyList<LagSample> samples)
    {
        double prior = LogPrior(best.FromBin, best.ToBin);
        for (int step = Math.Max((best.ToBin - best.FromBin) / 2, 1); step > 0;)
        {
            CommonLag stronger = best;
            foreach ((int low, int high) in ((int, int)[])[(-step, 0), (step, 0), (0, -step), (0, step), (-step, -step), (step, step)])
            {
                int from = Math.Max(best.FromBin + low, 0), to = Math.Min(best.ToBin + high, controls.Bins);
                if (from < to)
                {
                    CommonLag moved = Ask(from, to, samples, prior);
                    stronger = moved.Evidence > stronger.Evidence ? moved : stronger;
                }
            }

            step = stronger == best ? step / 2 : step;
            best = stronger;
        }

        return best;
    }

    /// <summary>For each bin, the weight of the errors with a lag in the window that begins there.</summary>
    private static void CountHits(IReadOnlyList<LagSample> samples, int width, Span<double> hits)
    {
        // First only where the weight changes.
        hits.Clear();
        int end = hits.Length - 1;
        foreach (LagSample sample in samples)
        {
            int covered = 0;
            foreach (ushort bin in sample.Bins)
            {
                int from = Math.Max(bin - width + 1, covered);
                int to = Math.Min(bin + 1, end);
                if (from < to)
                {
                    hits[from] += sample.Weight;
                    hits[to] -= sample.Weight;
                    covered = to;
                }
            }
        }

        for (int i = 1; i <= end; i++)
        {
            hits[i] += hits[i - 1];
        }
    }

    private double LogPrior(int from, int to)
    {
        double low = LagScale.StartSeconds(from), high = LagScale.StartSeconds(to);
        double spread = 0.5 / (_widths.Length * controls.Bins / 4.0);
        foreach (CloseTimeRange range in known)
        {
            double tolerance = 0.03 + (0.004 * range.ToSeconds);
            if (low >= range.FromSeconds - tolerance && high <= range.ToSeconds + tolerance)
            {
                return Math.Log(spread + (0.5 / known.Count / WindowsPerKnownTime));
            }
        }

        return Math.Log(spread);
    }
}
