using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Gets an exchange its stream to a target: on an idle connection from the pool, on one that carries many, or on a new one. One
/// belongs to each exchange, and is pooled with it.
/// </summary>
internal sealed class TargetConnector : ITimerTarget
{
    // A connection that many share may be full, or told to go, before the last that waited for it has its stream.
    private const int MaxInVain = 3;

    private readonly BalancerLoop _owner;
    private readonly Exchange _exchange;
    private readonly TargetDial _dial;
    private readonly LoopTimer _limit;
    private readonly Signal _dialed;
    private Http2Dial? _shared;
    private FailureReason _interruptedFor;

    public TargetConnector(BalancerLoop owner, Exchange exchange)
    {
        _owner = owner;
        _exchange = exchange;
        _dial = new TargetDial(owner);
        _limit = new LoopTimer(owner.Loop, this);
        _dialed = new Signal(owner.Loop);
    }

    /// <summary>A stream on a connection that is there; null when there is none that may be used.</summary>
    public TargetStream? TakePooled() => _exchange.Target!.Pool.Take(_exchange);

    /// <summary>Connects anew. The reason of the failure, or the stream.</summary>
    /// <param name="limit">No more than <see cref="TargetDial.ConnectLimit"/>.</param>
    /// <param name="mayBeIdle">A connection that others leave meanwhile, and that is idle, will do.</param>
    public LoopTask<(FailureReason Reason, TargetStream? Stream)> Connect(TimeSpan limit, bool mayBeIdle) =>
        _exchange.Target!.IsHttp2 ? Share(limit, mayBeIdle) : ConnectAlone(limit);

    /// <summary>The exchange cannot go on: a connect under way ends with that reason.</summary>
    public void Interrupt(FailureReason reason)
    {
        _dial.Interrupt(reason);
        if (_shared is not null)
        {
            _interruptedFor = reason;
            _dialed.Set();
        }
    }

    public void OnTimer(LoopTimer timer) => Interrupt(FailureReason.ConnectTimedOut);

    /// <summary>What it waited for is there, or will not be.</summary>
    public void OnDialed() => _dialed.Set();

    private async LoopTask<(FailureReason Reason, TargetStream? Stream)> ConnectAlone(TimeSpan limit)
    {
        LoopTarget target = _exchange.Target!;
        (FailureReason reason, Connection? connection) = await _dial.Run(target, limit);
        if (connection is null)
        {
            _exchange.Attempts.TlsProblem = _dial.TlsProblem;
            return (reason, null);
        }

        var stream = new Http1Target(_owner, target, connection);
        stream.Link.UseFor(_exchange.Listener);
        return (FailureReason.None, stream);
    }

    // A request that comes while a connection is being made waits for that one.
    private async LoopTask<(FailureReason Reason, TargetStream? Stream)> Share(TimeSpan limit, bool mayBeIdle)
    {
        TargetPool pool = _exchange.Target!.Pool;
        _interruptedFor = FailureReason.None;
        long dueMs = _owner.Loop.NowMs + (long)limit.TotalMilliseconds;
        // A connect has a limit of its own. All that are waited for, one after the other, have no more time together.
        bool isLimited = limit < TargetDial.ConnectLimit;
        // Whoever finds no room on one that had some tries the next.
        for (int inVain = 0; inVain < MaxInVain; isLimited = true)
        {
            Http2Dial dial = pool.Dial(_exchange.Listener);
            if (isLimited)
            {
                _limit.Set(dueMs);
            }

            _shared = dial;
            _dialed.Reset();
            dial.Add(this);
            await _dialed;
            _shared = null;
            _limit.Clear();
            FailureReason reason = _interruptedFor != FailureReason.None ? _interruptedFor : dial.Reason;
            TargetStream? stream = reason != FailureReason.None ? null : mayBeIdle ? pool.Take(_exchange) : pool.TakeShared(_exchange);
            dial.Remove(this);
            if (reason != FailureReason.None || stream is not null)
            {
                _exchange.Attempts.TlsProblem = dial.TlsProblem;
                return (reason, stream);
            }

            inVain += dial.WasInVain ? 1 : 0;
        }

        return (FailureReason.TargetRefusedStream, null);
    }
}
