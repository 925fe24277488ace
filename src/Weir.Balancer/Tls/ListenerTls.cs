using System.Runtime.Versioning;
using System.Text;
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

    public ListenerTls(TlsContext context, IEnumerable<TlsCertificate> certificates, string arnPrefix)
    {
        Context = context;
        foreach (TlsCertificate certificate in certificates)
        {
            _arns.TryAdd(certificate, Encoding.ASCII.GetBytes(ArnOf(certificate, arnPrefix)));
        }
    }

    public TlsContext Context { get; }

    /// <summary>What the logs say of a connection whose handshake is done.</summary>
    public ClientTls Describe(TlsConnection connection)
    {
        TlsCertificate? certificate = connection.Certificate;
        string? name = connection.ServerName;
        return new ClientTls
        {
            Cipher = Encoding.ASCII.GetBytes(connection.Cipher),
            Protocol = Encoding.ASCII.GetBytes(connection.Protocol),
            KeyExchange = Encoding.ASCII.GetBytes(connection.KeyExchange),
            // Source: ALB user guide, access log entries: none if no certificate is for it
            DomainName = name is not null && certificate?.IsFor(TlsCertificate.Comparable(name)) == true ? Encoding.UTF8.GetBytes(name) : [],
            CertificateArn = connection.IsResumed ? _reused : certificate is null ? [] : _arns[certificate],
        };
    }

    /// <summary>What the connection log says of one whose handshake is not done, and which is not closed yet.</summary>
    public static ClientTls DescribeFailed(TlsConnection connection) => new()
    {
        Cipher = Encoding.ASCII.GetBytes(connection.Cipher),
        Protocol = Encoding.ASCII.GetBytes(connection.Protocol),
        KeyExchange = Encoding.ASCII.GetBytes(connection.KeyExchange),
    };

    // As an ARN of a certificate in AWS looks; the same file gives the same one everywhere.
    private static string ArnOf(TlsCertificate certificate, string prefix)
    {
        string id = certificate.Fingerprint;
        return $"{prefix}certificate/{id[..8]}-{id[8..12]}-{id[12..16]}-{id[16..20]}-{id[20..32]}";
    }
}
