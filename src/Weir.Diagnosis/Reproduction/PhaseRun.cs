using System.Diagnostics;
using System.Runtime.Versioning;
using Weir.Balancer;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis;

/// <summary>
/// The traffic of one phase on one bench, and what it adds up to: every request is judged, whether it met the moment or not.
/// Owned by one reproduction.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PhaseRun
{
    // The moment is met by planning, and a request may leave a little early.
    private static readonly TimeSpan _tolerance = TimeSpan.FromMilliseconds(2);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ReproductionPhase _phase;
    private readonly RaceScenario _scenario;
    private readonly bool _isOwnServer;
    private readonly string _setting;
    private readonly RaceBench _bench;
    private readonly RacePacing _pacing;
    private readonly AnswerJudge _judge;
    private readonly TimeSpan[] _closes;
    private readonly IReproductionObserver _observer;

    // A phase may go on where another was, on the same bench.
    private readonly Dictionary<Counter, long> _countedBefore;
    private readonly HashSet<RelayedConnection> _endedBefore;

    private readonly List<JudgedRequest> _judged = [];
    private int _controls;
    private int _atChosenAges;
    private int _onNewConnections;
    private bool _knowsTargetLog = true;
    private TimeSpan _from = TimeSpan.MaxValue;
    private TimeSpan _to;
    private TimeSpan _readied;

    /// <param name="phase">Which it is.</param>
    /// <param name="scenario">Which variant of the race is to be shown.</param>
    /// <param name="isOwnServer">The target is as Weir has set it up.</param>
    /// <param name="setting">Of the target, in words.</param>
    /// <param name="bench">What sends.</param>
    /// <param name="pacing">At which ages.</param>
    /// <param name="judge">What is a good answer.</param>
    /// <param name="closes">At which ages this target, set so, was measured to end idle connections; none: that was not measured.</param>
    /// <param name="observer">Who is told.</param>
    public PhaseRun(
        ReproductionPhase phase,
        RaceScenario scenario,
        bool isOwnServer,
        string setting,
        RaceBench bench,
        RacePacing pacing,
        AnswerJudge judge,
        TimeSpan[] closes,
        IReproductionObserver observer)
    {
        _phase = phase;
        _scenario = scenario;
        _isOwnServer = isOwnServer;
        _setting = setting;
        _bench = bench;
        _pacing = pacing;
        _judge = judge;
        _closes = closes;
        _observer = observer;
        _countedBefore = Enum.GetValues<Counter>().ToDictionary(static counter => counter, bench.Count);
        _endedBefore = [.. bench.Connections.Where(static connection => connection.HasEnded)];
    }

    /// <summary>
    /// How many requests met the moment: found a connection that had been idle for so long, whether they were given it or, by a
    /// balancer that protects, kept off it.
    /// </summary>
    public int Requests { get; private set; }

    /// <summary>How many requests would have got 502, had the balancer not kept them from it; of near misses, as many as is to be expected.</summary>
    public double Saved => Count(Counter.RequestsRetried) + (Count(Counter.NearMisses) * ShareWithoutGoAway(Ended));

    /// <summary>For how long it has been pacing requests.</summary>
    public TimeSpan Paced { get; private set; }

    /// <summary>`17 of 41 requests failed`.</summary>
    public string SoFar => $"{_judged.Count(static judged => judged.Fault is not null)} of {Plural.Of(_judged.Count, "request")} failed";

    public bool HasAny => _judged.Count > 0;

    /// <summary>Sends one burst at the ages that the pacing thinks best.</summary>
    public async Task RunBurst(int connections, bool learns, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        long keptBefore = Kept;
        TimeSpan close = _pacing.Close;
        Burst burst = await _bench.Run(_pacing.Ages(connections), cancel);
        TimeSpan[] closes = [.. _closes, .. burst.IdleCloseAges];
        Judge(burst.First, closes, static _ => false);
        JudgedRequest[] second = Judge(burst.Requests, closes, request => Meets(request, burst, close));
        _atChosenAges += burst.Requests.Length;
        _onNewConnections += burst.Requests.Count(static request => request.IsOnNewConnection);
        _knowsTargetLog &= burst.KnowsTargetLog;
        _from = burst.From < _from ? burst.From : _from;
        _to = burst.To > _to ? burst.To : _to;
        _readied = burst.Readied > _readied ? burst.Readied : _readied;
        Requests += burst.Withheld + second.Count(judged => !judged.HasMetClose && IsOnAnOldConnection(judged.Request, burst));
        JudgedRequest[] met = [.. second.Where(static judged => judged.MetTheMoment)];
        foreach (JudgedRequest judged in InTheOrderOfTelling(met))
        {
            RaceRequest request = judged.Request;
            if (request.Log is { } line)
            {
                _observer.OnPair(_phase, new RacePair(
                    _bench.LineBefore(request), line, judged.IsRace, judged.IsUndecided, burst.KnowsTargetLog, request.TargetLine, request.BadGateway));
            }
        }

        if (learns)
        {
            _pacing.Learn(
                met.Count(static judged => judged.IsRace || judged.IsSentAgain) + (int)(Kept - keptBefore),
                met.Count(static judged => !judged.IsRace && !judged.IsSentAgain && judged.Request.IsReuse),
                burst.CloseAges);
        }

        Paced += Stopwatch.GetElapsedTime(start);
    }

    /// <summary>
    /// Uses connections again long before their close: a target that ends one on account of what is asked does so then too, and
    /// its idle timer cannot be why.
    /// </summary>
    public async Task RunControl(int connections, CancellationToken cancel)
    {
        Burst burst = await _bench.Run([.. Enumerable.Repeat(_closes[0] / 2, connections)], cancel);
        _knowsTargetLog &= burst.KnowsTargetLog;
        Judge([.. burst.First, .. burst.Requests], _closes, static _ => false);
        _controls += burst.Requests.Length;
    }

    /// <summary>Leaves connections idle until the target has closed them, for the balancer to see it.</summary>
    public async Task LeaveIdle(int connections, TimeSpan time, CancellationToken cancel) =>
        Judge(await _bench.LeaveIdle(connections, time, cancel), _closes, static _ => false);

    public PhaseReport Report()
    {
        JudgedRequest[] failed = [.. _judged.Where(static judged => judged.Fault is not null)];
        JudgedRequest[] races = [.. failed.Where(static judged => judged.IsRace)];
        int atTheMoment = failed.Count(static judged => judged.MetTheMoment);
        RelayedConnection[] ended = [.. Ended];
        return new PhaseReport
        {
            Phase = _phase,
            Setting = _setting,
            Methods = _bench.Methods,
            Judged = _judged.Count,
            Failed = failed.Length,
            FailedWith502 = failed.Count(static judged => judged.Request.Is502),
            Faults = [.. Faults(failed)],
            Unseen5xx = Unseen5xx(failed),
            Balancer5xx = Count(Counter.ElbCode5xx),
            Requests = Math.Max(Requests, atTheMoment),
            Failures = races.Length,
            Other502s = failed.Count(static judged =>
                judged.Request.BadGateway is { Kind: not BadGatewayKind.Unexplained } && judged is { IsRace: false, IsUndecided: false }),
            Undecided502s = failed.Count(static judged => judged.IsUndecided),
            FailuresByEnd = races.GroupBy(static judged => judged.Request.BadGateway!.End ?? "open")
                .ToDictionary(static group => group.Key, static group => group.Count()),
            FailedAtTheMoment = atTheMoment,
            FailuresByMethod = races.GroupBy(static judged => judged.Request.Method)
                .ToDictionary(static group => group.Key, static group => group.Count()),
            SentAgain = _judged.Count(static judged => judged.IsSentAgain),
            RefusedOtherwise = _judged.Count(static judged => judged.Request.IsRefusedOtherwise),
            SentAgainByMethod = _judged.Where(static judged => judged.IsSentAgain).GroupBy(static judged => judged.Request.Method)
                .ToDictionary(static group => group.Key, static group => group.Count()),
            Controls = _controls,
            GoAways =
            [
                .. ended.Where(static connection => connection.IsEndedByTarget).Select(static connection => connection.GoAwayCode).OfType<string>().GroupBy(static code => code)
                    .Select(static group => new GoAwayCount(group.Key, group.Count())).OrderByDescending(static said => said.Count),
            ],
            FailuresHandled = _knowsTargetLog ? races.Count(static judged => judged.Request.TargetLine is not null) : null,
            AtChosenAges = _atChosenAges,
            OnNewConnections = _onNewConnections,
            Retried = Count(Counter.RequestsRetried),
            Withheld = Count(Counter.ReusesWithheld),
            NearMisses = Count(Counter.NearMisses),
            Sent = Count(Counter.Requests),
            BalancersReport = _bench.BalancersReport,
            ClosedByBalancer = ended.Count(static connection => connection.EndByBalancer == RelayEnd.Fin),
            ClosedByTarget = ended.Count(static connection => connection.IsEndedByTarget),
            From = _from,
            To = _to,
            Readied = _readied,
            Duration = Stopwatch.GetElapsedTime(_start),
        };
    }

    // Whether by 502 or refused: they met the moment.
    private long Kept => Count(Counter.RequestsRetried) + Count(Counter.NearMisses);

    private IEnumerable<RelayedConnection> Ended =>
        _bench.Connections.Where(static connection => connection.HasEnded).Except(_endedBefore);

    /// <summary>
    /// Of the connections that the target ended, the share that it ended without a GOAWAY; 1 of none. What meets a GOAWAY is sent
    /// again by every balancer that does as Weir, and was not saved by keeping it off.
    /// </summary>
    internal static double ShareWithoutGoAway(IEnumerable<RelayedConnection> ended)
    {
        RelayedConnection[] byTarget = [.. ended.Where(static connection => connection.IsEndedByTarget)];
        return byTarget.Length == 0 ? 1 : (double)byTarget.Count(static connection => connection.LastStreamOfTarget is null) / byTarget.Length;
    }

    private long Count(Counter counter) => _bench.Count(counter) - _countedBefore[counter];

    // Those first that are the race, and of them those that the target had handled: they are the rarer sight.
    private static IEnumerable<JudgedRequest> InTheOrderOfTelling(JudgedRequest[] judged) => judged
        .OrderByDescending(static judged => judged.IsRace)
        .ThenByDescending(static judged => judged.Request.TargetLine is not null);

    private JudgedRequest[] Judge(RaceRequest[] requests, TimeSpan[] closes, Func<RaceRequest, bool> meets)
    {
        IdleMoment? moment = closes.Length > 0 ? IdleMoment.Around(closes) : null;
        JudgedRequest[] judged = [.. requests.Select(request => Judge(request with { IdleMoment = moment }, meets(request)))];
        _judged.AddRange(judged);
        Requests += judged.Count(static judged => judged.HasMetClose);
        return judged;
    }

    // Whatever met the target's close came at that moment, however old the connection, and whatever it was sent for.
    private JudgedRequest Judge(RaceRequest request, bool meets)
    {
        bool isRace = request.BadGateway?.IsRace(_scenario, _isOwnServer) == true;
        bool isUndecided = request.BadGateway?.IsUndecided(_scenario, _isOwnServer) == true;
        return new JudgedRequest(request, meets || isRace || request.IsSentAgain, isRace, isUndecided, _judge.FaultOf(request));
    }

    private IEnumerable<FaultCount> Faults(JudgedRequest[] failed)
    {
        IEnumerable<FaultCount> found = failed
            .Where(judged => _phase != ReproductionPhase.Race || !judged.IsRace)
            .GroupBy(static judged => judged.Fault!)
            .Select(static group => new FaultCount(
                group.Key,
                group.Count(),
                group.Select(static judged => judged.Request.Log?.Line).FirstOrDefault(static line => line is not null)))
            .OrderByDescending(static fault => fault.Count);
        int unseen = Unseen5xx(failed);
        return unseen > 0 ? found.Append(new FaultCount("5xx by the balancer's own count only", unseen, null)) : found;
    }

    private int Unseen5xx(JudgedRequest[] failed) =>
        Math.Max(0, (int)Count(Counter.ElbCode5xx) - failed.Count(static judged => judged.Request.Log is { IsBalancers5xx: true }));

    // Of a balancer that protects, the very point is that the old connection is not used: which of its requests found one is not
    // known, only how many.
    private bool Meets(RaceRequest request, Burst burst, TimeSpan close) =>
        IsOnAnOldConnection(request, burst) || (_phase == ReproductionPhase.Protect && request.PlannedAge <= close);

    // On a new or a young connection a request was never at risk.
    private static bool IsOnAnOldConnection(RaceRequest request, Burst burst) =>
        request.Passage is { IdleAge: { } age } && age >= burst.From - _tolerance;
}
