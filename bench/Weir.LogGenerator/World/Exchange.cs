using Weir.LogGenerator.Simulation;

namespace Weir.LogGenerator.World;

/// <summary>One request at one node, from its arrival to its line in the log. Ends once, whoever ends it.</summary>
internal sealed class Exchange(Universe universe, BalancerNode node, TargetGroup group, UrlProfile url, int urlId, ClientConnection client)
{
    private long _dispatchedTicks = -1;

    public BalancerNode Node => node;

    public TargetGroup Group => group;

    public UrlProfile Url => url;

    public int UrlId => urlId;

    public ClientConnection Client => client;

    public (ulong High, ulong Low) Trace { get; } = (universe.Random.Bits(), universe.Random.Bits());

    public int RequestBytes { get; } = 120 + url.Path.Length + universe.Random.Below(600);

    public long ReceivedTicks { get; } = universe.NowTicks;

    public long FirstByteTicks { get; set; }

    public bool HasEnded { get; private set; }

    public bool IsDispatched => _dispatchedTicks >= 0;

    public Target? Target { get; set; }

    public string Actions { get; set; } = "forward";

    public TargetConnection? Connection { get; private set; }

    public void Dispatch(TargetConnection connection)
    {
        Connection = connection;
        _dispatchedTicks = universe.NowTicks;
        node.WatchSilence(this);
        connection.Send(this);
    }

    public void Complete(int status, int responseBytes, long firstByteTicks)
    {
        if (HasEnded) return;
        HasEnded = true;
        LogRow row = Row(status);
        row.TargetStatus = status;
        row.SentBytes = responseBytes;
        row.RequestTicks = _dispatchedTicks - ReceivedTicks;
        row.TargetTicks = firstByteTicks - _dispatchedTicks;
        row.ResponseTicks = Ticks.Of(universe.Random.Exponential(0.00008));
        row.TimeTicks += row.ResponseTicks;
        universe.Write(row, null);
    }

    /// <summary>The target closed while this was outstanding; the close knows which mechanism it came of.</summary>
    public void MeetClose(string? cause) => FailMeasured(cause ?? throw new InvalidOperationException("a harmless close met a request"));

    /// <summary>An end that comes while the target is at work: its time so far is logged.</summary>
    public void FailMeasured(string cause) => Fail(502, cause, _dispatchedTicks - ReceivedTicks, universe.NowTicks - _dispatchedTicks);

    public void FailSilent() => Fail(504, Causes.SlowTarget, _dispatchedTicks - ReceivedTicks, -1);

    public void FailUndispatched(int status, string cause) => Fail(status, cause, -1, -1);

    public void Abort()
    {
        if (HasEnded) return;
        // Both forms occur in published lines of 460. Source: ALB, observed.
        bool tells = IsDispatched && universe.Settings.AbortLineTellsDispatch;
        Connection?.CloseAtNode();
        Fail(460, Causes.ClientAbort, tells ? _dispatchedTicks - ReceivedTicks : -1, -1);
    }

    private void Fail(int status, string cause, long requestTicks, long targetTicks)
    {
        if (HasEnded) return;
        HasEnded = true;
        LogRow row = Row(status);
        row.RequestTicks = requestTicks;
        row.TargetTicks = targetTicks;
        row.SentBytes = BalancerPages.Bytes(status);
        universe.Write(row, cause);
    }

    public LogRow Row(int status) => new(node, group, client, url, urlId)
    {
        TimeTicks = universe.NowTicks,
        CreationTicks = ReceivedTicks,
        Target = Target,
        Status = status,
        ReceivedBytes = RequestBytes,
        Trace = Trace,
        Actions = Actions,
    };

    /// <summary>An end without any target: by a rule, a Lambda function or the front. The caller fills the row in.</summary>
    public void EndWith(LogRow row, string? cause)
    {
        if (HasEnded) return;
        HasEnded = true;
        universe.Write(row, cause);
    }
}
