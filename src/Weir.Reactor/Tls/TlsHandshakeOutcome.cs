namespace Weir.Reactor;

/// <summary>How a handshake ended, and OpenSSL's words for it, and of what kind it is, where it <see cref="TlsHandshakeResult.Failed"/>.</summary>
public readonly record struct TlsHandshakeOutcome(
    TlsHandshakeResult Result, string Problem = "", TlsFailureKind Kind = TlsFailureKind.Other);
