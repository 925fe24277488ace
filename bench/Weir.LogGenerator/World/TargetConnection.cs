using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>
/// One TCP connection, both of its ends: what the node believes and what the target has done may differ for as long as a
/// packet is under way. Every error that comes of a close comes from this difference.
/// </summary>
internal sealed class TargetConnection
{
    private readonly Universe _universe;
    private readonly TargetPool _pool;
    private bool _stopsReading;
    private bool _timerIsArmed;
    private long _idleDeadlineTicks = Ticks.Never;
    private long _readAtTicks;
    private long _lastForthTicks;
    private long _lastBackTicks;
    private int _served;

    public TargetConnection(Universe universe, TargetPool pool, int worker)
    {
        _universe = universe;
        _pool = pool;
        Worker = worker;
        pool.Target.Connections.Add(this);
    }

    public TargetPool Pool => _pool;

    public int Worker { get; }

    public bool IsOpenAtNode { get; private set; } = true;

    public bool IsParked { get; set; }

    public long ParkedAtTicks { get; set; }

    public bool ExpiryIsArmed { get; set; }

    public Exchange? Current { get; private set; }

    public bool IsOpenAtTarget { get; private set; } = true;

    /// <summary>A request was read, and its response is not sent yet.</summary>
    public bool IsBusyAtTarget { get; private set; }

    /// <summary>Which mechanism made the target close; null for a close that can do no harm, or none yet.</summary>
    public string? EndCause { get; private set; }

    private Target Target => _pool.Target;

    private ServerModel Server => Target.Group.Server;

    // ---- The node's end

    public void Send(Exchange exchange)
    {
        Current = exchange;
        _lastForthTicks = Math.Max(_lastForthTicks, _universe.NowTicks + _pool.Link.ForthTicks());
        _universe.At(_lastForthTicks, () => Arrive(exchange));
    }

    public void CloseAtNode()
    {
        if (!IsOpenAtNode) return;
        IsOpenAtNode = false;
        _pool.Forget(this);
        Current = null;
        _universe.After(_pool.Link.ForthTicks(), EndAtTarget);
    }

    private void SeeEnd()
    {
        if (!IsOpenAtNode) return;
        IsOpenAtNode = false;
        _pool.Forget(this);
        if (Current is not { } exchange) return;
        Current = null;
        exchange.MeetClose(EndCause);
    }

    private void SeeResponse(Exchange exchange, int status, int responseBytes, long firstByteTicks, bool isLast)
    {
        if (!IsOpenAtNode || Current != exchange) return;
        Current = null;
        exchange.Complete(status, responseBytes, firstByteTicks);
        if (isLast) CloseAtNode();
        else _pool.Park(this);
    }

    // ---- The target's end

    private void Arrive(Exchange exchange)
    {
        // What closed it has told the node already: the FIN is under way.
        if (!IsOpenAtTarget || _stopsReading) return;
        _universe.After(Ticks.Of(_universe.Random.Exponential(Server.ReadDelaySeconds)), () => Read(exchange));
    }

    private void Read(Exchange exchange)
    {
        if (!IsOpenAtTarget || _stopsReading) return;
        IsBusyAtTarget = true;
        _readAtTicks = _universe.NowTicks;
        Target.Serve(this, exchange);
    }

    public void Respond(Exchange exchange, int status, int responseBytes, long transferTicks)
    {
        if (!IsOpenAtTarget)
        {
            // Closed under the handler's hands: it finishes and logs, and its answer goes nowhere.
            if (EndCause is null or Causes.KeepaliveRace) Target.Handled(exchange, status, responseBytes, _readAtTicks);
            return;
        }

        Target.Handled(exchange, status, responseBytes, _readAtTicks);
        bool isLimit = ++_served >= Server.MaxRequestsPerConnection;
        bool isLast = isLimit && Server.AnnouncesLastResponse;
        long first = Math.Max(_lastBackTicks, _universe.NowTicks + _pool.Link.BackTicks());
        _lastBackTicks = first + transferTicks;
        exchange.FirstByteTicks = first;
        _universe.At(_lastBackTicks, () => SeeResponse(exchange, status, responseBytes, first, isLast));
        if (transferTicks == 0) FinishSending(isLimit);
        else _universe.After(transferTicks, () => FinishSending(isLimit));
    }

    private void FinishSending(bool isLimit)
    {
        IsBusyAtTarget = false;
        if (!IsOpenAtTarget) return;
        if (isLimit)
        {
            _stopsReading = true;
            string? cause = Server.AnnouncesLastResponse ? null : Causes.RequestLimitClose;
            _universe.After(Ticks.Of(_universe.Random.Exponential(Server.CloseLagSeconds)), () => CloseAtTarget(cause));
            return;
        }

        _idleDeadlineTicks = Server.IdleDeadlineTicks(_universe.NowTicks, _universe.Random, Target.ReaperPhaseTicks);
        if (!_timerIsArmed && _idleDeadlineTicks < Ticks.Never) ArmTimer();
    }

    private void ArmTimer()
    {
        _timerIsArmed = true;
        _universe.At(_idleDeadlineTicks, CheckTimer);
    }

    private void CheckTimer()
    {
        _timerIsArmed = false;
        if (!IsOpenAtTarget || _stopsReading) return;
        if (IsBusyAtTarget && _universe.NowTicks > _readAtTicks + Ticks.Of(Server.TimerStopLagSeconds)) return;
        if (_idleDeadlineTicks > _universe.NowTicks) ArmTimer();
        else CloseAtTarget(Causes.KeepaliveRace);
    }

    public void CloseAtTarget(string? cause)
    {
        if (!IsOpenAtTarget) return;
        EndAtTarget();
        EndCause = cause;
        _lastBackTicks = Math.Max(_lastBackTicks, _universe.NowTicks + _pool.Link.BackTicks());
        _universe.At(_lastBackTicks, SeeEnd);
    }

    private void EndAtTarget()
    {
        if (!IsOpenAtTarget) return;
        IsOpenAtTarget = false;
        Target.Connections.Remove(this);
    }
}
