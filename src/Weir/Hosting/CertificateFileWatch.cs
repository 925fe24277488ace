using Weir.Model;
using Weir.Reactor;

namespace Weir.Hosting;

/// <summary>
/// Tells when the files of certificates, keys, trust stores and revocation lists have other contents than at the last look, whatever way they were replaced.
/// What can be read only once is left alone. Used on the control thread.
/// </summary>
internal sealed class CertificateFileWatch(TimeProvider time)
{
    /// <summary>How often to look: renewals come weeks before they are needed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private Dictionary<string, FileLook> _seen = new(StringComparer.Ordinal);

    /// <summary>Remembers what stands in a configuration's files now; <paramref name="files"/> has read them.</summary>
    public void Remember(BalancerSnapshot snapshot, TlsFiles files)
    {
        _seen.Clear();
        _seen = LookAt(snapshot, files);
    }

    /// <summary>True once for each change.</summary>
    public bool HasChanged(BalancerSnapshot snapshot, TlsFiles files)
    {
        Dictionary<string, FileLook> now = LookAt(snapshot, files);
        bool changed = now.Count != _seen.Count
            || now.Any(look => !_seen.TryGetValue(look.Key, out FileLook? before) || before.Digest != look.Value.Digest);
        _seen = now;
        return changed;
    }

    private Dictionary<string, FileLook> LookAt(BalancerSnapshot snapshot, TlsFiles files)
    {
        DateTimeOffset now = time.GetUtcNow();
        return Files(snapshot)
            .Where(file => !files.IsKept(file))
            .ToDictionary(static file => file, file => FileLook.At(file, _seen.GetValueOrDefault(file), now), StringComparer.Ordinal);
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
