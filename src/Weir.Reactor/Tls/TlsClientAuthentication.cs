using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>How a server asks its clients for certificates. Whoever does so resumes nothing: each handshake shows and checks them anew.</summary>
[SupportedOSPlatform("linux")]
public sealed record TlsClientAuthentication
{
    /// <summary>Bytes of a client's message with its certificates. // Source: ALB user guide, quotas: TLS message 64 K</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>Bytes of a client's certificate that is verified; as of an authority's. Targets are told what is in it.</summary>
    public const int MaxCertificateBytes = 16 * 1024;

    /// <summary>Certificates from a client's own up to the authority that is trusted. // Source: ALB user guide, quotas: chain depth 4</summary>
    public const int MaxChain = 4;

    /// <summary>A client must have a certificate that these authorities answer for. Null: it may have any, or none.</summary>
    public TlsTrustStore? TrustStore { get; init; }

    /// <summary>A client's own certificate may be past its time.</summary>
    public bool IgnoresExpiry { get; init; }

    /// <summary>Clients are told the names of the authorities, and can choose by them.</summary>
    public bool AdvertisesAuthorities { get; init; }
}
