using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Reactor;

namespace Weir.Fuzz.Oracles.Tls;

/// <summary>The contexts of all courses, by version, with one certificate made for them.</summary>
internal sealed class TlsCourseContexts
{
    private static readonly TlsOptions[] _versions =
    [
        new() { LeastVersion = TlsVersion.Tls13 },
        new() { MostVersion = TlsVersion.Tls12, Ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256" },
        new() { MostVersion = TlsVersion.Tls12, Ciphers = "ECDHE-ECDSA-AES128-SHA256" },
    ];

    private readonly (TlsContext Server, TlsContext Client)[] _contexts;

    public TlsCourseContexts()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("weir-fuzz-");
        try
        {
            string file = Path.Combine(folder.FullName, "fuzz.pem");
            File.WriteAllText(file, CertificateAndKey());
            _contexts = [.. _versions.Select(options => (Made(TlsContext.Server(file, file, options)), Made(TlsContext.UnverifiedClient(options))))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public (TlsContext Server, TlsContext Client) Of(int version) => _contexts[version % _contexts.Length];

    private static TlsContext Made(TlsContextOutcome outcome) =>
        outcome.Context ?? throw new InvalidOperationException(outcome.Problem);

    private static string CertificateAndKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=fuzz.test", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(130));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
