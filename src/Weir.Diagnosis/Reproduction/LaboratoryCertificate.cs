using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Model;

namespace Weir.Diagnosis;

/// <summary>A certificate for one laboratory, signed by itself, with an RSA key as in the story. Its files last until it is disposed.</summary>
internal sealed class LaboratoryCertificate : IDisposable
{
    private const int KeyBits = 2048;

    private readonly string _folder = ServerFolder.Create();

    public LaboratoryCertificate()
    {
        using var key = RSA.Create(KeyBits);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        Files = new CertificateFiles(Path.Combine(_folder, "localhost.crt"), Path.Combine(_folder, "localhost.key"));
        File.WriteAllText(Files.CertificateFile, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Files.PrivateKeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public CertificateFiles Files { get; }

    public void Dispose() => ServerFolder.Remove(_folder);
}
