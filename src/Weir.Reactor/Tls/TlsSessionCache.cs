using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// A client's: the newest session that one server has given, for the connections of one loop to take up again. Such a handshake does
/// without certificate and signature, and its connection shares what OpenSSL keeps of the certificate with the others.
/// </summary>
/// <remarks>
/// Every connection is given a copy: OpenSSL takes a session for used up once a connection under TLS 1.3 has taken it up, and for spoilt
/// when its connection is freed without a close_notify. What the server does not want to take up ends in a full handshake.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class TlsSessionCache
{
    /// <summary>As often at least is the certificate asked for again, so that one that has changed or expired is met.</summary>
    public static readonly TimeSpan FullHandshakeInterval = TimeSpan.FromHours(2);

    private nint _session;
    private long _fullHandshakeMs;
    private long _suspendedUntilMs = long.MinValue;

    ~TlsSessionCache() => OpenSsl.SSL_SESSION_free(_session);

    /// <summary>A handshake has failed where a session was offered, instead of going on without: none is offered for the same time.</summary>
    public void Suspend(long nowMs) => _suspendedUntilMs = nowMs + (long)FullHandshakeInterval.TotalMilliseconds;

    /// <summary>Before the handshake. False: there is nothing to take up.</summary>
    internal bool OfferTo(nint ssl, long nowMs)
    {
        if (_session == 0 || nowMs < _suspendedUntilMs || nowMs - _fullHandshakeMs >= FullHandshakeInterval.TotalMilliseconds)
        {
            return false;
        }

        nint copy = OpenSsl.SSL_SESSION_dup(_session);
        bool isOffered = OpenSsl.SSL_set_session(ssl, copy) == 1;
        // The connection has a hold of its own.
        OpenSsl.SSL_SESSION_free(copy);
        GC.KeepAlive(this);
        return isOffered;
    }

    /// <summary>The server has just given this connection a session.</summary>
    internal void Keep(nint ssl, long nowMs)
    {
        if (OpenSsl.SSL_session_reused(ssl) == 0)
        {
            _fullHandshakeMs = nowMs;
        }

        nint before = _session;
        _session = OpenSsl.SSL_SESSION_dup(OpenSsl.SSL_get_session(ssl));
        OpenSsl.SSL_SESSION_free(before);
        GC.KeepAlive(this);
    }
}
