using System.Runtime.Versioning;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>
/// Tells when the files of certificates, keys, trust stores and revocation lists have other contents than when they were last read,
/// whatever way they were replaced. What can be read only once is left alone. Used on the control thread.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CertificateFileWatch(TimeProvider time)
{
    /// <summary>How often to look: renewals come weeks before they are needed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private Dictionary<string, TlsFileLook> _seen = new(StringComparer.Ordinal);

    /// <summary>
    /// Remembers what was read of files, used or found to be of no use: not what is in them by now, which is a change. For the
    /// configuration in force only; what another one has read that was refused is still to be read.
    /// </summary>
    public void Remember(IReadOnlyDictionary<string, TlsFileLook> read)
    {
        foreach ((string file, TlsFileLook look) in read)
        {
            _seen[file] = look;
        }
    }

    /// <summary>True once for each change of what is in the files of the configuration in force.</summary>
    public bool HasChanged(BalancerSnapshot snapshot, TlsFiles files)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool changed = false;
        var seen = new Dictionary<string, TlsFileLook>(StringComparer.Ordinal);
        foreach (string file in Files(snapshot).Where(file => !files.IsKept(file)))
        {
            // All that is in force has been read.
            TlsFileLook before = _seen[file];
            TlsFileLook look = TlsFileLook.At(file, before, now);
            changed |= look.Digest != before.Digest;
            seen.Add(file, look);
        }

        _seen = seen;
        return changed;
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
