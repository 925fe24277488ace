using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The connections of one loop to one target that a request may be given: those that are parked, and over HTTP/2 those that carry
/// others and have room. A parked one is closed when it has been idle for the idle timeout, or as soon as its end stirs, so no
/// request is ever sent onto one whose end is already here.
/// </summary>
internal sealed class TargetPool : ITimerTarget
{
    // Enough to learn from and to count near misses by; the descriptors are for requests.
    private const int MaxWithheld = 256;

    private readonly BalancerLoop _owner;
    private readonly LoopTarget _target;
    private readonly LoopTimer _expiry;
    private ParkedList _idle;
    private ParkedList _withheld;
    private readonly List<Http2Target> _shared = [];
    private Http2Dial? _dial;

    public TargetPool(BalancerLoop owner, LoopTarget target)
    {
        _owner = owner;
        _target = target;
        _expiry = new LoopTimer(owner.Loop, this);
    }

    /// <summary>Connections that a request may be given.</summary>
    public int IdleCount => _idle.Count;

    /// <summary>All connections that are kept, those too that are only watched to their end.</summary>
    public int ParkedCount => _idle.Count + _withheld.Count;

    /// <summary>A stream for an exchange on a connection that is there, or null when there is none that may be used.</summary>
    public TargetStream? Take(Exchange exchange)
    {
        // Those in use first, so that the others may grow old.
        if (TakeShared(exchange) is { } stream)
        {
            return stream;
        }

        LoadBalancerSnapshot loadBalancer = exchange.Listener.LoadBalancer;
        TargetConnection? connection = loadBalancer.PoolOrder == PoolOrder.NewestFirst ? _idle.Newest : _idle.Oldest;
        if (connection is not null && IsTooOld(connection, loadBalancer.StaleConnections))
        {
            Withhold(connection, exchange);
            // The youngest may still be young enough; otherwise none is.
            connection = _idle.Newest is { } youngest && !IsTooOld(youngest, loadBalancer.StaleConnections) ? youngest : null;
        }

        if (connection is null)
        {
            return null;
        }

        _idle.Remove(connection);
        _owner.Counters.Add(Counter.TargetConnectionsIdle, -1);
        connection.Unpark();
        connection.UseFor(exchange.Listener);
        return connection.Speaker.Begin();
    }

    /// <summary>A stream on a connection that carries others, or is about to; null where none has room.</summary>
    public TargetStream? TakeShared(Exchange exchange)
    {
        foreach (Http2Target shared in _shared)
        {
            if (shared.HasRoom)
            {
                shared.Link.UseFor(exchange.Listener);
                return shared.Begin();
            }
        }

        return null;
    }

    /// <summary>The new HTTP/2 connection that is being made; one begins where there is none that has room.</summary>
    public Http2Dial Dial(ListenerView listener)
    {
        if (_dial is not { HasRoom: true })
        {
            _dial = new Http2Dial(_owner, _target, listener);
            Loop.Start(_dial.Run());
        }

        return _dial;
    }

    /// <summary>It is made, or cannot be.</summary>
    public void OnDialed(Http2Dial dial)
    {
        if (_dial == dial)
        {
            _dial = null;
        }
    }

    /// <summary>A connection carries requests, or is about to.</summary>
    public void Share(Http2Target connection) => _shared.Add(connection);

    /// <summary>It carries none, or no more.</summary>
    public void Unshare(Http2Target connection) => _shared.Remove(connection);

    /// <summary>Keeps a connection for the next request; closes it where that cannot be.</summary>
    public void Park(TargetConnection connection)
    {
        if (_target.IsDeregistered || _owner.IsDraining || connection.Connection.PeerHungUp)
        {
            connection.Close();
            return;
        }

        connection.Park();
        _idle.AddByAge(connection);
        _owner.Counters.Add(Counter.TargetConnectionsIdle);
        WatchExpiry(connection);
    }

    public void CloseAll()
    {
        while ((_idle.Newest ?? _withheld.Newest) is { } connection)
        {
            Remove(connection);
        }

        _expiry.Clear();
    }

    /// <summary>Another connection needs its room. Those that no request may use go first.</summary>
    public void CloseOldest()
    {
        if ((_withheld.Oldest ?? _idle.Oldest) is { } connection)
        {
            _owner.Counters.Add(Counter.TargetConnectionsClosedForRoom);
            CloseAlive(connection);
        }
    }

    /// <summary>Something stirred on a parked connection: its end, or bytes that nobody had asked for.</summary>
    public void OnActivity(TargetConnection connection)
    {
        bool closed = connection.Connection.PeerHungUp || connection.Speaker is Http2Target;
        _owner.Counters.Add(closed ? Counter.TargetConnectionsClosedByTargetIdle : Counter.TargetConnectionsUnexpectedBytes);
        if (closed && connection.Declined is { } declined)
        {
            long sinceMicros = _owner.Loop.NowMicros - declined.AtMicros;
            if (CloseCrossing.IsNearMiss(connection, declined, sinceMicros))
            {
                StaleConnectionEvents.NearMiss(_owner, _target, declined, connection.DescribeDeclined(), sinceMicros);
            }
        }

        if (connection.Speaker.MayHaveMetIdleTimer)
        {
            connection.TellClose(connection.ParkedForMs);
        }

        Remove(connection);
    }

    public void OnTimer(LoopTimer timer)
    {
        long now = _owner.Loop.NowMs;
        CloseExpired(_idle, now);
        CloseExpired(_withheld, now);
        if (_idle.Oldest is { } idle)
        {
            WatchExpiry(idle);
        }

        if (_withheld.Oldest is { } withheld)
        {
            WatchExpiry(withheld);
        }
    }

    private bool IsTooOld(TargetConnection connection, StaleConnectionSettings settings)
    {
        long limitMs = _target.Reuse.Learned(settings, connection.AdvertisedMs).LimitMs;
        return limitMs >= 0 && connection.ParkedForMs > limitMs;
    }

    // It stays parked for another idle timeout: what becomes of it tells whether the request would have raced, and what the
    // target's own timeout is.
    private void Withhold(TargetConnection connection, Exchange exchange)
    {
        StaleConnectionEvents.Withheld(_owner, _target);
        if (_withheld.Count == MaxWithheld)
        {
            CloseAlive(_withheld.Oldest!);
        }

        _idle.Remove(connection);
        connection.Withhold(exchange);
        _withheld.Add(connection);
        WatchExpiry(connection);
    }

    // In each list, with one timeout for all, the first that is not due ends the search.
    private void CloseExpired(in ParkedList list, long nowMs)
    {
        while (list.Oldest is { } connection && connection.ExpiresMs <= nowMs)
        {
            _owner.Counters.Add(Counter.TargetConnectionsClosedByIdleTimeout);
            CloseAlive(connection);
        }
    }

    private void CloseAlive(TargetConnection connection)
    {
        _target.Closes.Kept(_owner, connection.ParkedForMs);
        Remove(connection);
    }

    private void WatchExpiry(TargetConnection connection)
    {
        if (!_expiry.IsSet || connection.ExpiresMs < _expiry.DueMs)
        {
            _expiry.Set(connection.ExpiresMs);
        }
    }

    private void Remove(TargetConnection connection)
    {
        if (connection.Declined is null)
        {
            _idle.Remove(connection);
        }
        else
        {
            _withheld.Remove(connection);
        }

        _owner.Counters.Add(Counter.TargetConnectionsIdle, -1);
        connection.Close();
    }
}
