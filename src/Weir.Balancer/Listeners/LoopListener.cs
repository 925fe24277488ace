using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>One listening address of one loop. It outlives snapshots; only its view changes.</summary>
internal sealed class LoopListener(BalancerLoop owner, ListenerView view) : IAcceptTarget
{
    /// <summary>The configuration for exchanges that begin now.</summary>
    public ListenerView View { get; set; } = view;

    /// <summary>Null only while it is being opened.</summary>
    public Listener? Listener { get; set; }

    public void OnAccepted(Connection connection)
    {
        owner.Counters.Add(Counter.ClientConnectionsAccepted);
        var client = new Http1Client(owner, this, connection);
        owner.Add(client);
        Loop.Start(client.Serve());
    }

    public void OnAcceptPaused(int error) => owner.Counters.Add(Counter.AcceptPauses);
}
