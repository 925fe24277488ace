using System.Runtime.InteropServices;
using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Causes;

/// <summary>
/// Sees every request of a log once, in order, and keeps what the causes of its errors are found from: bounded, whatever
/// the log's size. Owned by a <see cref="Diagnosis"/>; judges nothing itself.
/// </summary>
internal sealed class RequestBook : ILoggedRequestConsumer, IDisposable
{
    /// <summary>Outages kept, 72 bytes each; later errors are judged without.</summary>
    public const int MaxOutages = 150_000;

    /// <summary>Errors of one group whose lags are kept: more make no estimate better.</summary>
    public const int MaxLaggedErrors = 4_000;

    // A race ends within a round trip; a target that handles the request first may need longer, but hardly a second.
    public const int LongestRaceMilliseconds = 1_000;

    // More lags than this of one request, and no single one says anything.
    private const int MaxLags = 40_000;

    // Beyond the idle timeout the balancer closes itself; clocks and roundings get some room.
    private const double WindowSlack = 1.02;

    // Of a timeout that is only assumed: many raise it, and then close times of 65 or 75 s are met.
    private const double AssumedFactor = 2;

    private readonly LagMemory _memory = new();
    private readonly uint[] _lags = new uint[MaxLags];
    private readonly List<TargetState?> _targets = [];
    private readonly List<GroupState?> _groups = [];
    private readonly Dictionary<long, PoolState> _pools = [];
    private readonly List<Outage> _outages = [];
    private readonly uint _windowTicks;
    private readonly int _lagBins;

    public RequestBook(IdleTimeout idleTimeout)
    {
        WindowSeconds = WindowOf(idleTimeout.Seconds * (idleTimeout.IsAssumed ? AssumedFactor : 1));
        _windowTicks = (uint)(WindowSeconds * LagScale.TicksPerSecond);
        _lagBins = LagScale.BinOf(_windowTicks) + 1;
    }

    /// <summary>How far back answers are looked at.</summary>
    public double WindowSeconds { get; }

    public SilenceTimes Silences { get; } = new();

    public ErrorCaseStore Errors { get; } = new();

    public KeyTallies Keys { get; } = new();

    public ExampleReservoir Examples { get; } = new();

    public TimeHistogram Times { get; } = new();

    public ReadOnlySpan<Outage> Outages => CollectionsMarshal.AsSpan(_outages);

    public IEnumerable<GroupState> Groups => _groups.OfType<GroupState>();

    public IEnumerable<TargetState> Targets => _targets.OfType<TargetState>();

    public IEnumerable<PoolState> Pools => _pools.Values;

    public bool IsMemoryShort => _memory.IsShort;

    public long Requests { get; private set; }

    public long TargetErrors { get; private set; }

    /// <summary>Errors that a rule asked for: fixed responses.</summary>
    public long ConfiguredAnswers { get; private set; }

    public long FirstMicroseconds { get; private set; } = long.MaxValue;

    public long LastMicroseconds { get; private set; }

    /// <summary>When the last request was sent: what is still on its way then ends later, beside no other traffic.</summary>
    public long LastSentMicroseconds { get; private set; }

    public GroupState Group(int targetGroup) => At(_groups, targetGroup) ??= new GroupState(targetGroup, _memory, _lagBins);

    public TargetState Target(int target) => At(_targets, target) ??= new TargetState(target);

    /// <summary>How far back a connection can have been used last that the balancer still keeps, seconds.</summary>
    public static double WindowOf(double idleTimeoutSeconds) => (idleTimeoutSeconds * WindowSlack) + LagScan.EdgeSeconds;

    public void Accept(in LoggedRequest request, RequestDetail? detail)
    {
        Requests++;
        FirstMicroseconds = Math.Min(FirstMicroseconds, request.CompletedMicroseconds);
        LastMicroseconds = Math.Max(LastMicroseconds, request.CompletedMicroseconds);
        LastSentMicroseconds = Math.Max(LastSentMicroseconds, request.DispatchedMicroseconds);
        Times.Add(request.CompletedMicroseconds);
        GroupState group = Group(request.TargetGroup);
        group.Requests++;
        TargetErrors += request.IsTargetError ? 1 : 0;
        if (request.TargetStatus > 0)
        {
            AcceptAnswered(request, group);
        }
        else if (request.IsBalancerError)
        {
            AcceptError(request, detail, group);
        }
    }

    public void Dispose() => Errors.Dispose();

    private void AcceptAnswered(in LoggedRequest request, GroupState group)
    {
        group.Answered++;
        group.AnswerTimes[TimeClasses.Of(request.TargetMilliseconds)]++;
        Keys.Answered(request.RequestKey, request.TargetGroup, request.TargetMilliseconds);
        if (request.Target < 0)
        {
            return;
        }

        TargetState target = Target(request.Target);
        if (target.OpenOutage >= 0)
        {
            EndOutage(target, request);
        }

        target.TargetGroup = request.TargetGroup;
        target.Sent(request.DispatchedMicroseconds, isAnswered: true);
        target.Answered(request.TargetMilliseconds);
        PoolState pool = Pool(request.Node, request.Target);
        pool.Answered(request.RequestMilliseconds, request.TargetMilliseconds);
        CompletionQueue answers = pool.Answers;
        if (group.Controls.Wants(answers.Count))
        {
            int count = answers.LagsAt(request.DispatchedMicroseconds, _lags);
            group.Controls.Add(_lags.AsSpan(0, count));
        }

        // A connection that became a WebSocket is not kept.
        if (request.TargetStatus != 101)
        {
            answers.Add(request.CompletedMicroseconds);
        }
    }

    private void AcceptError(in LoggedRequest request, RequestDetail? detail, GroupState group)
    {
        if (LineRules.IsConfiguredAnswer(detail))
        {
            ConfiguredAnswers++;
            return;
        }

        group.Errors++;
        LineVerdict line = LineRules.Read(request, detail);
        var error = new ErrorCase
        {
            CompletedMicroseconds = request.CompletedMicroseconds,
            DispatchedMicroseconds = request.DispatchedMicroseconds,
            RequestKey = request.RequestKey,
            TookMilliseconds = (int)Math.Clamp(TookMilliseconds(request), 0, int.MaxValue),
            Node = request.Node,
            Target = request.Target,
            TargetGroup = request.TargetGroup,
            ElbStatus = request.ElbStatus,
            Shape = line.Shape,
            Cause = line.Cause,
            Confidence = line.Confidence,
            Other = line.Other,
            IsSent = request.RequestMilliseconds >= 0,
            HasResponseTime = request.ResponseMilliseconds >= 0,
            Key = ErrorCase.None,
            Outage = ErrorCase.None,
            GapTicks = ErrorCase.None,
            QuietMilliseconds = ErrorCase.None,
        };
        if (line.Shape == ErrorShape.Silent)
        {
            Silences.Add(error.TookMilliseconds, error.IsSent);
        }

        ushort[]? lags = null;
        if (line.Shape is ErrorShape.Cut or ErrorShape.NotConnected)
        {
            lags = Surroundings(ref error, group);
        }
        else if (error.Target >= 0)
        {
            TargetState target = Target(error.Target);
            target.TargetGroup = error.TargetGroup;
            target.Sent(error.DispatchedMicroseconds, isAnswered: false);
        }

        Errors.Add(error, detail?.TraceId, lags);
        Examples.Offer(error, request, detail);
    }

    private static long TookMilliseconds(in LoggedRequest request) => request.RequestMilliseconds >= 0 && request.TargetMilliseconds >= 0
        ? request.TargetMilliseconds
        : (request.CompletedMicroseconds - request.DispatchedMicroseconds) / 1000;

    private ushort[]? Surroundings(ref ErrorCase error, GroupState group)
    {
        TargetState target = Target(error.Target);
        target.TargetGroup = error.TargetGroup;
        target.Sent(error.DispatchedMicroseconds, isAnswered: false);
        error.QuietMilliseconds = Milliseconds(error.CompletedMicroseconds - target.LastSentMicroseconds);
        error.Outage = ExtendOutage(target, error);
        if (error.Shape != ErrorShape.Cut)
        {
            Pool(error.Node, error.Target).FailedToConnect(error.TookMilliseconds);
            return null;
        }

        group.Cuts++;
        error.Key = Keys.Cut(error.RequestKey, group, error.TookMilliseconds);
        return Lags(ref error, group);
    }

    private ushort[]? Lags(ref ErrorCase error, GroupState group)
    {
        CompletionQueue answers = Pool(error.Node, error.Target).Answers;
        int count = answers.LagsAt(error.DispatchedMicroseconds, _lags);
        error.AnswersInWindow = count;
        error.GapTicks = count > 0 ? (int)_lags[0] : ErrorCase.None;
        long begin = (error.DispatchedMicroseconds / LagScale.MicrosecondsPerTick) - _windowTicks;
        error.IsWindowWhole = !IsMemoryShort && answers.FirstTick is { } first && first <= begin;
        if (error.TookMilliseconds > LongestRaceMilliseconds || group.LaggedErrors >= MaxLaggedErrors)
        {
            return null;
        }

        uint tookTicks = (uint)Math.Max((error.CompletedMicroseconds - error.DispatchedMicroseconds) / LagScale.MicrosecondsPerTick, 0);
        ushort[] bins = BinsOf(_lags.AsSpan(0, count), tookTicks, _windowTicks);
        if (!_memory.TryErrorLags(bins.Length))
        {
            return null;
        }

        group.LaggedErrors++;
        return bins;
    }

    // From an answer until the error, not until the request was sent: the end of an idle connection and the error that it makes come
    // as one, a timer's time after the answer; when in that time the request was sent is chance.
    private static ushort[] BinsOf(ReadOnlySpan<uint> lags, uint tookTicks, uint windowTicks)
    {
        var bins = new List<ushort>(Math.Min(lags.Length, 256));
        foreach (uint lag in lags)
        {
            // Ordinary requests, which errors are held against, have no lags beyond the window.
            if (lag + tookTicks > windowTicks)
            {
                break;
            }

            var bin = (ushort)LagScale.BinOf(lag + tookTicks);
            if (bins.Count == 0 || bins[^1] != bin)
            {
                bins.Add(bin);
            }
        }

        return [.. bins];
    }

    private int ExtendOutage(TargetState target, in ErrorCase error)
    {
        bool isCut = error.Shape == ErrorShape.Cut;
        if (target.OpenOutage >= 0)
        {
            ref Outage open = ref CollectionsMarshal.AsSpan(_outages)[target.OpenOutage];
            open.LastMicroseconds = Math.Max(open.LastMicroseconds, error.CompletedMicroseconds);
            open.FirstSentMicroseconds = Math.Min(open.FirstSentMicroseconds, error.DispatchedMicroseconds);
            open.LastSentMicroseconds = Math.Max(open.LastSentMicroseconds, error.DispatchedMicroseconds);
            open.Cut += isCut ? 1 : 0;
            open.NotConnected += isCut ? 0 : 1;
            return target.OpenOutage;
        }

        if (_outages.Count == MaxOutages)
        {
            return ErrorCase.None;
        }

        target.OpenOutage = _outages.Count;
        _outages.Add(new Outage
        {
            Target = error.Target,
            TargetGroup = error.TargetGroup,
            Cut = isCut ? 1 : 0,
            NotConnected = isCut ? 0 : 1,
            FirstMicroseconds = error.CompletedMicroseconds,
            LastMicroseconds = error.CompletedMicroseconds,
            FirstSentMicroseconds = error.DispatchedMicroseconds,
            LastSentMicroseconds = error.DispatchedMicroseconds,
            AnsweredBeforeMicroseconds = target.LastAnsweredSentMicroseconds,
        });
        return target.OpenOutage;
    }

    private void EndOutage(TargetState target, in LoggedRequest answered)
    {
        ref Outage open = ref CollectionsMarshal.AsSpan(_outages)[target.OpenOutage];
        if (answered.DispatchedMicroseconds > open.LastMicroseconds)
        {
            open.AnsweredAfterMicroseconds = answered.DispatchedMicroseconds;
            target.OpenOutage = -1;
        }
        else if (answered.CompletedMicroseconds > open.LastMicroseconds)
        {
            open.Survivors++;
        }
    }

    private PoolState Pool(int node, int target)
    {
        long key = ((long)node << 32) | (uint)target;
        ref PoolState? pool = ref CollectionsMarshal.GetValueRefOrAddDefault(_pools, key, out _);
        return pool ??= new PoolState(node, target, _memory, _windowTicks);
    }

    private static ref T? At<T>(List<T?> list, int number)
        where T : class
    {
        while (list.Count <= number + 1)
        {
            list.Add(null);
        }

        return ref CollectionsMarshal.AsSpan(list)[number + 1];
    }

    private static int Milliseconds(long microseconds) => (int)Math.Clamp(microseconds / 1000, 0, int.MaxValue);
}
