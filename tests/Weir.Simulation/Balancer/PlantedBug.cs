namespace Weir.Simulation.Balancer;

/// <summary>A fault put into the world on purpose, to see that the oracle finds it: a run with one must fail.</summary>
internal enum PlantedBug
{
    None,

    /// <summary>A target answers with the answer to another request.</summary>
    Crossed,

    /// <summary>A client throws an answer away that it has received whole.</summary>
    Lost,

    /// <summary>A client's request is sent twice.</summary>
    Doubled,

    /// <summary>A byte of a request's body is changed on its way.</summary>
    Altered,

    /// <summary>A line of the access log is left out.</summary>
    Unlogged,

    /// <summary>A piece of an answer comes on another stream of its HTTP/2 connection.</summary>
    MixedUp,

    /// <summary>A target of HTTP/2 looks at requests behind the last that its GOAWAY names.</summary>
    LookedAt,

    /// <summary>More comes on a stream than its window has room for.</summary>
    Overdrawn,

    /// <summary>The table of fields stays larger than the peer allows.</summary>
    LargeTable,

    /// <summary>A byte of a WebSocket's tunnel is changed on its way.</summary>
    AlteredTunnel,

    /// <summary>A malformed request goes through to a target.</summary>
    FlawUnseen,

    /// <summary>A request is refused as malformed that is not.</summary>
    FlawImagined,

    /// <summary>The stream of a malformed request is not reset.</summary>
    FlawUntold,

    /// <summary>The line of a malformed request is left out of the access log.</summary>
    FlawUnlogged,

    /// <summary>A malformed answer goes through to a client.</summary>
    AnswerFlawUnseen,

    /// <summary>A malformed answer is waited for as if none had come.</summary>
    AnswerFlawUnnoticed,

    /// <summary>The stream of a malformed answer is not reset.</summary>
    AnswerFlawUntold,

    /// <summary>The connection of a client that has said GOAWAY is kept.</summary>
    GoAwayUnheard,

    /// <summary>The connection of a target that has said GOAWAY with an error is kept.</summary>
    GoAwayErrorUnheard,

    /// <summary>What is under way behind such a GOAWAY is given up too early.</summary>
    GoAwayErrorHasty,

    /// <summary>A failure behind it has another error than the target has named.</summary>
    GoAwayErrorMistaken,

    /// <summary>A request is too large for a target that takes as much.</summary>
    HeadRefused,

    /// <summary>A target gets a larger head than it takes.</summary>
    LargeHead,
}
