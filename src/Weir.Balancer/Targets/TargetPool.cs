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
    private readonly List<Http1Target> _idle = [];
    private readonly LoopTimer _expiry;

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
        if (_idle.Count == 0)
        {
            return null;
        }

        int index = order == PoolOrder.NewestFirst ? _idle.Count - 1 : 0;
        Http1Target connection = _idle[index];
        _idle.RemoveAt(index);
        connection.Unpark();
        _owner.Counters.Add(Counter.TargetConnectionsIdle, -1);
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
        _idle.Add(connection);
        _owner.Counters.Add(Counter.TargetConnectionsIdle);
        if (!_expiry.IsSet)
        {
            _expiry.Set(connection.ExpiresMs);
        }
    }

    public void CloseAll()
    {
        for (int i = _idle.Count - 1; i >= 0; i--)
        {
            Remove(i);
        }

        _expiry.Clear();
    }

    public void OnParkedActivity(Connection connection)
    {
        int index = _idle.FindIndex(idle => idle.Connection == connection);
        _owner.Counters.Add(
            connection.PeerHungUp ? Counter.TargetConnectionsClosedByTargetIdle : Counter.TargetConnectionsUnexpectedBytes);
        Remove(index);
    }

    public void OnHangup(Connection connection)
    {
        // Only parked connections have the pool as their observer, and those are reported above.
    }

    public void OnTimer(LoopTimer timer)
    {
        long now = _owner.Loop.NowMs;
        // Oldest first: with one timeout for all, the first that is not due ends the search.
        while (_idle.Count > 0 && _idle[0].ExpiresMs <= now)
        {
            _owner.Counters.Add(Counter.TargetConnectionsClosedByIdleTimeout);
            Remove(0);
        }

        if (_idle.Count > 0)
        {
            _expiry.Set(_idle[0].ExpiresMs);
        }
    }

    private void Remove(int index)
    {
        Http1Target connection = _idle[index];
        _idle.RemoveAt(index);
        _owner.Counters.Add(Counter.TargetConnectionsIdle, -1);
        connection.Close();
    }
}
