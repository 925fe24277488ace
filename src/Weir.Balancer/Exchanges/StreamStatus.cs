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

    /// <summary>The exchange was told to stop while this step waited.</summary>
    Stopped,
}
