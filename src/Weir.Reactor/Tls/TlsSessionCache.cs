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

    /// <summary>For so long no session is offered after one was of no good; each time twice as long, until one is good again.</summary>
    public static readonly TimeSpan FirstSuspension = TimeSpan.FromSeconds(10);

    private nint _session;
    private long _fullHandshakeMs;
    private long _suspendedUntilMs = long.MinValue;
    private TimeSpan _suspension = FirstSuspension;

    ~TlsSessionCache() => OpenSsl.SSL_SESSION_free(_session);

    /// <summary>
    /// A connection that was offered a session is over. Where the server has ended it before any data came, instead of going on without the
    /// session, that may be why. It may as well have been restarted in that moment, so it is tried again, ever more rarely.
    /// </summary>
    /// <param name="isResumed">The session was taken up.</param>
    /// <param name="isAgreed">The handshake was done. Under TLS 1.3 that says nothing of how the server found its last part.</param>
    /// <param name="hasReceived">Data came.</param>
    /// <param name="isCut">It was not we who ended it, or the server was too slow.</param>
    /// <param name="nowMs">The loop's time.</param>
    internal void Judge(bool isResumed, bool isAgreed, bool hasReceived, bool isCut, long nowMs)
    {
        if (isResumed && hasReceived)
        {
            _suspension = FirstSuspension;
        }

        if (hasReceived || !isCut || (isAgreed && !isResumed))
        {
            return;
        }

        _suspendedUntilMs = nowMs + (long)_suspension.TotalMilliseconds;
        _suspension = _suspension * 2 < FullHandshakeInterval ? _suspension * 2 : FullHandshakeInterval;
    }

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
