using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>One listening address of one loop. It outlives snapshots; only its view changes.</summary>
internal sealed class LoopListener(BalancerLoop owner, ListenerView view) : IAcceptTarget
{
    // Pauses come ten times a second while they last; once a minute is enough to be told.
    private const int PauseReportMs = 60_000;

    private long _nextPauseReportMs;

    /// <summary>The configuration for exchanges that begin now.</summary>
    public ListenerView View { get; set; } = view;

    /// <summary>
    /// The same on a connection that had <paramref name="last"/>: what was said before the listener changed from HTTP to HTTPS, or
    /// back, is true of what comes on it.
    /// </summary>
    public ListenerView ViewAfter(ListenerView last) => View.Snapshot.Protocol == last.Snapshot.Protocol ? View : last;

    /// <summary>Null only while it is being opened.</summary>
    public Listener? Listener { get; set; }

    public void OnAccepted(Connection connection)
    {
        owner.Counters.Add(Counter.ClientConnectionsAccepted);
        if (View.Tls is not null && OperatingSystem.IsLinux())
        {
            owner.Handshakes.Begin(this, connection);
            return;
        }

        var client = new Http1Client(owner, this, connection);
        ConnectionLog.Plain(owner, View, client.Peer);
        owner.Add(client);
        Loop.Start(client.Serve());
    }

    public void OnAcceptPaused(int error)
    {
        owner.Counters.Add(Counter.AcceptPauses);
        long now = owner.Loop.NowMs;
        if (now >= _nextPauseReportMs)
        {
            _nextPauseReportMs = now + PauseReportMs;
            owner.Shared.Report(
                $"not accepting for a moment on port {View.Port}: the system has no descriptors or memory left (error {error}); "
                + "weir_accept_pauses_total counts on");
        }
    }
}
