using System.Diagnostics;
using System.Runtime.Versioning;
using Weir.Balancer;

namespace Weir.Diagnosis;

/// <summary>The traffic of one phase on one bench, and what it adds up to. Owned by one reproduction.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PhaseRun(
    ReproductionPhase phase, string setting, RaceBench bench, RacePacing pacing, IReproductionObserver observer)
{
    // The moment is met by planning, and a request may leave a little early.
    private static readonly TimeSpan _tolerance = TimeSpan.FromMilliseconds(2);

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<RaceRequest> _met = [];
    private bool _knowsTargetLog = true;
    private TimeSpan _from = TimeSpan.MaxValue;
    private TimeSpan _to;

    public int Requests => _met.Count;

    public int Failures => _met.Count(static request => request.Is502);

    /// <summary>How many of the failed requests the target had handled.</summary>
    public int Handled => _met.Count(static request => request.Is502 && request.TargetLine is not null);

    /// <summary>How many requests would have got 502, had the balancer not kept them from it.</summary>
    public long Saved => bench.Count(Counter.RequestsRetried) + bench.Count(Counter.NearMisses);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    public bool HasFailed(string method) => _met.Any(request => request.Is502 && request.Log!.Method == method);

    /// <summary>Sends one burst at the ages that the pacing thinks best.</summary>
    public async Task RunBurst(int connections, bool learns, CancellationToken cancel)
    {
        TimeSpan close = pacing.Close;
        long savedBefore = Saved;
        Burst burst = await bench.Run(pacing.Ages(connections), cancel);
        RaceRequest[] met = [.. burst.Requests.Where(request => Meets(request, burst, close))];
        _met.AddRange(met);
        _knowsTargetLog &= burst.KnowsTargetLog;
        _from = burst.From < _from ? burst.From : _from;
        _to = burst.To > _to ? burst.To : _to;
        // Of the failed ones those first that the target had handled: they are the rarer sight.
        foreach (RaceRequest request in met.OrderByDescending(static request => request.TargetLine is not null))
        {
            if (request.Log is { } line)
            {
                observer.OnPair(phase, new RacePair(bench.LineBefore(request), line, burst.KnowsTargetLog, request.TargetLine));
            }
        }

        if (learns)
        {
            pacing.Learn(
                met.Count(static request => request.Is502) + (int)(Saved - savedBefore),
                met.Count(static request => !request.Is502 && request.IsReuse),
                burst.CloseAges);
        }
    }

    public PhaseReport Report() => new()
    {
        Phase = phase,
        Setting = setting,
        Requests = Requests,
        Failures = Failures,
        FailuresByMethod = _met.Where(static request => request.Is502)
            .GroupBy(static request => request.Log!.Method)
            .ToDictionary(static group => group.Key, static group => group.Count()),
        FailuresHandled = _knowsTargetLog ? Handled : null,
        Retried = bench.Count(Counter.RequestsRetried),
        Withheld = bench.Count(Counter.ReusesWithheld),
        NearMisses = bench.Count(Counter.NearMisses),
        Sent = bench.Count(Counter.Requests),
        BalancersReport = bench.BalancersReport,
        ClosedByBalancer = bench.Connections.Count(static connection => connection.EndByBalancer != RelayEnd.None),
        ClosedByTarget = bench.Connections.Count(static connection => connection.EndByTarget != RelayEnd.None),
        From = _from,
        To = _to,
        Duration = Elapsed,
    };

    // Of a balancer that protects, the very point is that the old connection is not used; what counts is that a request
    // came when that connection was about to be closed. Otherwise a request on a new or a young connection was never at risk.
    private bool Meets(RaceRequest request, Burst burst, TimeSpan close) => phase switch
    {
        ReproductionPhase.Protect => request.PlannedAge <= close,
        _ => request.Passage is { IdleAge: { } age } && age >= burst.From - _tolerance,
    };
}
