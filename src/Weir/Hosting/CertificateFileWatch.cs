using System.Security.Cryptography;
using Weir.Model;

namespace Weir.Hosting;

/// <summary>
/// Tells when the files of certificates, keys, trust stores and revocation lists have other contents than at the last look, whatever way they were replaced.
/// Used on the control thread.
/// </summary>
internal sealed class CertificateFileWatch
{
    /// <summary>How often to look: renewals come weeks before they are needed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private byte[] _seen = [];

    /// <summary>Remembers what stands in a configuration's files now.</summary>
    public void Remember(BalancerSnapshot snapshot) => _seen = Digest(snapshot);

    /// <summary>True once for each change.</summary>
    public bool HasChanged(BalancerSnapshot snapshot)
    {
        byte[] now = Digest(snapshot);
        bool changed = !now.AsSpan().SequenceEqual(_seen);
        _seen = now;
        return changed;
    }

    private static byte[] Digest(BalancerSnapshot snapshot)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Files(snapshot))
        {
            try
            {
                digest.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another content too: who reads the file to use it says what is wrong with it.
                digest.AppendData("unreadable"u8);
            }
        }

        return digest.GetHashAndReset();
    }

    private static IEnumerable<string> Files(BalancerSnapshot snapshot) =>
        (from balancer in snapshot.LoadBalancers
         from listener in balancer.Listeners
         from file in listener.Tls is { } tls ? Files(tls) : []
         select file).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Files(ListenerTlsSnapshot tls) =>
    [
        .. tls.Certificates.Prepend(tls.DefaultCertificate)
            .SelectMany(static files => (string[])[files.CertificateFile, files.PrivateKeyFile]),
        .. tls.MutualAuthentication is { TrustStoreFile: { } store } verified ? verified.RevocationFiles.Prepend(store) : [],
    ];
}
