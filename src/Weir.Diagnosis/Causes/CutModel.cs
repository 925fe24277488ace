namespace Weir.Diagnosis.Causes;

/// <summary>
/// Why requests of one group were cut: a mixture of causes, each with its own expectation of times, lags, neighbours and
/// URLs, fitted to the group's errors. Immutable once fitted; deterministic.
/// </summary>
/// <remarks>
/// An error's chance for a cause is prior × likelihood of what was seen, over all causes. Priors and the times of the quick
/// causes are learned from the group itself (expectation–maximization, few steps, with the constants here as pseudo-counts), so a group with
/// a hundred races needs less to call the next one so. All constants were chosen on the tuning seeds, never on the test seeds.
/// </remarks>
internal sealed class CutModel
{
    private const int Steps = 12;

    // Pseudo-errors of each cause before any is seen.
    private static readonly double[] _priorErrors = [1.6, 0.5, 0.7, 0.5, 0.6, 0.7, 0.2, 0.1];

    // How long the quick causes take, by class of TimeClasses: within a round trip for most. Source: published logs, 0 to 53 ms, half of them under 18.
    private static readonly double[] _quick = Normalized([28, 17, 14, 12, 10, 8, 5, 2.5, 1.5, 1, 0.6]);
    private static readonly double[] _answer = Normalized([5, 8, 12, 14, 14, 13, 12, 9, 6, 3, 2, 1, 0.5]);
    private const double TimePseudoErrors = 10;

    private readonly GroupTraffic _traffic;
    private readonly CutEvidence _evidence;
    private readonly double[] _share = new double[CutCauses.Count];
    private readonly double[][] _times = new double[CutCauses.Count][];

    private CutModel(GroupTraffic traffic, CutEvidence evidence)
    {
        _traffic = traffic;
        _evidence = evidence;
        double total = _priorErrors.Sum();
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            _share[cause] = _priorErrors[cause] / total;
            _times[cause] = PriorTimes(cause);
        }
    }

    public CutEvidence Evidence => _evidence;

    public static CutModel Fit(GroupTraffic traffic, CutEvidence evidence, IReadOnlyList<CutSample> samples)
    {
        var model = new CutModel(traffic, evidence);
        double[][] fixedLogs = [.. samples.Select(sample => evidence.Of(sample))];
        var chances = new double[CutCauses.Count];
        for (int step = 0; step < Steps; step++)
        {
            var sums = new double[CutCauses.Count];
            var times = new double[CutCauses.Count][];
            for (int cause = 0; cause < CutCauses.Count; cause++)
            {
                times[cause] = new double[TimeClasses.Count];
            }

            for (int i = 0; i < samples.Count; i++)
            {
                model.Judge(samples[i].Error, fixedLogs[i], chances);
                int timeClass = TimeClasses.Of(samples[i].Error.TookMilliseconds);
                for (int cause = 0; cause < CutCauses.Count; cause++)
                {
                    sums[cause] += chances[cause];
                    times[cause][timeClass] += chances[cause];
                }
            }

            model.Learn(sums, times, samples.Count);
        }

        return model;
    }

    /// <summary>The chance of each of <see cref="CutCauses"/>; they add up to 1.</summary>
    public void Judge(CutSample sample, Span<double> chances) => Judge(sample.Error, _evidence.Of(sample), chances);

    private void Judge(in ErrorCase error, ReadOnlySpan<double> logs, Span<double> chances)
    {
        int timeClass = TimeClasses.Of(error.TookMilliseconds);
        double width = TimeClasses.WidthMilliseconds(timeClass);
        double greatest = double.NegativeInfinity;
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            double density = cause == CutCauses.Timeout
                ? _evidence.TimeoutDensity(error.TookMilliseconds)
                : _times[cause][timeClass] / width;
            chances[cause] = Math.Log(_share[cause]) + Math.Log(density) + logs[cause];
            greatest = Math.Max(greatest, chances[cause]);
        }

        double sum = 0;
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            chances[cause] = Math.Exp(chances[cause] - greatest);
            sum += chances[cause];
        }

        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            chances[cause] /= sum;
        }
    }

    private void Learn(double[] sums, double[][] times, int samples)
    {
        double total = samples + _priorErrors.Sum();
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            _share[cause] = (sums[cause] + _priorErrors[cause]) / total;
            if (cause is CutCauses.Race or CutCauses.Limit or CutCauses.Malformed)
            {
                double[] prior = PriorTimes(cause);
                for (int i = 0; i < TimeClasses.Count; i++)
                {
                    _times[cause][i] = (times[cause][i] + (TimePseudoErrors * prior[i])) / (sums[cause] + TimePseudoErrors);
                }
            }
        }
    }

    private double[] PriorTimes(int cause)
    {
        var prior = new double[TimeClasses.Count];
        for (int i = 0; i < TimeClasses.Count; i++)
        {
            prior[i] = cause switch
            {
                CutCauses.Race or CutCauses.Limit => _quick[i],
                CutCauses.Malformed => (0.5 * _answer[i]) + (0.5 * _traffic.Ordinary(i)),
                CutCauses.Restart => (0.2 * _quick[i]) + (0.8 * _traffic.WhenCut(i)),
                CutCauses.Unknown => 1.0 / TimeClasses.Count,
                _ => _traffic.WhenCut(i),
            };
        }

        return prior;
    }

    private static double[] Normalized(double[] weights)
    {
        const double Rest = 0.01;
        double sum = weights.Sum();
        var shares = new double[TimeClasses.Count];
        for (int i = 0; i < shares.Length; i++)
        {
            // The tail: every further class is three times as unlikely.
            shares[i] = i < weights.Length ? weights[i] / sum : shares[i - 1] / 3;
            shares[i] = Math.Max(shares[i], Rest * 1e-4);
        }

        return shares;
    }
}
