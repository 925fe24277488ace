using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>Why TLS with a target came to its end: the handshake failed, or an alert came behind it.</summary>
/// <param name="Kind">Of what kind it is.</param>
/// <param name="Sentence">OpenSSL's words, or ours; empty or null if there is none: the target just closed.</param>
internal readonly record struct TargetTlsProblem(TlsFailureKind Kind, string? Sentence)
{
    /// <summary>The handshake offered an earlier session.</summary>
    public bool SessionOffered { get; init; }

    /// <summary>The handshake offered none, and was one more after another that did, which had failed.</summary>
    public bool IsWithoutSession { get; init; }

    /// <summary>That of a connection; the default where TLS is not what ended it.</summary>
    public static TargetTlsProblem Of(Connection connection) =>
        OperatingSystem.IsLinux() && connection is TlsConnection { Failure: { } failure } ? new TargetTlsProblem(failure.Kind, failure.Sentence) : default;
}
