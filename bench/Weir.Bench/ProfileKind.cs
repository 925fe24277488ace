namespace Weir.Bench;

/// <summary>How a profile is measured.</summary>
internal enum ProfileKind
{
    /// <summary>Rounds of closed-loop load, one proxy after the other.</summary>
    Load,

    /// <summary>Memory for each idle client connection.</summary>
    Idle,

    /// <summary>System calls counted by strace.</summary>
    SystemCalls,

    /// <summary>How long plain requests take while TLS clients make connections as fast as they can.</summary>
    Flood,
}
