namespace Weir.Diagnosis.Probing;

/// <summary>What a target does with a request that comes after its FIN: it tells a whole close from half of one.</summary>
public enum LateByteAnswer
{
    /// <summary>Not tried, or the connection ended with RST.</summary>
    Unknown,

    /// <summary>The connection is closed on both sides; whoever sends learns of it.</summary>
    Reset,

    /// <summary>Only the sending side is closed: what comes is read and thrown away, and its sender waits in vain.</summary>
    Swallowed,
}
