using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>What is told of a client's certificate, to targets and in the connection log. One a connection; immutable.</summary>
// Source: ALB user guide, mutual TLS headers
internal sealed class ClientCertificate
{
    private ClientCertificate(TlsPeerCertificate certificate)
    {
        Subject = Encoding.ASCII.GetBytes(certificate.Subject);
        Issuer = Encoding.ASCII.GetBytes(certificate.Issuer);
        SerialNumber = Encoding.ASCII.GetBytes(certificate.SerialNumber);
        Validity = certificate is { NotBefore: { } from, NotAfter: { } until }
            ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"NotBefore={from:s}Z;NotAfter={until:s}Z"))
            : [];
    }

    /// <summary>The listener has checked it; otherwise it is only what the client says.</summary>
    public bool IsVerified { get; private init; }

    /// <summary>As RFC 2253 writes names, in ASCII.</summary>
    public byte[] Subject { get; }

    /// <summary>Likewise.</summary>
    public byte[] Issuer { get; }

    /// <summary>Hexadecimal, in whole bytes.</summary>
    public byte[] SerialNumber { get; }

    /// <summary><c>NotBefore=2023-09-21T01:50:17Z;NotAfter=2024-09-20T01:50:17Z</c></summary>
    public byte[] Validity { get; }

    /// <summary>
    /// PEM, encoded as in URLs but for <c>+ = /</c>: of a verified one itself, otherwise the whole chain that the client has sent,
    /// its own first.
    /// </summary>
    public byte[] Pem { get; private init; } = [];

    /// <summary>One that a listener has verified.</summary>
    public static ClientCertificate Verified(TlsPeerCertificate own) => new(own) { IsVerified = true, Pem = Encode([own]) };

    /// <summary>One that is passed through.</summary>
    public static ClientCertificate Unverified(IReadOnlyList<TlsPeerCertificate> chain) => new(chain[0]) { Pem = Encode(chain) };

    /// <summary>One that was refused, for the log only.</summary>
    public static ClientCertificate Refused(TlsPeerCertificate own) => new(own);

    // Of PEM's characters these two, and + = /, are none that may stand in a URL as they are.
    private static byte[] Encode(IEnumerable<TlsPeerCertificate> chain) => Encoding.ASCII.GetBytes(
        string.Concat(chain.Select(static certificate => PemEncoding.WriteString("CERTIFICATE", certificate.Der) + '\n'))
            .Replace(" ", "%20", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal));
}
