using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// Which sides of a run speak TLS, as its seed says, and with what. While it is open the secrets of this thread come from the seed,
/// so that every process takes the same course.
/// </summary>
internal sealed class WorldTls : IDisposable
{
    private static readonly DateTimeOffset _until = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo? _folder;
    private readonly SimSecrets? _secrets;
    private readonly TlsTicketKeys _ticketKeys = new();

    private WorldTls(ulong seed, bool ofClients, bool ofTargets, bool isOld)
    {
        if (!ofClients && !ofTargets)
        {
            return;
        }

        _secrets = SimSecrets.Seeded(seed);
        _folder = Directory.CreateTempSubdirectory("weir-simulation-");
        string file = Path.Combine(_folder.FullName, "site.pem");
        File.WriteAllText(file, CertificateAndKey());
        var options = new TlsOptions { MostVersion = isOld ? TlsVersion.Tls12 : TlsVersion.Tls13 };
        Certificate = ofClients ? new CertificateFiles(file, file) : null;
        Client = ofClients ? Made(TlsContext.UnverifiedClient(options)) : null;
        Target = ofTargets ? Made(TlsContext.Server(file, file, options)) : null;
    }

    /// <summary>The listener's; null: it speaks plain HTTP.</summary>
    public CertificateFiles? Certificate { get; }

    /// <summary>What clients agree on with it.</summary>
    public TlsContext? Client { get; }

    /// <summary>What targets agree on; null: they speak plain HTTP.</summary>
    public TlsContext? Target { get; }

    public bool IsUsed => _secrets is not null;

    /// <summary>Of twenty seeds two have TLS on both sides, one with clients, one with targets: it costs several times as much as the rest.</summary>
    public static WorldTls Of(ulong seed)
    {
        ulong kind = seed % 20;
        return new(seed, ofClients: kind is 3 or 10 or 11, ofTargets: kind is 3 or 11 or 16, isOld: seed / 20 % 2 != 0);
    }

    /// <summary>The TLS of a snapshot.</summary>
    public BalancerTls? Load(BalancerSnapshot snapshot, long unixMicros)
    {
        BalancerTls? loaded = BalancerTls.Load(
            snapshot, _ticketKeys, DateTimeOffset.UnixEpoch.AddMicroseconds(unixMicros), out IReadOnlyList<TlsProblem> problems);
        return loaded ?? throw new InvalidOperationException(string.Join(", ", problems));
    }

    public void Dispose()
    {
        _secrets?.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static TlsContext Made(TlsContextOutcome outcome) => outcome.Context ?? throw new InvalidOperationException(outcome.Problem);

    private static string CertificateAndKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=weir.test", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, _until);
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }
}
