namespace Weir.Diagnosis.Probing;

/// <summary>How a peer ended a connection.</summary>
public enum ConnectionEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>An orderly end: all that was sent has come.</summary>
    Fin,

    /// <summary>A reset.</summary>
    Rst,
}
