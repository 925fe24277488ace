using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The idle connections of one loop to one target, oldest first. A connection is closed when it has been idle for the
/// idle timeout, or as soon as anything stirs on it, so no request is ever sent onto one whose end is already here.
/// </summary>
internal sealed class TargetPool : ITimerTarget
{
    private readonly BalancerLoop _owner;
    private readonly LoopTarget _target;
    private readonly LoopTimer _expiry;
    // Linked through the connections themselves: a target that restarts closes thousands in one turn, and each is taken
    // out without a search.
    private Http1Target? _oldest;
    private Http1Target? _newest;

    public TargetPool(BalancerLoop owner, LoopTarget target)
    {
        _owner = owner;
        _target = target;
        _expiry = new LoopTimer(owner.Loop, this);
    }

    public int IdleCount { get; private set; }

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

        connection.Park();
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

    /// <summary>Another connection needs its room.</summary>
    public void CloseOldest()
    {
        if (_oldest is { } connection)
        {
            _owner.Counters.Add(Counter.TargetConnectionsClosedForRoom);
            Remove(connection);
        }
    }

    /// <summary>Something stirred on an idle connection: its end, or bytes that nobody had asked for.</summary>
    public void OnActivity(Http1Target connection)
    {
        _owner.Counters.Add(
            connection.Connection.PeerHungUp
                ? Counter.TargetConnectionsClosedByTargetIdle
                : Counter.TargetConnectionsUnexpectedBytes);
        Remove(connection);
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
        IdleCount++;
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
        IdleCount--;
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
