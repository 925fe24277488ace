using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Model;

namespace Weir.Balancer.Tests.Tls;

/// <summary>A server's certificate in a folder of its own, made once for all tests of a class and gone with it.</summary>
public sealed class CertificateFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-balancer-tls-");

    public CertificateFolder()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=site.test", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Server = Write("server.pem", $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    /// <summary>Its certificate and key.</summary>
    public string Server { get; }

    /// <summary>A listener with it.</summary>
    internal WorldOptions Https => new()
    {
        ListenPort = 443,
        Define = listener => listener with
        {
            Protocol = ListenerProtocol.Https,
            DefaultCertificate = new CertificateFiles(Server, Server),
            SecurityPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
        },
    };

    public string Write(string name, string text)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
