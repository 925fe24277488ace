using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// A client's connection from the first request that it may carry to its close, whatever version of HTTP it speaks. It
/// serves itself; its loop keeps it in a list, and tells it when something ends that is not its own doing.
/// </summary>
internal interface IClientConnection
{
    /// <summary>Neighbours in the loop's list of clients, which alone sets them.</summary>
    IClientConnection? Previous { get; set; }

    IClientConnection? Next { get; set; }

    LoopListener Listener { get; }

    /// <summary>The client as logs and headers name it.</summary>
    PeerText Peer { get; }

    /// <summary>Serves the connection to its end.</summary>
    LoopTask Serve();

    /// <summary>Closes it if it is idle, or after what is under way: the balancer stops, or the listener is gone.</summary>
    void CloseWhenIdle();

    /// <summary>Ends it now, whatever is under way: the time for draining is over.</summary>
    void Cut();

    /// <summary>Stops what is under way with a target.</summary>
    void StopExchangesWith(LoopTarget target, FailureReason reason);
}
