using System.Buffers;
using Weir.Diagnosis.Causes;

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
/// <param name="keptSeconds">Until when the balancer keeps idle connections, where answers are looked at beyond.</param>
internal sealed class LagScan(LagControls controls, IReadOnlyList<CloseTimeRange> known, double keptSeconds = double.PositiveInfinity)
{
    /// <summary>No server closes idle connections earlier: below, an error is about a request just answered.</summary>
    public const double ShortestIdleSeconds = 0.25;

    // Bins; a bin is 2 ms or a thousandth, so the widest reach from 2 to 3 s, as one does that looks once a second.
    private static readonly int[] _widths = [1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 420];

    // From the time that a packet takes to a busy server's pause before it closes.
    private static readonly int[] _shortWidths = [1, 2, 3, 5, 8, 15, 25, 50, 100, 175];

    private const double OtherShare = 0.1;

    // The idle timeout would have to be another than the one that is reckoned with.
    private const double BeyondNats = -4;

    // Windows of one width overlap; they begin at every eighth of it.
    private const int StepsPerWidth = 8;

    // However coarsely a server keeps its time, no connection lives so many times longer than another.
    private const double MostRatio = 3;

    // About so many windows lie within the tolerance around a known time.
    private const int WindowsPerKnownTime = 20;

    // The places of which the best window is asked again, in bins.
    private const int BinsPerPlace = 64;

    /// <summary>
    /// By how much errors may have a lag more often than ordinary requests, for what they differ in besides: a connection's life has its own
    /// rhythm, and bursts have theirs. Chosen on the tuning seeds, so that pools of hundreds of requests a second show no windows that are none.
    /// </summary>
    public const double Caution = 2.5;

    // What counts as around a window.
    private const double AroundFactor = 1.3;
    private const int ManyAround = 10;

    // Of the errors that have a lag, so many have its image, a rhythm's period shorter or longer.
    private const double SameErrors = 0.9;

    // A bin of the finest scale.
    private const double LeastTookSeconds = 0.002;

    /// <summary>
    /// The last of the time that is looked back at is no place to look for windows: of requests that took long, answers that old are forgotten when
    /// their lines come, and so they are ordinary requests' lags less often than those of errors, which were quick.
    /// </summary>
    public const double EdgeSeconds = 1;

    private readonly LagExpectation?[] _expectations = new LagExpectation?[32];

    private int EndBin => LagScale.BinOfSeconds(Math.Max(LagScale.StartSeconds(controls.Bins) - EdgeSeconds, ShortestIdleSeconds));

    /// <summary>Looks for a common lag of idle connections.</summary>
    /// <param name="hitShare">The share of them that would have it, were all of one kind.</param>
    public LagSearch Find(IReadOnlyList<LagSample> samples, double hitShare) =>
        Search(samples, LagScale.BinOfSeconds(ShortestIdleSeconds), EndBin, hitShare);

    /// <summary>
    /// The window from 0 that fits best, if most requests were sent right after an answer; null where there is nothing to look at. Its evidence
    /// is below 0 where they were not.
    /// </summary>
    public CommonLag? FindShort(IReadOnlyList<LagSample> samples, double hitShare)
    {
        CommonLag? best = null;
        double sum = 0;
        foreach (int width in samples.Count > 0 ? _shortWidths : [])
        {
            double prior = -Math.Log(_shortWidths.Length);
            CommonLag lag = Ask(0, width, samples, prior);
            double nats = prior;
            foreach (LagSample sample in samples)
            {
                // Some are of another cause, whatever the window.
                double ratio = Math.Exp(sample.HasIn(0, width) ? Divergence.Hit(hitShare, CautiousChanceIn(sample, 0, width)) : Divergence.Miss(hitShare));
                nats += sample.Weight * Math.Log(((1 - OtherShare) * ratio) + OtherShare);
            }

            double better = best is null ? double.PositiveInfinity : nats - best.Evidence;
            sum = better > 0 ? 1 + (sum * Math.Exp(-better)) : sum + Math.Exp(better);
            best = better > 0 ? lag with { Evidence = nats } : best;
        }

        // Windows that fit as well are as many reasons to believe in one.
        return best is null ? null : best with { Evidence = best.Evidence + Math.Log(sum), LogPrior = best.LogPrior + Math.Log(sum) };
    }

    /// <summary>The chance that an ordinary request has a lag in these bins, in a pool as busy, at a moment as busy.</summary>
    public double ChanceIn(in LagSample sample, int from, int to) => 1 - Math.Exp(-MeanIn(sample, from, to));

    /// <summary>The same, to be held against errors: with room for what they differ in besides.</summary>
    public double CautiousChanceIn(in LagSample sample, int from, int to) => 1 - Math.Exp(-Caution * MeanIn(sample, from, to));

    private double MeanIn(in LagSample sample, int from, int to)
    {
        double took = sample.TookSeconds;
        double usual = UsualMean(sample.Stratum, from, to, took);
        int low = LagScale.BinOfSeconds(LagScale.StartSeconds(from) / AroundFactor);
        int high = Math.Min(LagScale.BinOfSeconds((LagScale.StartSeconds(to) * AroundFactor) + 0.02), controls.Bins);
        int around = sample.CountIn(low, high);
        if (around == 0 || _expectations[sample.Stratum] is not { } expectation)
        {
            return usual;
        }

        // Bins that hold one lag or more: how many lags that are follows from how many bins are empty.
        double bins = high - low;
        double lags = -bins * Math.Log(1 - (Math.Min(around, bins - 0.5) / bins));
        // Pools as busy as this one may not be in the sample: of many lags no fewer lie in the window than if they lay evenly.
        double evenly = around < ManyAround ? 0 : (LagScale.StartSeconds(to) - LagScale.StartSeconds(from)) / (LagScale.StartSeconds(high) - LagScale.StartSeconds(low));
        double share = Math.Clamp(Mean(expectation, from, to, took) / Math.Max(Mean(expectation, low, high, took), 1e-12), evenly, 1);
        return Math.Max(usual, lags * share);
    }

    private double UsualMean(int stratum, int from, int to, double tookSeconds)
    {
        LagExpectation? expectation = _expectations[stratum] ??= controls.Expectation(stratum);
        return expectation is null ? double.PositiveInfinity : Mean(expectation, from, to, tookSeconds);
    }

    // An ordinary request's lags end when it is sent: where clients ask in a rhythm, an error's would else have one of its own, later by what it took.
    private static double Mean(LagExpectation expectation, int from, int to, double tookSeconds)
    {
        if (tookSeconds < LeastTookSeconds)
        {
            return expectation.MeanIn(from, to);
        }

        int low = LagScale.BinOfSeconds(Math.Max(LagScale.StartSeconds(from) - tookSeconds, 0));
        int high = LagScale.BinOfSeconds(Math.Max(LagScale.StartSeconds(to) - tookSeconds, 0));
        return expectation.MeanIn(low, Math.Max(high, low + 1));
    }

    private LagSearch Search(IReadOnlyList<LagSample> samples, int begin, int end, double hitShare)
    {
        double errors = samples.Sum(static sample => sample.Weight);
        LagSample[] kinds = Kinds(samples);
        var places = new CommonLag?[(end / BinsPerPlace) + 1];
        // Of a log with hundreds of groups these would be most of all garbage.
        double[] rented = ArrayPool<double>.Shared.Rent(end + 1);
        Span<double> hits = rented.AsSpan(0, end + 1);
        double open = 0, all = 0, most = double.NegativeInfinity, sum = 0;
        foreach (int width in errors > 0 ? _widths : [])
        {
            CountHits(samples, width, hits);
            int step = Math.Max(width / StepsPerWidth, 1);
            for (int from = begin; from < end; from += step)
            {
                if (IsTooWide(from, from + width))
                {
                    continue;
                }

                double prior = LogPrior(from, from + width);
                double expected = ExpectedHits(from, from + width, kinds);
                double evidence = Divergence.Excess(hits[from], errors, expected / errors) + prior;
                all += Math.Exp(prior);
                double fit = prior + Math.Min(Divergence.Of(hits[from], errors, hitShare, expected / errors), 0);
                open += Math.Exp(fit);
                fit = Math.Max(fit, evidence > prior ? evidence : fit);
                (most, sum) = fit > most ? (fit, 1 + (sum * Math.Exp(most - fit))) : (most, sum + Math.Exp(fit - most));
                ref CommonLag? place = ref places[from / BinsPerPlace];
                if (hits[from] > 0 && evidence > (place?.Evidence ?? double.NegativeInfinity))
                {
                    place = new CommonLag(from, from + width, hits[from], errors, expected, evidence, prior);
                }
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        return new LagSearch(Best([.. places.OfType<CommonLag>()], samples), all > 0 ? open / all : 1, all > 0 ? most + Math.Log(sum / all) : 0);
    }

    private CommonLag? Best(CommonLag[] places, IReadOnlyList<LagSample> samples)
    {
        CommonLag? best = null;
        foreach (CommonLag place in places.OrderByDescending(static place => place.Evidence))
        {
            if (place.Evidence > (best?.Evidence ?? double.NegativeInfinity))
            {
                CommonLag again = Ask(place.FromBin, place.ToBin, samples, place.LogPrior);
                best = best is null || again.Evidence > best.Evidence ? again : best;
            }
        }

        return best is null ? null : Tighten(ShortestImage(best, places, samples), samples);
    }

    // Where requests come in a rhythm, a common lag has images, a period longer each, and which of them it is the errors do not say. But the
    // connection that the balancer takes is rather the one that it has used last.
    private CommonLag ShortestImage(CommonLag best, CommonLag[] places, IReadOnlyList<LagSample> samples) => places
        .Where(place => place.IsFound && place.ToBin <= best.FromBin && place.Hits >= SameErrors * best.Hits)
        .OrderBy(static place => place.FromBin)
        .Select(place => Ask(place.FromBin, place.ToBin, samples, place.LogPrior))
        .FirstOrDefault(static again => again.IsFound, best);

    // Errors of pools as busy that took about as long are expected to have the same lags.
    private static LagSample[] Kinds(IReadOnlyList<LagSample> samples) =>
    [
        .. from sample in samples
           group sample by (sample.Stratum, TimeClasses.Of((int)(sample.TookSeconds * 1000))) into alike
           let weight = alike.Sum(static sample => sample.Weight)
           select new LagSample([], alike.Key.Stratum, weight, alike.Sum(static sample => sample.Weight * sample.TookSeconds) / weight),
    ];

    private double ExpectedHits(int from, int to, LagSample[] kinds)
    {
        double expected = 0;
        foreach (LagSample kind in kinds)
        {
            expected += kind.Weight * (1 - Math.Exp(-Caution * UsualMean(kind.Stratum, from, to, kind.TookSeconds)));
        }

        return expected;
    }

    private CommonLag Ask(int from, int to, IReadOnlyList<LagSample> samples, double logPrior)
    {
        double hits = 0, expected = 0, errors = 0;
        foreach (LagSample sample in samples)
        {
            errors += sample.Weight;
            hits += sample.HasIn(from, to) ? sample.Weight : 0;
            expected += sample.Weight * CautiousChanceIn(sample, from, to);
        }

        return new CommonLag(from, to, hits, errors, expected, Divergence.Excess(hits, errors, expected / errors) + logPrior, logPrior);
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
                int from = Math.Max(best.FromBin + low, LagScale.BinOfSeconds(ShortestIdleSeconds)), to = Math.Min(best.ToBin + high, EndBin);
                if (from < to && !IsTooWide(from, to))
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

    private static bool IsTooWide(int from, int to) => LagScale.StartSeconds(to) > MostRatio * LagScale.StartSeconds(from);

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
        double beyond = low > keptSeconds ? BeyondNats : 0;
        foreach (CloseTimeRange range in known)
        {
            double tolerance = 0.03 + (0.004 * range.ToSeconds);
            if (low >= range.FromSeconds - tolerance && high <= range.ToSeconds + tolerance)
            {
                return beyond + Math.Log(spread + (0.5 / known.Count / WindowsPerKnownTime));
            }
        }

        return beyond + Math.Log(spread);
    }
}
