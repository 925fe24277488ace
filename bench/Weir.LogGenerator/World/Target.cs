using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>One target: its port, its process, its workers and their connections. It knows nothing of nodes and logs of a balancer.</summary>
internal sealed class Target(Universe universe, TargetGroup group, string address, int port, long clockOffsetTicks)
{
    private int _nextWorker;

    public TargetGroup Group => group;

    public string Address => address;

    public int Port => port;

    /// <summary>What this target's clock shows more than true time.</summary>
    public long ClockOffsetTicks => clockOffsetTicks;

    public List<TargetConnection> Connections { get; } = [];

    public long ReaperPhaseTicks { get; } = Ticks.Of(universe.Random.Unit() * 60);

    public Acceptance Acceptance { get; set; } = Acceptance.Listening;

    /// <summary>Why a connection is refused at present.</summary>
    public string RefusalCause { get; set; } = Causes.ConnectRefused;

    /// <summary>Share of SYNs that are refused or swallowed while the process itself is well.</summary>
    public double RefusedShare { get; set; }

    public double SwallowedShare { get; set; }

    public double FailedHandshakeShare { get; set; }

    public double HangingHandshakeShare { get; set; }

    /// <summary>Factor on all service times: a target that is starved takes longer.</summary>
    public double Slowness { get; set; } = 1;

    public bool IsHealthy { get; set; } = true;

    public int NextWorker() => _nextWorker++ % group.Server.Workers;

    public Acceptance AnswerSyn()
    {
        if (Acceptance != Acceptance.Listening) return Acceptance;
        if (RefusedShare > 0 && universe.Random.Chance(RefusedShare)) return Acceptance.Refusing;
        return SwallowedShare > 0 && universe.Random.Chance(SwallowedShare) ? Acceptance.Swallowing : Acceptance.Listening;
    }

    public Handshake AnswerHandshake()
    {
        if (FailedHandshakeShare > 0 && universe.Random.Chance(FailedHandshakeShare)) return Handshake.Fails;
        return HangingHandshakeShare > 0 && universe.Random.Chance(HangingHandshakeShare) ? Handshake.Hangs : Handshake.Succeeds;
    }

    public void Serve(TargetConnection connection, Exchange exchange)
    {
        foreach (IServingFault fault in group.ServingFaults)
        {
            if (fault.TryServe(this, connection, exchange)) return;
        }

        ServeNormally(connection, exchange);
    }

    public void ServeNormally(TargetConnection connection, Exchange exchange)
    {
        double seconds = exchange.Url.ServiceSeconds(universe.Random) * Slowness;
        ServerModel server = group.Server;
        if (seconds > server.WorkerTimeoutSeconds)
        {
            universe.After(Ticks.Of(server.CutSeconds(universe.Random)), () => connection.CloseAtTarget(Causes.TargetTimeout));
            return;
        }

        universe.After(Ticks.Of(seconds), () => Answer(connection, exchange));
    }

    public void Answer(TargetConnection connection, Exchange exchange)
    {
        UrlProfile url = exchange.Url;
        int status = 200;
        if (url.OwnErrorShare > 0 && universe.Random.Chance(url.OwnErrorShare)) status = universe.Random.Pick(_ownErrors);
        else if (universe.Random.Chance(0.02)) status = universe.Random.Pick(_otherStatuses);
        int bytes = (int)Math.Min(universe.Random.LogNormal(url.MedianResponseBytes, 0.6), 50_000_000);
        connection.Respond(exchange, status, bytes, Ticks.Of(url.TransferSecondsPerKilobyte * bytes / 1024));
    }

    public void Handled(Exchange exchange, int status, int responseBytes, long startTicks) =>
        universe.Handled(new HandledRow(this, exchange, status, responseBytes, startTicks, universe.NowTicks));

    /// <summary>The process is gone: the kernel closes what it had, and refuses what comes.</summary>
    public void StopProcess(string cause)
    {
        Acceptance = Acceptance.Refusing;
        RefusalCause = cause;
        CloseWorker(-1, cause);
    }

    public void CloseIdle(string cause)
    {
        foreach (TargetConnection connection in Connections.ToArray())
        {
            if (!connection.IsBusyAtTarget) connection.CloseAtTarget(cause);
        }
    }

    /// <summary>Closes the connections of one worker, or of all with -1.</summary>
    public void CloseWorker(int worker, string cause)
    {
        foreach (TargetConnection connection in Connections.ToArray())
        {
            if (worker < 0 || connection.Worker == worker) connection.CloseAtTarget(cause);
        }
    }

    private static readonly int[] _ownErrors = [500, 500, 500, 502, 503, 504];
    private static readonly int[] _otherStatuses = [201, 204, 301, 304, 400, 401, 404, 404];
}
