using System.Runtime.Versioning;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>Makes one new connection to a target, with TLS where its group has it, within the time that ALB gives each of the two.</summary>
internal sealed class TargetDial : ITimerTarget
{
    /// <summary>Source: ALB user guide: a TCP connection to a target is given 10 seconds.</summary>
    public static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly BalancerLoop _owner;
    private readonly LoopTimer _limit;
    private Connection? _connecting;
    private FailureReason _interruptedFor;

    public TargetDial(BalancerLoop owner)
    {
        _owner = owner;
        _limit = new LoopTimer(owner.Loop, this);
    }

    /// <summary>Of a handshake that failed.</summary>
    public TargetTlsProblem TlsProblem { get; private set; }

    /// <summary>Connects. The reason of the failure, or the connection.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="limit">For TCP; TLS has as long, but no longer than <see cref="TargetTls.HandshakeLimit"/>.</param>
    public LoopTask<(FailureReason Reason, Connection? Connection)> Run(LoopTarget target, TimeSpan limit) => Run(target, limit, mayResume: true);

    private async LoopTask<(FailureReason Reason, Connection? Connection)> Run(LoopTarget target, TimeSpan limit, bool mayResume)
    {
        TlsProblem = default;
        Connection? connection = _owner.ConnectToTarget(target.EndPoint);
        if (connection is null)
        {
            return Failed(FailureReason.NoLocalResources);
        }

        _interruptedFor = FailureReason.None;
        _connecting = connection;
        _limit.Set(_owner.Loop.NowMs + (long)limit.TotalMilliseconds);
        await connection.WhenWritable();
        _limit.Clear();
        _connecting = null;
        ConnectOutcome outcome = connection.FinishConnect();
        FailureReason reason = _interruptedFor != FailureReason.None ? _interruptedFor
            : outcome != ConnectOutcome.Connected ? ReasonOf(outcome)
            : FailureReason.None;
        if (reason == FailureReason.None && target.Tls is { } tls && OperatingSystem.IsLinux())
        {
            long dueMs = _owner.Loop.NowMs + (long)limit.TotalMilliseconds;
            TlsConnection over = tls.Begin(connection, target.EndPoint.Address, mayResume ? target.TlsSessions ??= new TlsSessionCache() : null);
            connection = over;
            reason = await Agree(over, tls, limit, mayResume);
            if (over.OffersSession && reason == FailureReason.TargetTlsFailed && _owner.Loop.NowMs < dueMs)
            {
                // No request is on it yet, and without a session the handshake may well succeed.
                over.Close();
                return await Run(target, TimeSpan.FromMilliseconds(dueMs - _owner.Loop.NowMs), mayResume: false);
            }
        }

        if (reason == FailureReason.None)
        {
            _owner.Counters.Add(Counter.TargetConnectionsOpened);
            target.Reuse.Add(ReuseCount.Opened);
            return (FailureReason.None, connection);
        }

        connection.Close();
        return _interruptedFor is not (FailureReason.None or FailureReason.ConnectTimedOut) ? (_interruptedFor, null) : Failed(reason);
    }

    /// <summary>Whoever waits for it cannot go on: a connect under way ends with that reason.</summary>
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

    public void OnTimer(LoopTimer timer) => Interrupt(FailureReason.ConnectTimedOut);

    // In use by nobody else yet, so whoever interrupts closes it.
    [SupportedOSPlatform("linux")]
    private async LoopTask<FailureReason> Agree(TlsConnection connection, TargetTls tls, TimeSpan limit, bool mayResume)
    {
        _connecting = connection;
        TlsHandshakeOutcome outcome = await connection.Handshake(limit < TargetTls.HandshakeLimit ? limit : TargetTls.HandshakeLimit);
        _connecting = null;
        bool isDone = outcome.Result == TlsHandshakeResult.Done;
        if (_interruptedFor != FailureReason.None || (isDone && tls.IsAgreed(connection)))
        {
            if (connection.Agreement.IsResumed)
            {
                _owner.Counters.Add(Counter.TargetTlsResumed);
            }

            return _interruptedFor;
        }

        _owner.Counters.Add(Counter.TargetTlsErrors);
        TlsProblem = (isDone ? TargetTls.NoHttp2 : new TargetTlsProblem(outcome.Kind, outcome.Problem)) with
        {
            SessionOffered = connection.OffersSession,
            IsWithoutSession = !mayResume,
        };
        return outcome.Result == TlsHandshakeResult.TimedOut ? FailureReason.TargetTlsTimedOut : FailureReason.TargetTlsFailed;
    }

    private (FailureReason Reason, Connection? Connection) Failed(FailureReason reason)
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
