namespace Weir.Simulation.Race;

/// <summary>How a target ends an idle connection. Each is the way of some widespread server.</summary>
internal enum RaceTargetStyle
{
    /// <summary>Says 5 s and closes after 6: FIN, and RST to whatever comes later. As Node.</summary>
    Node,

    /// <summary>Sends FIN after 5 s, and swallows what comes for two more. As Apache.</summary>
    Apache,

    /// <summary>Looks once a second for connections that were idle for 2 s. As gunicorn with threads.</summary>
    Gunicorn,

    /// <summary>Ends it by RST after 4 s. As http.sys, and what closes with unread bytes.</summary>
    Resetting,

    /// <summary>As Node, but its timer runs on while it handles a request: that is done, and its answer meets the close.</summary>
    HandlesThenCloses,

    /// <summary>Closes after any time, so that nothing can be learned; its timer runs on too. As one that is short of memory.</summary>
    Erratic,
}
