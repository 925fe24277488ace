using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>One of ALB's security policies: what a listener and its clients may agree on. Immutable; cannot be customised.</summary>
public sealed class SecurityPolicy
{
    internal SecurityPolicy(
        string name, SecurityPolicyKind kind, ImmutableArray<string> protocols, ImmutableArray<string> ciphers, string? fallback)
    {
        Name = name;
        Kind = kind;
        Protocols = protocols;
        CipherSuites = [.. ciphers.Where(static cipher => cipher.StartsWith("TLS_", StringComparison.Ordinal))];
        Ciphers = [.. ciphers.Where(static cipher => !cipher.StartsWith("TLS_", StringComparison.Ordinal))];
        Fallback = fallback;
    }

    /// <summary><c>ELBSecurityPolicy-…</c></summary>
    public string Name { get; }

    public SecurityPolicyKind Kind { get; }

    /// <summary>In the API's words, oldest first: <c>TLSv1</c>, <c>TLSv1.1</c>, <c>TLSv1.2</c>, <c>TLSv1.3</c>. Without gaps.</summary>
    public ImmutableArray<string> Protocols { get; }

    /// <summary>Of TLS 1.3, by OpenSSL's names, the preferred one first.</summary>
    public ImmutableArray<string> CipherSuites { get; }

    /// <summary>Up to TLS 1.2, likewise.</summary>
    public ImmutableArray<string> Ciphers { get; }

    /// <summary>Hybrid post-quantum key exchanges are offered before the classical ones.</summary>
    public bool IsPostQuantum => Kind is SecurityPolicyKind.PostQuantum or SecurityPolicyKind.FipsPostQuantum;

    public bool IsFips => Kind is SecurityPolicyKind.Fips or SecurityPolicyKind.FipsPostQuantum;

    public bool HasTls13 => Protocols[^1] == "TLSv1.3";

    /// <summary>The nearest policy for a TLS library that has not all of this one; null: there is nothing that one could lack.</summary>
    public string? Fallback { get; }
}
