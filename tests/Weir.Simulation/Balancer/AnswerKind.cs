namespace Weir.Simulation.Balancer;

/// <summary>What a target does with a request.</summary>
internal enum AnswerKind
{
    Normal,

    /// <summary>It answers before it has read the request's body.</summary>
    Early,

    /// <summary>It ends the connection without a byte of an answer.</summary>
    DieBefore,

    /// <summary>It ends the connection in the middle of its answer.</summary>
    DieInside,

    /// <summary>It never says anything.</summary>
    Silent,

    /// <summary>It falls silent in the middle of its answer.</summary>
    SilentInside,

    /// <summary>What it sends is not HTTP.</summary>
    MalformedHead,

    /// <summary>The chunked framing of its body is broken; over HTTP/2 its length, or its trailers.</summary>
    MalformedBody,

    /// <summary>Its head is over the limit.</summary>
    HugeHead,

    /// <summary>It sends bytes behind its answer that nobody has asked for.</summary>
    ExtraBytes,

    /// <summary>It agrees to WebSocket.</summary>
    Tunnel,

    /// <summary>Over HTTP/2: it resets the stream without an answer.</summary>
    Reset,

    /// <summary>Over HTTP/2: it resets the stream in the middle of its answer.</summary>
    ResetInside,

    /// <summary>Over HTTP/2: it breaks the rules for the whole connection.</summary>
    ConnectionFault,

    /// <summary>Over HTTP/2: it says GOAWAY with an error, and does not answer.</summary>
    GoAway,
}
