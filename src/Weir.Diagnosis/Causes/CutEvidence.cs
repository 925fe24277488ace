using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// What speaks for and against each cause of one cut request, other than how long it took: lags, neighbours in time, its
/// URL. Immutable; made for one group once the log is read.
/// </summary>
internal sealed class CutEvidence
{
    // The share of a race's errors that have their lag in the window found; the rest is clocks and a second setting.
    private const double RaceHit = 0.97;
    private const double LimitHit = 0.95;

    // How far beside its window a race's lag may lie.
    private const double BesideFactor = 1.05;

    // Timers that were late: of however many.
    private const double LateShare = 0.03;

    // From this chance on that a target's next error comes before an answer does, neighbours are no sign of anything.
    private const double UsualNeighbours = 0.25;

    // A close meets each request by itself, and so each ends its own time after it was sent.
    private const double OneMomentNats = -3;

    // What a report calls right after an answer: so many bins of 2 ms.
    private const int ShortBins = 25;

    // How steady the times of one kind of request are thought to be before any are seen, as a factor's logarithm.
    private const double PriorCuts = 2, PriorSpread = 0.3, MostSpread = 0.4;

    // What the others of its kind take away from one that came after the usual time, where they did not.
    private const double MostUnsteadyNats = 4;

    // Until when a refused answer comes soon, from when on it hardly is one.
    private const double SoonMilliseconds = 500, SlowMilliseconds = 3_000, MostSlowNats = 6;

    // A deregistered target gets no more requests: one that answers again was not. What remains is one that was registered anew.
    private const double BackNats = -8;

    // A peak's errors that lie outside of it, per millisecond.
    private const double StrayDensity = 1e-7;

    // How much later than all others a limit may be kept, as a share of it.
    private const double MostLate = 0.1;

    // No answer before it for as long as the balancer keeps a connection; and where nobody said how long that is.
    private const double BeyondNats = -4, BeyondAssumedNats = -1;

    private readonly GroupTraffic _traffic;
    private readonly KeyTallies _keys;
    private readonly Func<int, TargetState> _targetOf;
    private readonly Dictionary<int, double> _neighbourChances;
    private readonly double _keptTicks, _beyondNats, _meanTie;
    private readonly LagScan _scan;
    private readonly LagSample[] _quick;

    public CutEvidence(
        GroupTraffic traffic, RequestBook book, IReadOnlyList<CloseTimeRange> known, IdleTimeout idleTimeout, IReadOnlyList<CutSample> samples)
    {
        _traffic = traffic;
        _keys = book.Keys;
        _targetOf = book.Target;
        _meanTie = KeyEvidence.MeanTie(
            samples.Select(static sample => sample.Error.Key).Where(static key => key >= 0).DistinctBy(_keys.KindOf).Select(key => _keys[key]), traffic.Group);
        double kept = RequestBook.WindowOf(idleTimeout.Seconds);
        _keptTicks = kept * LagScale.TicksPerSecond;
        _beyondNats = idleTimeout.IsAssumed ? BeyondAssumedNats : kept > book.WindowSeconds ? 0 : BeyondNats;
        _scan = new LagScan(traffic.Group.Controls, known, kept < book.WindowSeconds ? idleTimeout.Seconds : double.PositiveInfinity);
        _quick = [.. samples.Where(IsQuickAndAlone).Select(ToLags)];
        double seconds = Math.Max((book.LastMicroseconds - book.FirstMicroseconds) / 1e6, 1);
        _neighbourChances = samples.CountBy(static sample => sample.Error.Target)
            .ToDictionary(static entry => entry.Key, entry => NeighbourChance(entry.Key, entry.Value / seconds));
        AnswersPerSecond = samples.Average(static sample => (double)sample.Error.AnswersInWindow) / book.WindowSeconds;
        LagSearch race = _scan.Find(_quick, RaceHit);
        CommonLag = race.Best;
        if (CommonLag is { IsFound: true } first)
        {
            LagSample[] rest = [.. _quick.Where(sample => !sample.HasIn(first.FromBin, first.ToBin))];
            SecondLag = _scan.Find(rest, RaceHit).Best is { Evidence: > 2 * CommonLag.EvidenceNeeded } second ? second : null;
        }

        ShortLag = _scan.FindShort(_quick, LimitHit);
        Stories = CutStory.All(race, SecondLag, ShortLag, AnswersPerSecond * kept, _quick.Length, LagPower.ErrorsToLocate(AnswersPerSecond), samples.Count);
        Peak = TimePeak.Find(
            [.. samples.Select(static sample => sample.Error.TookMilliseconds).Where(static time => time >= 900).Order()], LongDensity);
    }

    /// <summary>Earlier answers of the same node and target that an error had on average, a second.</summary>
    public double AnswersPerSecond { get; }

    /// <summary>Whether the log has the ordinary requests among which the errors were.</summary>
    public bool IsTrafficSeen => _traffic.IsSeen;

    public CommonLag? CommonLag { get; }

    public CommonLag? SecondLag { get; }

    /// <summary>The time after an answer in which a limit of requests would close.</summary>
    public CommonLag? ShortLag { get; }

    /// <summary>How the cut requests may have come about.</summary>
    public IReadOnlyList<CutStory> Stories { get; }

    public TimePeak? Peak { get; }

    /// <summary>Quick errors with a lag in these bins, and how many ordinary requests in their place would have one.</summary>
    public (double Hits, double Expected) Counts(int from, int to)
    {
        double hits = 0, expected = 0;
        foreach (LagSample sample in _quick)
        {
            hits += sample.HasIn(from, to) ? 1 : 0;
            expected += _scan.ChanceIn(sample, from, to);
        }

        return (hits, expected);
    }

    public CutReading Of(CutSample sample)
    {
        var logs = new double[CutCauses.Count];
        logs[CutCauses.Unknown] = -2.5;
        if (sample.Error.IsWindowWhole && (sample.Error.GapTicks == ErrorCase.None || sample.Error.GapTicks > _keptTicks))
        {
            // No connection can have been idle: there was no answer after which it could.
            logs[CutCauses.Race] += _beyondNats;
            logs[CutCauses.Limit] += BeyondNats;
        }

        AddIncident(sample, logs);
        CrashDensity crash = AddKey(sample, logs);
        if (sample.Error.HasResponseTime)
        {
            logs[CutCauses.Malformed] += 3;
        }

        return new CutReading(logs, crash);
    }

    // A stop cuts what there is: that it is of few kinds, with a target that refuses after it, shows nothing of these kinds.
    private static bool IsStop(CutSample sample) => sample.Incident is { NotConnected: > 0, DownSeconds: <= IncidentBook.RestartSeconds };

    /// <summary>Nats by which an error's lags are likelier, were it a race as the story has it, than an ordinary request's.</summary>
    public double RaceNats(CutSample sample, CutStory story) =>
        sample.Lags is null || story.Race is not { Length: > 0 } windows ? 0 : WindowNats(ToLags(sample), windows, RaceHit);

    /// <summary>The same for the close of a connection at its limit.</summary>
    public double LimitNats(CutSample sample, CutStory story)
    {
        if (sample.Lags is null || story.Limit is not { } window)
        {
            return 0;
        }

        double nats = WindowNats(ToLags(sample), [window], LimitHit);
        return sample.Error.GapTicks > 2 * LagScale.TicksPerSecond ? Math.Min(nats, -3) : nats;
    }

    /// <summary>
    /// The chance that a request can have reached the target and its end the balancer in the time that it took: what the target
    /// does to a request takes a round trip, and a close that was under way does not.
    /// </summary>
    public double ReachedChance(in ErrorCase error) =>
        _targetOf(error.Target).FastestMilliseconds is { } fastest ? RoundTrip.ChanceWithin(error.TookMilliseconds, fastest) : 1;

    /// <summary>How long at most a race takes on average: a round trip, which no answer was faster than.</summary>
    public double RaceMilliseconds(in ErrorCase error) =>
        _targetOf(error.Target).FastestMilliseconds is { } fastest ? (2 * fastest) + 3 : double.PositiveInfinity;

    /// <summary>How likely a target's own limit cuts after this time, per millisecond.</summary>
    public double TimeoutDensity(int milliseconds)
    {
        if (Peak is { } peak)
        {
            double late = peak.ToMilliseconds * MostLate;
            return peak.Holds(milliseconds) ? 0.97 / (peak.ToMilliseconds - peak.FromMilliseconds + 10)
                : milliseconds > peak.ToMilliseconds && milliseconds <= peak.ToMilliseconds + late ? LateShare / late
                : StrayDensity;
        }

        // Limits are round numbers of seconds, and kept a little late.
        int over = milliseconds % 5_000;
        return milliseconds >= 5_000 && over < 1_100 ? 0.2 / 15 / 1_100 : StrayDensity;
    }

    /// <summary>After which idle time this request's connection was closed, if it has a lag in a window found; else null.</summary>
    public double? CloseSeconds(ushort[] lags)
    {
        var sample = new LagSample(lags, 0, 1);
        if (CommonLag is not { IsFound: true } first || sample.FirstIn(first.FromBin, first.ToBin) is not (>= 0 and var bin))
        {
            return null;
        }

        return LagScale.CenterSeconds(bin);
    }

    /// <summary>Whether this request went out right after an answer, and how likely an ordinary one would.</summary>
    public (bool Is, double Chance) RightAfter(in ErrorCase error, ushort[] lags) => (
        error.GapTicks >= 0 && LagScale.BinOf((uint)error.GapTicks) < ShortBins,
        _scan.ChanceIn(new LagSample(lags, LagControls.StratumOf(error.AnswersInWindow), 1), 0, ShortBins));

    public double KeyNats(in ErrorCase error) => error.Key < 0 || !_traffic.IsSeen ? 0 : Math.Log(KeyEvidence.Tie(_keys[error.Key], _traffic.Group));

    private bool IsQuickAndAlone(CutSample sample) => sample.Lags is not null
        && sample.Incident is not { NotConnected: > 0 } && sample.Incident is not { Cut: > 3 } && KeyNats(sample.Error) < 3;

    private static LagSample ToLags(CutSample sample) => new(
        sample.Lags!, LagControls.StratumOf(sample.Error.AnswersInWindow), 1,
        Math.Max(sample.Error.CompletedMicroseconds - sample.Error.DispatchedMicroseconds, 0) / 1e6);

    private double WindowNats(in LagSample lags, CommonLag[] windows, double hitShare)
    {
        bool isHit = false;
        double miss = 1, beside = double.NegativeInfinity;
        foreach (CommonLag window in windows)
        {
            isHit |= lags.HasIn(window.FromBin, window.ToBin);
            miss *= 1 - _scan.CautiousChanceIn(lags, window.FromBin, window.ToBin);
            beside = Math.Max(beside, BesideNats(lags, window));
        }

        return isHit ? Divergence.Hit(hitShare, Math.Max(1 - miss, 1e-4)) : Math.Max(beside, Divergence.Miss(hitShare));
    }

    // Of n that are alike the next one lies outside of all the others twice in n + 1 times: a window of few errors is narrower than
    // what made it.
    private double BesideNats(in LagSample lags, CommonLag window)
    {
        if (!window.IsFound)
        {
            return double.NegativeInfinity;
        }

        int from = LagScale.BinOfSeconds(window.LowSeconds / BesideFactor), to = LagScale.BinOfSeconds(window.HighSeconds * BesideFactor) + 1;
        return lags.HasIn(from, to)
            ? Math.Log(Math.Min((2 / (window.Hits + 1)) + LateShare, 1) / Math.Max(_scan.CautiousChanceIn(lags, from, to), LateShare))
            : double.NegativeInfinity;
    }

    private void AddIncident(CutSample sample, double[] logs)
    {
        if (sample.Incident is not { } incident)
        {
            logs[CutCauses.Restart] -= 2;
            logs[CutCauses.Deregistration] -= 4;
            return;
        }

        bool isOver = incident.SpanSeconds <= IncidentBook.RestartSeconds;
        bool isAlone = incident.NotConnected == 0 && incident.Cut == 1;
        bool isRefusing = incident.NotConnected > 0;
        logs[CutCauses.Restart] += (isAlone ? -2.5 : isRefusing ? 2.5 : -0.7) + (isOver ? 0 : -2)
            + (incident.Survivors > 0 ? -2 : 0) + incident.Rolling;
        double apart = (isRefusing ? -3 : isAlone ? 0 : -Math.Min(incident.Cut - 1, 3) * 0.5 * TellingOfNeighbours(sample.Error.Target)) + (incident.IsOneMoment ? OneMomentNats : 0);
        logs[CutCauses.Race] += apart;
        // A server that was busy with something else closes several at their limit at one moment.
        logs[CutCauses.Limit] += incident.IsOneMoment ? apart - OneMomentNats : apart;
        logs[CutCauses.Malformed] += apart * 0.6;
        logs[CutCauses.Timeout] += apart * 0.6;
        logs[CutCauses.Crash] += isRefusing && isOver ? -2.5 : 0;
        logs[CutCauses.Deregistration] += Deregistration(sample.Error, incident);
    }

    // Where a target's errors are so frequent that several meet by chance, that they do speaks neither for one thing that ended them nor
    // against it.
    private double TellingOfNeighbours(int target) =>
        Math.Clamp(1 - (_neighbourChances.GetValueOrDefault(target) / UsualNeighbours), 0, 1);

    // An incident goes on until a request that was sent after it has its answer.
    private double NeighbourChance(int target, double errorsPerSecond)
    {
        double open = (1 / Math.Max(_targetOf(target).RequestsPerSecond, 1e-3)) + (_traffic.MedianMilliseconds / 1000.0);
        return 1 - Math.Exp(-errorsPerSecond * open);
    }

    // All that the target still had ended at once, it got nothing after, and had got nothing new for the delay.
    private double Deregistration(in ErrorCase error, Incident incident)
    {
        if (double.IsFinite(incident.DownSeconds))
        {
            return BackNats;
        }

        double rate = Math.Max(_targetOf(error.Target).RequestsPerSecond, 1e-4);
        double quiet = Math.Min(error.QuietMilliseconds / 1000.0 * rate, 6);
        // At the end of a log nobody can tell whether the target would have got more.
        double gone = Math.Min(incident.ToLogEndSeconds * rate, 8);
        return -3 + (quiet * 0.7) + gone + (quiet < 1 ? -1 : 0)
            + (incident.Survivors > 0 ? -4 : 0) + (incident.NotConnected > 0 ? -4 : 0);
    }

    private CrashDensity AddKey(CutSample sample, double[] logs)
    {
        ErrorCase error = sample.Error;
        if (error.Key < 0 || !_traffic.IsSeen)
        {
            logs[CutCauses.Malformed] += KeyEvidence.Unknown;
            return CrashDensity.OfAny(_traffic, error.TookMilliseconds);
        }

        KeyTally tally = _keys[error.Key];
        double most = IsStop(sample) ? 0 : double.PositiveInfinity;
        double tie = KeyEvidence.Tie(tally, _traffic.Group);
        logs[CutCauses.Malformed] += Math.Min(KeyEvidence.OfMalformed(tally, _traffic.Group), most) + SlowNats(tally.TypicalMilliseconds)
            - Math.Clamp(((tally.LogVariance / (MostSpread * MostSpread)) - 1) / 2, 0, MostUnsteadyNats);
        logs[CutCauses.Crash] += KeyEvidence.OfConstantCrash(tally);
        logs[CutCauses.Timeout] += KeyEvidence.OfTimeout(tally) + Math.Log((1 + tie) / (1 + _meanTie));
        logs[CutCauses.Race] += KeyEvidence.OfChance(tally);
        logs[CutCauses.Limit] += KeyEvidence.OfChance(tally);
        return IsStop(sample)
            ? CrashDensity.OfAny(_traffic, error.TookMilliseconds)
            : CrashDensity.Of(_traffic, KindTimes.Of(tally, _traffic), error.TookMilliseconds, tie, _meanTie);
    }

    // A refused answer is there soon: it was made without the work that a good one takes.
    private static double SlowNats(double milliseconds) =>
        -MostSlowNats * Math.Clamp(Math.Log(Math.Max(milliseconds, 1) / SoonMilliseconds) / Math.Log(SlowMilliseconds / SoonMilliseconds), 0, 1);

    /// <summary>
    /// How likely a refused answer comes after this time, per millisecond, by the other cuts of its kind of request: those take
    /// the same steady time. 0 where there are none.
    /// </summary>
    public double SteadyDensity(in ErrorCase error)
    {
        if (error.Key < 0 || !_traffic.IsSeen || _keys[error.Key] is not { Cuts: > 1 } tally)
        {
            return 0;
        }

        double log = KeyTally.LogOf(error.TookMilliseconds);
        double others = tally.Cuts - 1;
        double mean = (tally.LogSum - log) / others;
        double squares = Math.Max(tally.LogSquareSum - (log * log) - (others * mean * mean), 0);
        // As a normal distribution of the logarithm, after as many as PriorCuts of PriorSpread.
        double variance = Math.Min((squares + (PriorCuts * PriorSpread * PriorSpread)) / (others + PriorCuts), MostSpread * MostSpread) * (1 + (1 / others));
        double distance = log - mean;
        // A time is logged in whole milliseconds: however steady, it is no likelier than that.
        return Math.Min(Math.Exp(-distance * distance / (2 * variance)) / Math.Sqrt(2 * Math.PI * variance) / Math.Exp(log), 1);
    }

    private double LongDensity(int milliseconds)
    {
        int timeClass = TimeClasses.Of(milliseconds);
        double all = 0;
        for (int i = TimeClasses.Of(900); i < TimeClasses.Count; i++)
        {
            all += _traffic.WhenCut(i);
        }

        return _traffic.WhenCut(timeClass) / TimeClasses.WidthMilliseconds(timeClass) / all;
    }
}
