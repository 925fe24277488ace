namespace Weir.Balancer;

/// <summary>
/// How many client connections one loop has open at most. At the limit its listeners pause, and who comes then waits in the
/// kernel's backlog until a connection closes. Owned by the loop; it never closes a connection.
/// </summary>
/// <remarks>
/// A client waits better before it is accepted than after: a connection that is accepted needs a second one, to a
/// target, and where the descriptors for those are used up every request is answered 502.
/// </remarks>
internal sealed class ClientLimit(BalancerLoop owner)
{
    // At the limit accepting pauses at every close; once a minute is enough to be told.
    private const int ReportMs = 60_000;

    private long _nextReportMs;

    /// <summary>0: no limit.</summary>
    public int Connections { get; set; }

    /// <summary>The loop's listeners do not accept now.</summary>
    public bool IsReached { get; private set; }

    /// <summary>A client connection was opened or closed; so many are open now.</summary>
    public void OnChanged(int open)
    {
        bool reached = Connections > 0 && open >= Connections;
        if (reached == IsReached)
        {
            return;
        }

        IsReached = reached;
        foreach (LoopListener listener in owner.Listeners)
        {
            Apply(listener);
        }

        if (reached)
        {
            owner.Counters.Add(Counter.AcceptPauses);
            Report();
        }
    }

    /// <summary>A listener that has just been opened pauses with the others.</summary>
    public void Apply(LoopListener listener)
    {
        if (IsReached)
        {
            listener.Listener?.Pause();
        }
        else
        {
            listener.Listener?.Resume();
        }
    }

    private void Report()
    {
        long now = owner.Loop.NowMs;
        if (now >= _nextReportMs)
        {
            _nextReportMs = now + ReportMs;
            owner.Shared.Report(
                $"not accepting for a moment: {Connections} client connections are open, the most that one loop may have; "
                + "weir_accept_pauses_total counts on, --max-connections sets the limit");
        }
    }
}
