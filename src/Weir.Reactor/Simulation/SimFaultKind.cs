namespace Weir.Reactor;

/// <summary>What the network does to an established connection at a planned byte.</summary>
public enum SimFaultKind
{
    None,

    /// <summary>Both ends are sent an RST (as by a middlebox), and nothing else passes any more.</summary>
    Reset,

    /// <summary>Every packet of both directions is swallowed from then on, those under way too.</summary>
    Vanish,

    /// <summary>The direction stands still for a time, then goes on.</summary>
    Stall,
}
