namespace Weir.Reactor;

/// <summary>What the network does to a SYN.</summary>
public enum SimConnectFate
{
    /// <summary>It is delivered: a listener accepts it, or there is none and it is refused.</summary>
    Deliver,

    /// <summary>It is answered by RST, whoever listens.</summary>
    Refuse,

    /// <summary>A router says that there is no way there.</summary>
    Unreachable,

    /// <summary>It is swallowed, with all its repetitions.</summary>
    Swallow,

    /// <summary>There is no port or descriptor for it: the connect gives null.</summary>
    NoResources,
}
