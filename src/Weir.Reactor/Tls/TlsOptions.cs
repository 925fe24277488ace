namespace Weir.Reactor;

/// <summary>What the two ends may agree on. Null: what OpenSSL has.</summary>
public sealed record TlsOptions
{
    public TlsVersion LeastVersion { get; init; } = TlsVersion.Tls12;

    public TlsVersion MostVersion { get; init; } = TlsVersion.Tls13;

    /// <summary>OpenSSL's names up to TLS 1.2, separated by colons, in the order of preference.</summary>
    public string? Ciphers { get; init; }

    /// <summary>OpenSSL's names for TLS 1.3, likewise.</summary>
    public string? CipherSuites { get; init; }

    /// <summary>OpenSSL's names of the groups for key exchange, likewise.</summary>
    public string? Groups { get; init; }

    /// <summary>A client's: the server may begin the handshake anew, below TLS 1.3. RFC 9113 §9.2.1 forbids it over HTTP/2.</summary>
    public bool AllowsRenegotiation { get; init; }

    /// <summary>ALPN: a server's in its order of preference, or a client's offer. Empty: none is negotiated.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];
}
