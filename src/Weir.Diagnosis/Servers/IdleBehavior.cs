namespace Weir.Diagnosis.Servers;

/// <summary>What a server does with a connection that is idle after an answer.</summary>
public enum IdleBehavior
{
    /// <summary>Closes it after a time.</summary>
    Closes,

    /// <summary>Keeps it until the other side closes.</summary>
    NeverCloses,

    /// <summary>Has no idle connections: it closes after every answer.</summary>
    ClosesAfterEachAnswer,

    /// <summary>Another setting, or another server, decides.</summary>
    SetElsewhere,
}
