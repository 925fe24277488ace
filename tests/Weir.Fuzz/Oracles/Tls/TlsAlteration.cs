namespace Weir.Fuzz.Oracles.Tls;

/// <summary>Of one direction's stream of bytes, as it was sent.</summary>
internal readonly record struct TlsAlteration(int Offset, TlsAlterationKind Kind, byte Value);
