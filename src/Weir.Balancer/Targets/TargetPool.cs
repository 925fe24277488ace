using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The parked connections of one loop to one target. A connection is closed when it has been idle for the idle timeout, or
/// as soon as anything stirs on it, so no request is ever sent onto one whose end is already here.
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

    /// <summary>Takes an idle connection for an exchange, or null when there is none that may be used.</summary>
    public Http1Target? Take(Exchange exchange)
    {
        LoadBalancerSnapshot loadBalancer = exchange.Listener.LoadBalancer;
        Http1Target? connection = loadBalancer.PoolOrder == PoolOrder.NewestFirst ? _idle.Newest : _idle.Oldest;
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
        return connection;
    }

    /// <summary>Keeps a connection for the next request; closes it where that cannot be.</summary>
    public void Park(Http1Target connection)
    {
        if (_target.IsDeregistered || _owner.IsDraining || connection.Connection.PeerHungUp)
        {
            connection.Close();
            return;
        }

        connection.Park();
        _idle.Add(connection);
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
    public void OnActivity(Http1Target connection)
    {
        bool closed = connection.Connection.PeerHungUp;
        _owner.Counters.Add(closed ? Counter.TargetConnectionsClosedByTargetIdle : Counter.TargetConnectionsUnexpectedBytes);
        if (closed && connection.Declined is { } declined)
        {
            long sinceMicros = _owner.Loop.NowMicros - declined.AtMicros;
            if (CloseCrossing.IsNearMiss(connection, declined, sinceMicros))
            {
                StaleConnectionEvents.NearMiss(_owner, _target, declined, connection.DescribeDeclined(), sinceMicros);
            }
        }

        connection.TellClose(connection.ParkedForMs);
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

    private bool IsTooOld(Http1Target connection, StaleConnectionSettings settings)
    {
        long limitMs = _target.Reuse.Learned(settings, connection.AdvertisedMs).LimitMs;
        return limitMs >= 0 && connection.ParkedForMs > limitMs;
    }

    // It stays parked for another idle timeout: what becomes of it tells whether the request would have raced, and what the
    // target's own timeout is.
    private void Withhold(Http1Target connection, Exchange exchange)
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

    private void CloseAlive(Http1Target connection)
    {
        _target.Closes.Kept(_owner, connection.ParkedForMs);
        Remove(connection);
    }

    private void WatchExpiry(Http1Target connection)
    {
        if (!_expiry.IsSet || connection.ExpiresMs < _expiry.DueMs)
        {
            _expiry.Set(connection.ExpiresMs);
        }
    }

    private void Remove(Http1Target connection)
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
