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

    private static readonly string[] _http2 = ["h2", "http/1.1"];

    private readonly DirectoryInfo? _folder;
    private readonly SimSecrets? _secrets;
    private readonly TlsTicketKeys _ticketKeys = new();

    public WorldTls(ulong seed, WorldKind kind)
    {
        bool ofClients = kind.ClientsUseTls;
        bool ofTargets = kind.TargetsUseTls;
        if (!ofClients && !ofTargets)
        {
            return;
        }

        _secrets = SimSecrets.Seeded(seed);
        _folder = Directory.CreateTempSubdirectory("weir-simulation-");
        string file = Path.Combine(_folder.FullName, "site.pem");
        File.WriteAllText(file, CertificateAndKey());
        var options = new TlsOptions { MostVersion = kind.IsOldTls ? TlsVersion.Tls12 : TlsVersion.Tls13 };
        Certificate = ofClients ? new CertificateFiles(file, file) : null;
        Client = ofClients ? Made(TlsContext.UnverifiedClient(options)) : null;
        Http2Client = ofClients ? Made(TlsContext.UnverifiedClient(options with { ApplicationProtocols = _http2 })) : null;
        Target = ofTargets ? Made(TlsContext.Server(file, file, kind.TargetsSpeakHttp2 ? options with { ApplicationProtocols = _http2 } : options)) : null;
    }

    /// <summary>The listener's; null: it speaks plain HTTP.</summary>
    public CertificateFiles? Certificate { get; }

    /// <summary>What clients agree on with it.</summary>
    public TlsContext? Client { get; }

    /// <summary>The same of those that speak HTTP/2.</summary>
    public TlsContext? Http2Client { get; }

    /// <summary>What targets agree on; null: they speak plain HTTP.</summary>
    public TlsContext? Target { get; }

    public bool IsUsed => _secrets is not null;

    /// <summary>The TLS of a snapshot.</summary>
    public BalancerTls? Load(BalancerSnapshot snapshot, long unixMicros)
    {
        BalancerTls? loaded = BalancerTls.Load(
            snapshot, _ticketKeys, new TlsFiles(), DateTimeOffset.UnixEpoch.AddMicroseconds(unixMicros), out IReadOnlyList<TlsProblem> problems);
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
