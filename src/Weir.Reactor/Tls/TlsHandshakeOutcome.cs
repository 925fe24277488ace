namespace Weir.Reactor;

/// <summary>How a handshake ended, and OpenSSL's words for it where it <see cref="TlsHandshakeResult.Failed"/>.</summary>
public readonly record struct TlsHandshakeOutcome(TlsHandshakeResult Result, string Problem);
