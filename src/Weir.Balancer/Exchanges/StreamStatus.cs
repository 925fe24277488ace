namespace Weir.Balancer;

/// <summary>What became of one step on a stream.</summary>
internal enum StreamStatus : byte
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>The peer's direction has ended (or is broken) where more was expected; for a send: nothing can be sent any more.</summary>
    Ended,

    /// <summary>The bytes are not what the protocol allows.</summary>
    Malformed,

    /// <summary>The head is over its limit.</summary>
    TooLarge,

    /// <summary>The peer has said that it has not looked at the stream: what was sent may be sent again. Source: RFC 9113 §8.7.</summary>
    Refused,

    /// <summary>The connection has ended, or was given up, before anything was sent on the stream: it may be sent elsewhere.</summary>
    Unsent,

    /// <summary>The request's fields are more than may be sent to the peer: nothing was.</summary>
    TooLargeToSend,

    /// <summary>The peer has reset the stream, and its connection goes on.</summary>
    Reset,

    /// <summary>The peer has broken the rules of HTTP/2, and its connection has ended with all streams on it.</summary>
    Faulted,

    /// <summary>The peer has ended its connection with an error, and has not closed it: nobody waits for it any longer.</summary>
    GoneAway,

    /// <summary>The exchange was told to stop while this step waited.</summary>
    Stopped,
}
