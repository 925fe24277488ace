namespace Weir.Reactor;

/// <summary>
/// What a connection's implementation knows about its end, and the one rule that names it.
/// </summary>
/// <remarks>
/// The evidence is gathered in this order: the event bits (hang-up of the peer's direction is remembered), then what
/// receive and send returned (their error is consumed by being returned), and only when receive says "end" on a
/// connection with the error bit set, SO_ERROR once, because it too is consumed by its first read. After FIN, our
/// write, and RST, receive returns 0 for ever and only that last source (EPIPE) tells that there was a reset.
/// </remarks>
public struct EndEvidence
{
    /// <summary>The peer's FIN was seen: by an event bit or by a receive of 0.</summary>
    public bool PeerFin { get; set; }

    /// <summary>A reset was seen, by whatever source.</summary>
    public bool Reset { get; set; }

    /// <summary>The kernel gave up, or the network reported an error.</summary>
    public bool TimedOut { get; set; }

    /// <summary>We closed it before the peer had ended it.</summary>
    public bool ClosedByUs { get; set; }

    /// <summary>The peer's close_notify was read.</summary>
    public bool CloseNotify { get; set; }

    /// <summary>An alert or an invalid record ended TLS.</summary>
    public bool TlsFailed { get; set; }

    /// <summary>Names the end; <paramref name="bytesSinceMark"/>: had bytes come since the last mark?</summary>
    public readonly ConnectionEnd Name(bool bytesSinceMark)
    {
        if (TlsFailed)
        {
            return ConnectionEnd.TlsFailed;
        }

        if (Reset)
        {
            return PeerFin || CloseNotify ? ConnectionEnd.FinThenRst : bytesSinceMark ? ConnectionEnd.RstAfterData : ConnectionEnd.Rst;
        }

        if (TimedOut)
        {
            return ConnectionEnd.Timeout;
        }

        if (CloseNotify)
        {
            return ConnectionEnd.CloseNotify;
        }

        if (PeerFin)
        {
            return ConnectionEnd.Fin;
        }

        return ClosedByUs ? ConnectionEnd.ClosedByUs : ConnectionEnd.None;
    }
}
