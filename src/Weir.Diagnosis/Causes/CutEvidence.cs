using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// What speaks for and against each cause of one cut request, other than how long it took: lags, neighbours in time, its
/// URL. Immutable; made for one group once the log is read.
/// </summary>
internal sealed class CutEvidence
{
    // The share of a race's errors that have their lag in the window found; the rest is clocks and a second setting.
    private const double RaceHit = 0.97;
    private const double LimitHit = 0.9;

    // A connection used for the last time is used again at once, if it is to race: so many bins of 2 ms.
    private const int ShortBins = 15;

    // A peak's errors that lie outside of it, per millisecond.
    private const double StrayDensity = 1e-7;

    private readonly GroupTraffic _traffic;
    private readonly KeyTallies _keys;
    private readonly Func<int, double> _requestsPerSecond;
    private readonly LagScan _scan;

    public CutEvidence(
        GroupTraffic traffic, KeyTallies keys, Func<int, double> requestsPerSecond, IReadOnlyList<CloseTimeRange> known,
        IReadOnlyList<CutSample> samples)
    {
        _traffic = traffic;
        _keys = keys;
        _requestsPerSecond = requestsPerSecond;
        _scan = new LagScan(traffic.Group.Controls, known);
        LagSample[] quick = [.. samples.Where(IsQuickAndAlone).Select(ToLags)];
        CommonLag = _scan.Find(quick);
        if (CommonLag is { IsFound: true } first)
        {
            LagSample[] rest = [.. quick.Where(sample => !sample.HasIn(first.FromBin, first.ToBin))];
            SecondLag = _scan.Find(rest) is { Evidence: > 2 * CommonLag.EvidenceNeeded } second ? second : null;
        }

        ShortLag = _scan.FindShort(quick);
        Peak = TimePeak.Find(
            [.. samples.Select(static sample => sample.Error.TookMilliseconds).Where(static time => time >= 900).Order()], LongDensity);
    }

    public CommonLag? CommonLag { get; }

    public CommonLag? SecondLag { get; }

    /// <summary>Requests sent right after an answer.</summary>
    public CommonLag? ShortLag { get; }

    public TimePeak? Peak { get; }

    public LagScan Scan => _scan;

    /// <summary>Nats for each of <see cref="CutCauses"/>.</summary>
    public double[] Of(CutSample sample)
    {
        var logs = new double[CutCauses.Count];
        logs[CutCauses.Unknown] = -2.5;
        AddLags(sample, logs);
        AddIncident(sample, logs);
        AddKey(sample.Error, logs);
        if (sample.Error.HasResponseTime)
        {
            logs[CutCauses.Malformed] += 3;
        }

        return logs;
    }

    /// <summary>How likely a target's own limit cuts after this time, per millisecond.</summary>
    public double TimeoutDensity(int milliseconds)
    {
        if (Peak is { } peak)
        {
            return peak.Holds(milliseconds) ? 0.97 / (peak.ToMilliseconds - peak.FromMilliseconds + 10) : StrayDensity;
        }

        // Limits are round numbers of seconds, and kept a little late.
        int over = milliseconds % 5_000;
        return milliseconds >= 5_000 && over < 1_100 ? 0.2 / 15 / 1_100 : StrayDensity;
    }

    /// <summary>Whether this request has a lag in a window found.</summary>
    public bool IsInWindow(CutSample sample) => sample.Lags is { } lags && new LagSample(lags, 0, 1) is var own
        && ((CommonLag is { IsFound: true } first && own.HasIn(first.FromBin, first.ToBin))
            || (SecondLag is { } second && own.HasIn(second.FromBin, second.ToBin)));

    public double KeyNats(in ErrorCase error) => error.Key < 0 ? 0 : KeyEvidence.Of(_keys[error.Key], _traffic.Group);

    private bool IsQuickAndAlone(CutSample sample) => sample.Lags is not null
        && sample.Incident is not { NotConnected: > 0 } && sample.Incident is not { Cut: > 2 } && KeyNats(sample.Error) < 3;

    private static LagSample ToLags(CutSample sample) => new(sample.Lags!, LagControls.StratumOf(sample.Error.AnswersInWindow), 1);

    private void AddLags(CutSample sample, double[] logs)
    {
        ErrorCase error = sample.Error;
        if (error.IsWindowWhole && error.AnswersInWindow == 0)
        {
            // No connection can have been idle: there was no answer after which it could.
            logs[CutCauses.Race] -= 4;
            logs[CutCauses.Limit] -= 4;
            return;
        }

        if (sample.Lags is null)
        {
            return;
        }

        LagSample lags = ToLags(sample);
        logs[CutCauses.Race] += WindowNats(lags, CommonLag, SecondLag, RaceHit);
        logs[CutCauses.Limit] += ShortNats(lags, error);
    }

    private double WindowNats(in LagSample lags, CommonLag? first, CommonLag? second, double hitShare)
    {
        if (first is null)
        {
            return 0;
        }

        bool isHit = lags.HasIn(first.FromBin, first.ToBin) || (second is not null && lags.HasIn(second.FromBin, second.ToBin));
        double chance = _scan.ChanceIn(lags.Stratum, first.FromBin, first.ToBin);
        chance = second is null ? chance : 1 - ((1 - chance) * (1 - _scan.ChanceIn(lags.Stratum, second.FromBin, second.ToBin)));
        chance = Math.Clamp(chance, 1e-4, 1 - 1e-4);
        double ratio = isHit ? hitShare / chance : (1 - hitShare) / (1 - chance);
        double found = first.IsFound ? 1 : first.Chance;
        return Math.Log((found * ratio) + 1 - found);
    }

    private double ShortNats(in LagSample lags, in ErrorCase error)
    {
        int end = ShortLag is { IsFound: true } found ? found.ToBin : ShortBins;
        double chance = Math.Clamp(_scan.ChanceIn(lags.Stratum, 0, end), 1e-3, 1 - 1e-3);
        double ratio = lags.HasIn(0, end) ? LimitHit / chance : (1 - LimitHit) / (1 - chance);
        double trust = ShortLag is { IsFound: true } ? 1 : 0.6;
        double nats = Math.Log((trust * ratio) + 1 - trust);
        return error.GapTicks > 2 * LagScale.TicksPerSecond ? Math.Min(nats, -3) : nats;
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
        double apart = isRefusing ? -3 : isAlone ? 0 : -Math.Min(incident.Cut - 1, 3) * 0.7;
        logs[CutCauses.Race] += apart;
        logs[CutCauses.Limit] += apart;
        logs[CutCauses.Malformed] += apart * 0.6;
        logs[CutCauses.Timeout] += apart * 0.6;
        logs[CutCauses.Crash] += isRefusing && isOver ? -2.5 : 0;
        logs[CutCauses.Deregistration] += Deregistration(sample.Error, incident);
    }

    // The target had got nothing new for a while, nothing after, and all that it still had ended at once.
    private double Deregistration(in ErrorCase error, Incident incident)
    {
        double rate = Math.Max(_requestsPerSecond(error.Target), 1e-4);
        double quiet = Math.Min(error.QuietMilliseconds / 1000.0 * rate, 8);
        double after = double.IsInfinity(incident.DownSeconds) ? incident.ToLogEndSeconds : incident.DownSeconds - incident.SpanSeconds;
        return -3 + quiet + Math.Min(after * rate, 4) + (quiet < 2 ? -4 : 0)
            + (incident.Survivors > 0 ? -4 : 0) + (incident.NotConnected > 0 ? -2 : 0);
    }

    private void AddKey(in ErrorCase error, double[] logs)
    {
        if (error.Key < 0)
        {
            return;
        }

        KeyTally tally = _keys[error.Key];
        double nats = KeyEvidence.Of(tally, _traffic.Group);
        bool isSteady = tally.Cuts < 3 || tally.LogSpread < 1.2;
        logs[CutCauses.Malformed] += nats + (isSteady ? 0 : -1.5) + (tally.TypicalMilliseconds > 3_000 ? -2 : 0);
        logs[CutCauses.Crash] += isSteady ? 0 : Math.Max(nats, 0);
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
