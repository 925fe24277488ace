namespace Weir.Reactor;

/// <summary>Which context serves a name from a second on (Unix time), until the next term of the name begins.</summary>
internal readonly record struct TlsTerm(long FromUnixSeconds, TlsContext Context);
