namespace Weir.Balancer;

/// <summary>What is counted of a target group's connections.</summary>
public enum ReuseCount : byte
{
    /// <summary>Connections opened.</summary>
    Opened,

    /// <summary>Requests sent on a connection that had carried one before.</summary>
    Reused,

    /// <summary>The idle times of those connections before their reuse, summed.</summary>
    IdleMsAtReuse,

    /// <summary>The longest of them.</summary>
    LongestIdleMsAtReuse,

    /// <summary>Requests that met a close, were sent again on a new connection and got their answer.</summary>
    Retried,

    /// <summary>Requests that were kept off a connection for its age.</summary>
    Withheld,

    /// <summary>Of those, requests that would have met the target's close.</summary>
    NearMisses,

    /// <summary>Connections found dead before a byte of the request was on them, and replaced.</summary>
    Replaced,
}
