namespace Weir.Reactor;

/// <summary>What became of a connect.</summary>
public enum ConnectOutcome
{
    /// <summary>Still under way.</summary>
    Pending,

    /// <summary>Established.</summary>
    Connected,

    /// <summary>The peer answered with RST: nobody listens.</summary>
    Refused,

    /// <summary>The network said that there is no way there (ICMP, no route), or another error.</summary>
    Unreachable,

    /// <summary>The kernel gave up waiting. Our own limit is usually far shorter.</summary>
    TimedOut,

    /// <summary>This machine has no descriptor, port or memory for it.</summary>
    NoResources,
}
