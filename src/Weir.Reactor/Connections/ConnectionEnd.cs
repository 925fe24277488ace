namespace Weir.Reactor;

/// <summary>How a connection ended, as seen from here. The words are those of the explain log.</summary>
public enum ConnectionEnd
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The peer closed its direction in order; everything it sent was read.</summary>
    Fin,

    /// <summary>The peer reset it, and nothing of an answer had come since the last <see cref="Connection.Mark"/>.</summary>
    Rst,

    /// <summary>The peer closed its direction first, then answered what we sent afterwards with a reset.</summary>
    FinThenRst,

    /// <summary>The peer reset it after bytes had come since the last <see cref="Connection.Mark"/>.</summary>
    RstAfterData,

    /// <summary>We closed it.</summary>
    ClosedByUs,

    /// <summary>The kernel gave up on an unresponsive peer, or the network reported it gone.</summary>
    Timeout,

    /// <summary>The peer ended TLS in order (close_notify): nothing that it sent is missing. Its FIN may follow.</summary>
    CloseNotify,

    /// <summary>TLS itself ended it: the peer's alert, or bytes that are no valid record.</summary>
    TlsFailed,
}
