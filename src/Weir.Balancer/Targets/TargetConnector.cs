using System.Runtime.Versioning;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Gets an exchange its connection to a target: an idle one from the pool, or a new one within the time that ALB gives a
/// connect. One belongs to each exchange, and is pooled with it.
/// </summary>
internal sealed class TargetConnector : ITimerTarget
{
    // Source: ALB user guide: a TCP connection to a target is given 10 seconds.
    private const int LimitMs = 10_000;

    // For a request that has met a close: its 502 is certain, and a target that does not accept at once has gone down.
    private const int AgainLimitMs = 1_000;

    private readonly BalancerLoop _owner;
    private readonly Exchange _exchange;
    private readonly LoopTimer _limit;
    private Connection? _connecting;
    private FailureReason _interruptedFor;

    public TargetConnector(BalancerLoop owner, Exchange exchange)
    {
        _owner = owner;
        _exchange = exchange;
        _limit = new LoopTimer(owner.Loop, this);
    }

    /// <summary>An idle connection of the exchange's target; null when there is none that may be used.</summary>
    public Http1Target? TakePooled()
    {
        Http1Target? pooled = _exchange.Target!.Pool.Take(_exchange);
        if (pooled is not null)
        {
            pooled.IdleTimeoutMs = _exchange.Listener.IdleTimeoutMs;
            pooled.Stale = _exchange.Listener.LoadBalancer.StaleConnections;
        }

        return pooled;
    }

    /// <summary>Connects anew. The reason of the failure, or the stream.</summary>
    /// <param name="again">For a request that was sent before.</param>
    public async LoopTask<(FailureReason Reason, Http1Target? Stream)> Connect(bool again)
    {
        Connection? connection = _owner.ConnectToTarget(_exchange.Target!.EndPoint);
        if (connection is null)
        {
            return Failed(FailureReason.NoLocalResources);
        }

        _interruptedFor = FailureReason.None;
        _connecting = connection;
        _limit.Set(_owner.Loop.NowMs + (again ? AgainLimitMs : LimitMs));
        await connection.WhenWritable();
        _limit.Clear();
        _connecting = null;
        ConnectOutcome outcome = connection.FinishConnect();
        FailureReason reason = _interruptedFor != FailureReason.None ? _interruptedFor
            : outcome != ConnectOutcome.Connected ? ReasonOf(outcome)
            : FailureReason.None;
        if (reason == FailureReason.None && _exchange.Target.Tls is { } tls && OperatingSystem.IsLinux())
        {
            TlsConnection over = tls.Begin(connection, _exchange.Target.EndPoint.Address);
            connection = over;
            reason = await Agree(over, again ? TimeSpan.FromMilliseconds(AgainLimitMs) : TargetTls.HandshakeLimit);
        }

        if (reason == FailureReason.None)
        {
            _owner.Counters.Add(Counter.TargetConnectionsOpened);
            _exchange.Target.Reuse.Add(ReuseCount.Opened);
            var stream = new Http1Target(_owner, _exchange.Target, connection)
            {
                IdleTimeoutMs = _exchange.Listener.IdleTimeoutMs,
                Stale = _exchange.Listener.LoadBalancer.StaleConnections,
            };
            return (FailureReason.None, stream);
        }

        connection.Close();
        return _interruptedFor is not (FailureReason.None or FailureReason.ConnectTimedOut) ? (_interruptedFor, null) : Failed(reason);
    }

    // In use by nobody else yet, so whoever interrupts closes it.
    [SupportedOSPlatform("linux")]
    private async LoopTask<FailureReason> Agree(TlsConnection connection, TimeSpan limit)
    {
        _connecting = connection;
        TlsHandshakeOutcome outcome = await connection.Handshake(limit);
        _connecting = null;
        if (_interruptedFor != FailureReason.None || outcome.Result == TlsHandshakeResult.Done)
        {
            return _interruptedFor;
        }

        _owner.Counters.Add(Counter.TargetTlsErrors);
        _exchange.Attempts.TlsProblem = outcome.Problem;
        return outcome.Result == TlsHandshakeResult.TimedOut ? FailureReason.TargetTlsTimedOut : FailureReason.TargetTlsFailed;
    }

    /// <summary>The exchange cannot go on: a connect under way ends with that reason.</summary>
    public void Interrupt(FailureReason reason)
    {
        if (_connecting is { } connection)
        {
            _interruptedFor = reason;
            if (connection is TlsConnection)
            {
                connection.Close();
            }
            else
            {
                connection.Interrupt();
            }
        }
    }

    public void OnTimer(LoopTimer timer) => _exchange.Stop(FailureReason.ConnectTimedOut);

    private (FailureReason Reason, Http1Target? Stream) Failed(FailureReason reason)
    {
        _owner.Counters.Add(Counter.TargetConnectionErrors);
        return (reason, null);
    }

    private static FailureReason ReasonOf(ConnectOutcome outcome) => outcome switch
    {
        ConnectOutcome.Refused => FailureReason.ConnectRefused,
        ConnectOutcome.TimedOut => FailureReason.ConnectTimedOut,
        ConnectOutcome.NoResources => FailureReason.NoLocalResources,
        _ => FailureReason.ConnectUnreachable,
    };
}
