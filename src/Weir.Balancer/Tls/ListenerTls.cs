using System.Runtime.Versioning;
using System.Text;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>One HTTPS listener's TLS, made from its files: what all loops use for the connections that begin now. Immutable.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ListenerTls
{
    /// <summary>The name of HTTP/2 in ALPN. Source: RFC 9113 §3.2</summary>
    public const string Http2 = "h2";

    private static readonly byte[] _reused = "session-reused"u8.ToArray();

    private readonly Dictionary<TlsCertificate, byte[]> _arns = [];

    private readonly MutualAuthenticationMode? _mode;

    public ListenerTls(TlsContext context, IEnumerable<TlsCertificate> certificates, string arnPrefix, MutualAuthenticationMode? mode)
    {
        Context = context;
        _mode = mode;
        // The default certificate may be among the others.
        Certificates = [.. certificates.Distinct()];
        foreach (TlsCertificate certificate in Certificates)
        {
            _arns.Add(certificate, Encoding.ASCII.GetBytes(ArnOf(certificate, arnPrefix)));
        }
    }

    public TlsContext Context { get; }

    /// <summary>The default one first, each once.</summary>
    public IReadOnlyList<TlsCertificate> Certificates { get; }

    /// <summary>What the logs say of a connection whose handshake is done.</summary>
    public ClientTls Describe(TlsConnection connection)
    {
        TlsCertificate? certificate = connection.Certificate;
        string? name = connection.Agreement.ServerName;
        return new ClientTls
        {
            Cipher = Encoding.ASCII.GetBytes(connection.Agreement.Cipher),
            Protocol = Encoding.ASCII.GetBytes(connection.Agreement.Protocol),
            KeyExchange = Encoding.ASCII.GetBytes(connection.Agreement.KeyExchange),
            Certificate = CertificateOf(connection),
            // Source: ALB user guide, access log entries: none if no certificate is for it
            DomainName = name is not null && certificate?.IsFor(TlsCertificate.Comparable(name)) == true ? Encoding.UTF8.GetBytes(name) : [],
            CertificateArn = connection.Agreement.IsResumed ? _reused : certificate is null ? [] : _arns[certificate],
        };
    }

    /// <summary>What the connection log says of one whose handshake is not done, and which is not closed yet.</summary>
    public static ClientTls DescribeFailed(TlsConnection connection) => new()
    {
        Certificate = connection.Failure?.Refused is { } refused ? ClientCertificate.Refused(refused) : null,
        Cipher = Encoding.ASCII.GetBytes(connection.Agreement.Cipher),
        Protocol = Encoding.ASCII.GetBytes(connection.Agreement.Protocol),
        KeyExchange = Encoding.ASCII.GetBytes(connection.Agreement.KeyExchange),
    };

    /// <summary>What the connection log calls the reason that ended its handshake.</summary>
    public ReadOnlySpan<byte> StatusOf(TlsConnection connection) =>
        // Before a cipher is chosen, nobody has been asked for a certificate.
        _mode is not null && connection is { IsClosed: false, Failure: { } failure, Agreement.Cipher.Length: > 0 }
            ? VerifyStatus.Of(failure)
            : VerifyStatus.Unmapped;

    private ClientCertificate? CertificateOf(TlsConnection connection) =>
        _mode is null || connection.PeerCertificates is not { Count: > 0 } chain ? null
        : _mode == MutualAuthenticationMode.Verify ? ClientCertificate.Verified(chain[0])
        : ClientCertificate.Unverified(chain);

    // As an ARN of a certificate in AWS looks; the same file gives the same one everywhere.
    private static string ArnOf(TlsCertificate certificate, string prefix)
    {
        string id = certificate.Fingerprint;
        return $"{prefix}certificate/{id[..8]}-{id[8..12]}-{id[12..16]}-{id[16..20]}-{id[20..32]}";
    }
}
