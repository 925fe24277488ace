using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>Why a TLS handshake with a target failed.</summary>
/// <param name="Kind">Of what kind it is.</param>
/// <param name="Sentence">OpenSSL's words, or ours; empty or null if the target just closed.</param>
internal readonly record struct TargetTlsProblem(TlsFailureKind Kind, string? Sentence);
