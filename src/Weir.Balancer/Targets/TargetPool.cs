using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The idle connections of one loop to one target, oldest first. A connection is closed when it has been idle for the
/// idle timeout, or as soon as anything stirs on it, so no request is ever sent onto one whose end is already here.
/// </summary>
internal sealed class TargetPool : IConnectionObserver, ITimerTarget
{
    private readonly BalancerLoop _owner;
    private readonly LoopTarget _target;
    // A target that restarts closes thousands in one turn: each must be found and taken out without a search.
    private readonly Dictionary<Connection, Http1Target> _idle = [];
    private readonly LoopTimer _expiry;
    private Http1Target? _oldest;
    private Http1Target? _newest;

    public TargetPool(BalancerLoop owner, LoopTarget target)
    {
        _owner = owner;
        _target = target;
        _expiry = new LoopTimer(owner.Loop, this);
    }

    public int IdleCount => _idle.Count;

    /// <summary>Takes an idle connection, or null when there is none.</summary>
    public Http1Target? Take(PoolOrder order)
    {
        if ((order == PoolOrder.NewestFirst ? _newest : _oldest) is not { } connection)
        {
            return null;
        }

        Unlink(connection);
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

        connection.Park(this);
        Link(connection);
        if (!_expiry.IsSet)
        {
            _expiry.Set(connection.ExpiresMs);
        }
    }

    public void CloseAll()
    {
        while (_newest is { } connection)
        {
            Remove(connection);
        }

        _expiry.Clear();
    }

    public void OnParkedActivity(Connection connection)
    {
        _owner.Counters.Add(
            connection.PeerHungUp ? Counter.TargetConnectionsClosedByTargetIdle : Counter.TargetConnectionsUnexpectedBytes);
        Remove(_idle[connection]);
    }

    public void OnHangup(Connection connection)
    {
        // Only parked connections have the pool as their observer, and those are reported above.
    }

    public void OnTimer(LoopTimer timer)
    {
        long now = _owner.Loop.NowMs;
        // Oldest first: with one timeout for all, the first that is not due ends the search.
        while (_oldest is { } connection && connection.ExpiresMs <= now)
        {
            _owner.Counters.Add(Counter.TargetConnectionsClosedByIdleTimeout);
            Remove(connection);
        }

        if (_oldest is not null)
        {
            _expiry.Set(_oldest.ExpiresMs);
        }
    }

    private void Remove(Http1Target connection)
    {
        Unlink(connection);
        connection.Close();
    }

    private void Link(Http1Target connection)
    {
        _idle.Add(connection.Connection, connection);
        connection.Previous = _newest;
        if (_newest is null)
        {
            _oldest = connection;
        }
        else
        {
            _newest.Next = connection;
        }

        _newest = connection;
        _owner.Counters.Add(Counter.TargetConnectionsIdle);
    }

    private void Unlink(Http1Target connection)
    {
        _idle.Remove(connection.Connection);
        if (connection.Previous is null)
        {
            _oldest = connection.Next;
        }
        else
        {
            connection.Previous.Next = connection.Next;
        }

        if (connection.Next is null)
        {
            _newest = connection.Previous;
        }
        else
        {
            connection.Next.Previous = connection.Previous;
        }

        connection.Previous = connection.Next = null;
        _owner.Counters.Add(Counter.TargetConnectionsIdle, -1);
    }
}
