using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>One of the balancer's nodes: its own pools, its own clock, its own log files. Shares nothing with the other nodes.</summary>
internal sealed class BalancerNode(Universe universe, int index, string address, long skewTicks)
{
    // Source: ALB user guide, target connection timeout.
    private const double ConnectTimeoutSeconds = 10;

    private readonly Dictionary<Target, TargetPool> _pools = [];
    private readonly Queue<(Exchange Exchange, long DueTicks)> _silences = new();
    private bool _silenceIsWatched;

    public int Index => index;

    public string Address => address;

    /// <summary>What this node's clock shows more than true time.</summary>
    public long SkewTicks => skewTicks;

    public void Receive(Exchange exchange)
    {
        // Parsing, rules and the choice of a target take the node some tenths of a millisecond.
        long delay = Ticks.Of(universe.Random.LogNormal(0.00015, 0.6));
        universe.After(delay, () => Route(exchange));
    }

    /// <summary>Closes what runs on connections to this target: its deregistration delay is over.</summary>
    public void CutOff(Target target, string cause)
    {
        if (!_pools.TryGetValue(target, out TargetPool? pool)) return;
        foreach (TargetConnection connection in target.Connections.ToArray())
        {
            if (connection.Pool != pool) continue;
            Exchange? cut = connection.Current;
            connection.CloseAtNode();
            cut?.FailMeasured(cause);
        }
    }

    public void WatchSilence(Exchange exchange)
    {
        _silences.Enqueue((exchange, universe.NowTicks + universe.Settings.IdleTimeoutTicks));
        if (!_silenceIsWatched) ArmSilence();
    }

    private void Route(Exchange exchange)
    {
        if (exchange.HasEnded) return;
        if (exchange.Group.Choose(this) is not { } target)
        {
            exchange.FailUndispatched(503, Causes.NoTargets);
            return;
        }

        exchange.Target = target;
        TargetPool pool = PoolOf(target);
        if (pool.Take() is { } connection) exchange.Dispatch(connection);
        else Connect(exchange, pool);
    }

    private TargetPool PoolOf(Target target)
    {
        if (_pools.TryGetValue(target, out TargetPool? pool)) return pool;
        pool = new TargetPool(universe, target, universe.Settings.Discipline, universe.Settings.IdleTimeoutTicks, target.Group.NewLink());
        _pools.Add(target, pool);
        return pool;
    }

    private void Connect(Exchange exchange, TargetPool pool)
    {
        long deadline = universe.NowTicks + Ticks.Of(ConnectTimeoutSeconds + universe.Random.Exponential(0.001));
        universe.After(pool.Link.ForthTicks(), () => AnswerConnect(exchange, pool, deadline));
    }

    private void AnswerConnect(Exchange exchange, TargetPool pool, long deadlineTicks)
    {
        Target target = pool.Target;
        switch (target.AnswerSyn())
        {
            case Acceptance.Swallowing:
                universe.At(deadlineTicks, () => exchange.FailUndispatched(504, Causes.ConnectTimeout));
                break;
            case Acceptance.Refusing:
                string cause = target.RefusalCause;
                universe.After(pool.Link.BackTicks(), () => exchange.FailUndispatched(502, cause));
                break;
            default:
                var connection = new TargetConnection(universe, pool, target.NextWorker());
                universe.After(pool.Link.BackTicks(), () => Connected(exchange, connection, deadlineTicks));
                break;
        }
    }

    private void Connected(Exchange exchange, TargetConnection connection, long deadlineTicks)
    {
        if (!connection.Pool.Target.Group.Server.Tls)
        {
            DispatchOrPark(exchange, connection);
            return;
        }

        // ClientHello forth, the server's flight back, with its key operation in between.
        long handshake = connection.Pool.Link.ForthTicks() + connection.Pool.Link.BackTicks() + Ticks.Of(universe.Random.LogNormal(0.0012, 0.3));
        switch (connection.Pool.Target.AnswerHandshake())
        {
            case Handshake.Fails:
                universe.After(handshake, () => FailHandshake(exchange, connection, 502));
                break;
            case Handshake.Hangs:
                universe.At(deadlineTicks, () => FailHandshake(exchange, connection, 504));
                break;
            default:
                universe.After(handshake, () => DispatchOrPark(exchange, connection));
                break;
        }
    }

    private static void FailHandshake(Exchange exchange, TargetConnection connection, int status)
    {
        connection.CloseAtNode();
        exchange.FailUndispatched(status, Causes.TlsFailure);
    }

    private static void DispatchOrPark(Exchange exchange, TargetConnection connection)
    {
        if (exchange.HasEnded || !connection.IsOpenAtNode) connection.CloseAtNode();
        if (exchange.HasEnded) return;
        if (connection.IsOpenAtNode) exchange.Dispatch(connection);
        else exchange.FailUndispatched(502, connection.EndCause ?? Causes.ConnectRefused);
    }

    private void ArmSilence()
    {
        while (_silences.TryPeek(out var next) && next.Exchange.HasEnded) _silences.Dequeue();
        _silenceIsWatched = _silences.Count > 0;
        if (_silenceIsWatched) universe.At(_silences.Peek().DueTicks, CheckSilence);
    }

    private void CheckSilence()
    {
        while (_silences.TryPeek(out var next) && (next.Exchange.HasEnded || next.DueTicks <= universe.NowTicks))
        {
            _silences.Dequeue();
            if (next.Exchange.HasEnded) continue;
            next.Exchange.Connection!.CloseAtNode();
            next.Exchange.FailSilent();
        }

        ArmSilence();
    }
}
