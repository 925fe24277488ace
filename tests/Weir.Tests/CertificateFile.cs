using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Tests;

/// <summary>A PEM file with a self-signed certificate and its key, gone when it is disposed.</summary>
internal sealed class CertificateFile : IDisposable
{
    public CertificateFile(string subject, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            notBefore ?? DateTimeOffset.UnixEpoch, notAfter ?? new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Pem = certificate.ExportCertificatePem() + '\n';
        File.WriteAllText(Path, $"{Pem}{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    /// <summary>The certificate without its key.</summary>
    public string Pem { get; }

    public void Dispose() => File.Delete(Path);
}
