namespace Weir.Model;

/// <summary>What the request headers are called that tell a target of its client's TLS. Immutable.</summary>
// Source: ALB user guide, X-Forwarded headers, mutual TLS, header modification
public sealed record TlsHeaderNames
{
    public static TlsHeaderNames Standard { get; } = new();

    public string Version { get; init; } = "X-Amzn-Tls-Version";

    public string CipherSuite { get; init; } = "X-Amzn-Tls-Cipher-Suite";

    /// <summary>The chain that a client has shown, which nobody has verified.</summary>
    public string Certificate { get; init; } = "X-Amzn-Mtls-Clientcert";

    public string SerialNumber { get; init; } = "X-Amzn-Mtls-Clientcert-Serial-Number";

    public string Issuer { get; init; } = "X-Amzn-Mtls-Clientcert-Issuer";

    public string Subject { get; init; } = "X-Amzn-Mtls-Clientcert-Subject";

    public string Validity { get; init; } = "X-Amzn-Mtls-Clientcert-Validity";

    public string Leaf { get; init; } = "X-Amzn-Mtls-Clientcert-Leaf";

    /// <summary>Of what was agreed on.</summary>
    public IReadOnlyList<string> OfConnection => [Version, CipherSuite];

    /// <summary>Of the client's certificate.</summary>
    public IReadOnlyList<string> OfCertificate => [Certificate, SerialNumber, Issuer, Subject, Validity, Leaf];
}
