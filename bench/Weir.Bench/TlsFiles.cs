using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Bench;

/// <summary>A self-signed certificate and its key, for one run, in the forms that the proxies want.</summary>
internal sealed record TlsFiles(string Certificate, string Key, string Both)
{
    public static TlsFiles Create(Workspace workspace, KeyKind kind)
    {
        var days = (From: DateTimeOffset.UtcNow.AddDays(-1), To: DateTimeOffset.UtcNow.AddDays(30));
        using AsymmetricAlgorithm key = kind == KeyKind.Ecdsa ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        CertificateRequest request = key is ECDsa ecdsa
            ? new CertificateRequest("CN=localhost", ecdsa, HashAlgorithmName.SHA256)
            : new CertificateRequest("CN=localhost", (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(days.From, days.To);
        string name = kind.ToString().ToLowerInvariant();
        var files = new TlsFiles(workspace.PathOf(name + ".crt"), workspace.PathOf(name + ".key"), workspace.PathOf(name + ".pem"));
        string chain = certificate.ExportCertificatePem() + "\n", secret = key.ExportPkcs8PrivateKeyPem() + "\n";
        File.WriteAllText(files.Certificate, chain);
        File.WriteAllText(files.Key, secret);
        File.WriteAllText(files.Both, chain + secret);
        return files;
    }
}
