namespace Weir.Reactor;

/// <summary>How a handshake ended.</summary>
public enum TlsHandshakeResult
{
    /// <summary>Both ends have agreed; data may flow.</summary>
    Done,

    /// <summary>It was not done within its time.</summary>
    TimedOut,

    /// <summary>The connection below ended first; <see cref="Connection.End"/> says how.</summary>
    PeerClosed,

    /// <summary>The ends cannot agree, or what came is not TLS.</summary>
    Failed,

    /// <summary>We closed it.</summary>
    ClosedByUs,
}
