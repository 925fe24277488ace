namespace Weir.Diagnosis.Causes;

/// <summary>
/// One story of a group's cut requests, fitted: how often each cause is, and how long the quick ones take. Immutable once
/// fitted; deterministic.
/// </summary>
/// <remarks>
/// An error's chance for a cause is share × likelihood of what was seen, over all causes. Shares and times are learned from the
/// group itself (expectation–maximization, few steps, with the constants here as pseudo-counts), so a group with a hundred
/// races needs less to call the next one so.
/// </remarks>
internal sealed class CutMixture
{
    private const int Steps = 12;

    // Crashes at any moment, and those that come with certain requests: so many of each are supposed before any is seen.
    private const double CrashPseudoErrors = 3;

    // Pseudo-errors of each cause before any is seen.
    private static readonly double[] _priorErrors = [1, 1, 0.7, 0.5, 0.6, 0.4, 0.2, 0.1];

    private readonly GroupTraffic _traffic;
    private readonly CutEvidence _evidence;
    private readonly CutStory _story;
    private readonly double[] _share = new double[CutCauses.Count];
    private readonly double[][] _times = new double[CutCauses.Count][];
    private QuickTimes _raceTimes = QuickTimes.OfRace, _limitTimes = QuickTimes.OfLimit;

    private double _crashesWithin = 0.5;

    private CutMixture(GroupTraffic traffic, CutEvidence evidence, CutStory story)
    {
        _traffic = traffic;
        _evidence = evidence;
        _story = story;
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            _times[cause] = BroadTimes(cause);
        }

        Learn(new double[CutCauses.Count]);
    }

    /// <summary>How well it explains the errors, and how likely it was before, nats.</summary>
    public double Evidence { get; private set; }

    public static CutMixture Fit(
        GroupTraffic traffic, CutEvidence evidence, CutStory story, IReadOnlyList<CutSample> samples, CutReading[] readings)
    {
        var mixture = new CutMixture(traffic, evidence, story);
        double[][] withLags = [.. samples.Select((sample, i) => mixture.WithLags(sample, readings[i]))];
        var chances = new double[CutCauses.Count];
        for (int step = 0; step < Steps; step++)
        {
            var sums = new double[CutCauses.Count];
            QuickTimes race = QuickTimes.OfRace, limit = QuickTimes.OfLimit;
            double crashesWithin = CrashPseudoErrors;
            double evidenceSum = story.LogPrior;
            for (int i = 0; i < samples.Count; i++)
            {
                evidenceSum += mixture.Weigh(samples[i].Error, withLags[i], readings[i].Crash, chances);
                int took = samples[i].Error.TookMilliseconds;
                race = race.With(took, chances[CutCauses.Race]);
                limit = limit.With(took, chances[CutCauses.Limit]);
                crashesWithin += chances[CutCauses.Crash] * readings[i].Crash.ShareWithin(mixture._crashesWithin);
                for (int cause = 0; cause < CutCauses.Count; cause++)
                {
                    sums[cause] += chances[cause];
                }
            }

            mixture.Evidence = evidenceSum;
            mixture.Learn(sums);
            mixture._crashesWithin = crashesWithin / (sums[CutCauses.Crash] + (2 * CrashPseudoErrors));
            mixture._raceTimes = race;
            mixture._limitTimes = limit;
        }

        return mixture;
    }

    /// <summary>The chance of each of <see cref="CutCauses"/>; they add up to 1.</summary>
    public void Judge(CutSample sample, CutReading reading, Span<double> chances) =>
        Weigh(sample.Error, WithLags(sample, reading), reading.Crash, chances);

    private double[] WithLags(CutSample sample, CutReading reading)
    {
        double[] all = [.. reading.Nats];
        all[CutCauses.Race] += _evidence.RaceNats(sample, _story);
        all[CutCauses.Limit] += _evidence.LimitNats(sample, _story);
        return all;
    }

    /// <summary>Gives the logarithm of the likelihood of all causes together.</summary>
    private double Weigh(in ErrorCase error, ReadOnlySpan<double> logs, in CrashDensity crash, Span<double> chances)
    {
        double greatest = double.NegativeInfinity;
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            chances[cause] = _share[cause] > 0 ? Math.Log(_share[cause] * Density(cause, error, crash)) + logs[cause] : double.NegativeInfinity;
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

        return greatest + Math.Log(sum);
    }

    /// <summary>Per millisecond.</summary>
    private double Density(int cause, in ErrorCase error, in CrashDensity crash)
    {
        int timeClass = TimeClasses.Of(error.TookMilliseconds);
        double broad = _times[cause][timeClass] / TimeClasses.WidthMilliseconds(timeClass);
        double after = cause is CutCauses.Race or CutCauses.Limit ? 1 : _evidence.ReachedChance(error);
        return after * cause switch
        {
            CutCauses.Timeout => _evidence.TimeoutDensity(error.TookMilliseconds),
            CutCauses.Race => _raceTimes.Density(error.TookMilliseconds, _evidence.RaceMilliseconds(error)),
            CutCauses.Limit => _limitTimes.Density(error.TookMilliseconds),
            CutCauses.Malformed => _evidence.SteadyDensity(error) is > 0 and var steady ? (0.95 * steady) + (0.05 * broad) : broad,
            CutCauses.Restart => (0.2 * QuickTimes.OfRace.Density(error.TookMilliseconds)) + (0.8 * broad),
            CutCauses.Crash => crash.Of(_crashesWithin),
            _ => broad,
        };
    }

    private void Learn(double[] sums)
    {
        double total = 0;
        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            bool isIn = cause switch
            {
                CutCauses.Race => _story.Race is not null,
                CutCauses.Limit => _story.Limit is not null,
                CutCauses.Crash => _story.HasCrashes,
                _ => true,
            };
            _share[cause] = isIn ? sums[cause] + _priorErrors[cause] : 0;
            total += _share[cause];
        }

        for (int cause = 0; cause < CutCauses.Count; cause++)
        {
            _share[cause] /= total;
        }
    }

    private double[] BroadTimes(int cause)
    {
        var times = new double[TimeClasses.Count];
        for (int i = 0; i < TimeClasses.Count; i++)
        {
            times[i] = cause switch
            {
                CutCauses.Malformed => (0.5 * QuickTimes.OfAnswers(i)) + (0.5 * _traffic.Ordinary(i)),
                CutCauses.Unknown => 1.0 / TimeClasses.Count,
                _ => _traffic.WhenCut(i),
            };
        }

        return times;
    }
}
