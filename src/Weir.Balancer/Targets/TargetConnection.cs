using Weir.Http;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// A connection to a target as its pool knows it: in use, or parked. It remembers what matters when it ends: how many requests it
/// carried and how long it had been idle. Owned by what speaks on it.
/// </summary>
internal sealed class TargetConnection(BalancerLoop owner, LoopTarget target, Connection connection, ITargetSpeaker speaker)
    : IConnectionObserver
{
    private readonly long _madeMs = owner.Loop.NowMs;

    // Asked while the handshake is the last thing that was: after another one OpenSSL would speak of that.
    private readonly bool? _tlsResumed = OperatingSystem.IsLinux() && connection is TlsConnection over ? over.Agreement.IsResumed : null;

    private long _parkedMs;
    private int _requestsWhenTaken;

    public Connection Connection => connection;

    public ITargetSpeaker Speaker => speaker;

    /// <summary>Requests that it has carried; over HTTP/1.1 to their end.</summary>
    public int Requests { get; set; }

    /// <summary>How long it was idle before it was last taken, in milliseconds; -1 when it was new.</summary>
    public long IdleMs { get; private set; } = -1;

    /// <summary>When its time in the pool is over, in the loop's milliseconds.</summary>
    public long ExpiresMs { get; private set; }

    /// <summary>Since when it has been idle, while it is parked, in the loop's milliseconds.</summary>
    public long ParkedSinceMs => _parkedMs;

    /// <summary>How long it has been parked, while it is.</summary>
    public long ParkedForMs => owner.Loop.NowMs - _parkedMs;

    /// <summary>The request for which it was declined, being too old; null while it may still be used.</summary>
    public DeclinedReuse? Declined { get; private set; }

    /// <summary>Seconds that the target's last <c>Keep-Alive: timeout=</c> named; -1 when it never did.</summary>
    public int AdvertisedKeepAliveSeconds { get; set; } = ResponseHead.Absent;

    /// <summary>The same in milliseconds.</summary>
    public long AdvertisedMs =>
        AdvertisedKeepAliveSeconds == ResponseHead.Absent ? CloseTimes.Unknown : AdvertisedKeepAliveSeconds * 1000L;

    /// <summary>The one parked before it, while it is parked. The pool's.</summary>
    public TargetConnection? Previous { get; set; }

    /// <summary>The one parked after it, while it is parked. The pool's.</summary>
    public TargetConnection? Next { get; set; }

    /// <summary>How long it may be idle: the load balancer's idle timeout when it was last used.</summary>
    public long IdleTimeoutMs { get; set; }

    /// <summary>How the load balancer that last used it deals with closing connections.</summary>
    public StaleConnectionSettings Stale { get; set; } = null!;

    public LearnedCloseTime Learned => target.Reuse.Learned(Stale, AdvertisedMs);

    public bool BelievesHints => Stale is { Mode: StaleConnectionMode.Protect, LearnsFromHints: true };

    /// <summary>An exchange of this listener uses it.</summary>
    public void UseFor(ListenerView listener)
    {
        IdleTimeoutMs = listener.IdleTimeoutMs;
        Stale = listener.LoadBalancer.StaleConnections;
    }

    public void Park()
    {
        // One that was taken for a request that was not sent then has been idle all the time, to its target's timer at least.
        bool isUnused = IdleMs >= 0 && Requests == _requestsWhenTaken;
        _parkedMs = isUnused ? _parkedMs : owner.Loop.NowMs;
        ExpiresMs = _parkedMs + IdleTimeoutMs;
        connection.Observer = this;
        connection.IsParked = true;
    }

    public void Unpark()
    {
        IdleMs = ParkedForMs;
        _requestsWhenTaken = Requests;
        connection.IsParked = false;
        connection.Observer = null;
    }

    /// <summary>Too old for this exchange, and so for any: it stays parked, for one more idle timeout, to see how it ends.</summary>
    public void Withhold(Exchange exchange)
    {
        Declined = owner.RentDecline();
        Declined.Fill(exchange, owner.Loop.NowMicros, ParkedForMs);
        ExpiresMs = owner.Loop.NowMs + IdleTimeoutMs;
    }

    public void Close()
    {
        if (Declined is { } declined)
        {
            Declined = null;
            owner.ReturnDecline(declined);
        }

        connection.IsParked = false;
        connection.Observer = null;
        speaker.OnClosing();
        if (!connection.IsClosed)
        {
            owner.CountIfFlood(connection, Counter.TargetTlsFloods);
        }

        connection.Close();
    }

    public void OnParkedActivity(Connection stirred)
    {
        if (!speaker.StaysParked())
        {
            target.Pool.OnActivity(this);
        }
    }

    public void OnHangup(Connection ended)
    {
        // In use, its exchange reads it to the end; parked, the above is called.
    }

    /// <summary>What is known of it when an exchange fails, without what belongs to the exchange.</summary>
    public Failure Describe(FailureReason reason) => new(reason)
    {
        Reused = Requests > 0,
        EarlierRequests = Requests,
        IdleMs = IdleMs,
        End = connection.End,
        TlsProblem = TargetTlsProblem.Of(connection),
        TlsResumed = _tlsResumed,
        TlsRenegotiated = OperatingSystem.IsLinux() && connection is TlsConnection { HasRenegotiated: true },
        NothingReceived = connection.BytesReceived == 0,
        AdvertisedKeepAliveSeconds = AdvertisedKeepAliveSeconds,
        Learned = Learned,
    };

    /// <summary>What is known of a connection that was declined for its age, now that the target has closed it.</summary>
    public Failure DescribeDeclined()
    {
        connection.LearnEnd();
        return Describe(FailureReason.None) with
        {
            IdleMs = Declined!.IdleMs,
            // What had come belongs to the exchange before.
            End = connection.End == ConnectionEnd.RstAfterData ? ConnectionEnd.Rst : connection.End,
            BytesAcknowledged = -1,
        };
    }

    /// <summary>
    /// The target has closed it after so long an idle time (0: while it was in use), which shows when it does. Not so where the network,
    /// or the kernel's own probing, gave it up, or TLS broke.
    /// </summary>
    public void TellClose(long idleMs)
    {
        connection.LearnEnd();
        if (connection.End is not (ConnectionEnd.Timeout or ConnectionEnd.TlsFailed))
        {
            // One that many requests share is the only one, as a rule: none beside it shows by its end that they end for another reason.
            target.Closes.Closed(owner, idleMs, target.IsHttp2 ? owner.Loop.NowMs - _madeMs : CloseTimes.Unknown);
        }
    }
}
