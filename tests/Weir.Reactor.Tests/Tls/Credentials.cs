using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Reactor.Tests.Tls;

/// <summary>
/// Certificates and keys as PEM files in a folder of their own, made anew by each test class that needs them, and gone with it.
/// </summary>
public sealed class Credentials : IDisposable
{
    public const string Password = "not a secret";

    private static readonly DateTimeOffset _notAfter = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int _issued;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-tls-");

    public Credentials()
    {
        using RSA rsa = RSA.Create(2048);
        using RSA other = RSA.Create(2048);
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Certificate = Write("rsa.crt", SelfSigned(new CertificateRequest("CN=rsa.test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Key = Write("rsa.key", rsa.ExportPkcs8PrivateKeyPem());
        OtherKey = Write("other.key", other.ExportPkcs8PrivateKeyPem());
        EncryptedKey = Write("encrypted.key", rsa.ExportEncryptedPkcs8PrivateKeyPem(
            Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        EcCertificate = Write("ec.crt", SelfSigned(new CertificateRequest("CN=ec.test", ec, HashAlgorithmName.SHA256)));
        EcKey = Write("ec.key", ec.ExportPkcs8PrivateKeyPem());
    }

    public string Certificate { get; }

    public string Key { get; }

    public string OtherKey { get; }

    public string EncryptedKey { get; }

    public string EcCertificate { get; }

    public string EcKey { get; }

    public string Missing => Path.Combine(_folder.FullName, "nothing.pem");

    public string Write(string name, string text)
    {
        string file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text + '\n');
        return file;
    }

    /// <summary>A self-signed certificate, loaded.</summary>
    public TlsCertificate Issue(
        string subject, string[]? names = null, bool isEcdsa = false, int bits = 2048, string hash = "SHA256",
        DateTimeOffset? notAfter = null, DateTimeOffset? notBefore = null)
    {
        string file = IssueFile(subject, names, isEcdsa, bits, hash, notAfter, notBefore);
        TlsCertificateOutcome loaded = TlsCertificate.Load(file, file);
        Assert.Equal("", loaded.Problem);
        return loaded.Certificate!;
    }

    /// <summary>A self-signed certificate and its key in one file.</summary>
    public string IssueFile(
        string subject, string[]? names = null, bool isEcdsa = false, int bits = 2048, string hash = "SHA256",
        DateTimeOffset? notAfter = null, DateTimeOffset? notBefore = null)
    {
        var hashName = new HashAlgorithmName(hash);
        using RSA rsa = RSA.Create(isEcdsa ? 2048 : bits);
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = isEcdsa
            ? new CertificateRequest($"CN={subject}", ec, hashName)
            : new CertificateRequest($"CN={subject}", rsa, hashName, RSASignaturePadding.Pkcs1);
        if (names is not null)
        {
            var san = new SubjectAlternativeNameBuilder();
            Array.ForEach(names, san.AddDnsName);
            request.CertificateExtensions.Add(san.Build());
        }

        return Write(
            $"issued-{_issued++}.pem",
            SelfSigned(request, notAfter ?? _notAfter, notBefore) + '\n' + (isEcdsa ? ec.ExportPkcs8PrivateKeyPem() : rsa.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>A file with the certificate of an authority.</summary>
    public string Authority()
    {
        using var command = new OpenSslCommand(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=authority", "-keyout", "/dev/null");
        return Write($"authority-{_issued++}.pem", command.ReadToEnd());
    }

    public TlsContext Server(TlsOptions? options = null) => Made(TlsContext.Server(Certificate, Key, options));

    public static TlsContext Client(TlsOptions? options = null) => Made(TlsContext.UnverifiedClient(options));

    public void Dispose() => _folder.Delete(recursive: true);

    internal static TlsContext Made(TlsContextOutcome outcome)
    {
        Assert.Equal("", outcome.Problem);
        return outcome.Context!;
    }

    private static string SelfSigned(CertificateRequest request) => SelfSigned(request, _notAfter);

    private static string SelfSigned(CertificateRequest request, DateTimeOffset notAfter, DateTimeOffset? notBefore = null)
    {
        // Around the day of the test machine, whatever that is.
        using X509Certificate2 certificate = request.CreateSelfSigned(notBefore ?? DateTimeOffset.UnixEpoch, notAfter);
        return certificate.ExportCertificatePem();
    }
}
