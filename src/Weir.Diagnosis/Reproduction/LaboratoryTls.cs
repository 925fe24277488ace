using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Diagnosis;

/// <summary>How the laboratory itself speaks TLS: as a client of balancer or target, and in the relay in the target's place.</summary>
internal static class LaboratoryTls
{
    /// <summary>The longest that a handshake may take. Source: ALB user guide, troubleshooting: 10 s for a TLS handshake.</summary>
    public static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    /// <summary>A whole handshake that believes any certificate. Without a name none is asked for, as by a balancer.</summary>
    public static SslClientAuthenticationOptions AsClient(SslProtocols protocols = SslProtocols.None, string name = "", bool isHttp2 = false) => new()
    {
        ApplicationProtocols = isHttp2 ? [SslApplicationProtocol.Http2] : null,
        TargetHost = name,
        EnabledSslProtocols = protocols,
        AllowTlsResume = false,
        // As a balancer does with its targets; and the laboratory's own certificate nobody has signed.
#pragma warning disable CA5359
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    /// <summary>A certificate for whoever stands in the target's place, signed by itself.</summary>
    public static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
