using System.Runtime.Versioning;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The TLS of all listeners and target groups of one snapshot: made from its policies and from what stood in its files at the
/// time, then immutable, and shared by all loops. Made anew when files change, while connections go on with what they have.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class BalancerTls
{
    // What a client may choose by ALPN; what it chose decides who serves it. Source: RFC 7301 §6
    private static readonly string[] _withHttp2 = [ListenerTls.Http2, "http/1.1"];
    private static readonly string[] _withoutHttp2 = ["http/1.1"];
    private static readonly string[] _onlyHttp2 = [ListenerTls.Http2];

    private readonly Dictionary<string, ListenerTls> _listeners = [];
    private readonly Dictionary<string, TargetTls> _targets = [];
    private readonly Dictionary<CertificateFiles, TlsCertificateOutcome> _certificates = [];
    private readonly Dictionary<(string Policy, bool Verifies, bool NeedsHttp2), TlsContextOutcome> _clients = [];
    private readonly Dictionary<string, TlsTrustStoreOutcome> _trustStores = [];
    private readonly List<TlsProblem> _problems = [];
    private readonly List<(string ListenerArn, Func<DateTimeOffset, IReadOnlyList<string>> RemarksAt)> _warned = [];
    private readonly DateTimeOffset _now;

    private readonly TlsFiles _files;

    private BalancerTls(TlsTicketKeys ticketKeys, TlsFiles files, DateTimeOffset now)
    {
        TicketKeys = ticketKeys;
        _files = files;
        _now = now;
    }

    /// <summary>What is to be known of the certificates and trust stores on that day; empty: nothing. No file is read.</summary>
    public IReadOnlyList<TlsWarning> WarningsAt(DateTimeOffset now) =>
    [
        .. from warned in _warned
           from remark in warned.RemarksAt(now)
           select new TlsWarning(warned.ListenerArn, remark),
    ];

    internal TlsTicketKeys TicketKeys { get; }

    /// <summary>Reads the files; null with what is wrong with them. Blocks on files, so never on a loop.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="ticketKeys">The node's, so that clients resume whatever has changed.</param>
    /// <param name="files">The node's, which keeps what can be read only once.</param>
    /// <param name="now">The date, by which expired certificates come last.</param>
    /// <param name="problems">Empty unless the result is null.</param>
    public static BalancerTls? Load(
        BalancerSnapshot snapshot, TlsTicketKeys ticketKeys, TlsFiles files, DateTimeOffset now, out IReadOnlyList<TlsProblem> problems)
    {
        var made = new BalancerTls(ticketKeys, files, now);
        foreach (LoadBalancerSnapshot loadBalancer in snapshot.LoadBalancers)
        {
            foreach (ListenerSnapshot listener in loadBalancer.Listeners)
            {
                made.AddListener(listener, loadBalancer.Http2Enabled ? _withHttp2 : _withoutHttp2);
            }

            made.AddTargets(loadBalancer);
        }

        problems = made._problems;
        return made._problems.Count == 0 ? made : null;
    }

    internal ListenerTls Of(ListenerSnapshot listener) => _listeners[listener.Arn];

    /// <summary>A listener's certificates by their files, the default one first; empty for one without TLS.</summary>
    internal IReadOnlyList<ListenerCertificate> CertificatesOf(ListenerSnapshot listener) =>
    [
        .. (_listeners.GetValueOrDefault(listener.Arn)?.Certificates ?? [])
            .Select(static certificate => new ListenerCertificate(certificate.File, certificate.Subject, certificate.NotAfter))
            .Distinct(),
    ];

    /// <summary>Null for a group that no listener forwards to.</summary>
    internal TargetTls? Of(TargetGroupSnapshot group) => _targets.GetValueOrDefault(group.Arn);

    private void AddListener(ListenerSnapshot listener, string[] applicationProtocols)
    {
        if (listener.Tls is not { } settings)
        {
            return;
        }

        // Before anything of OpenSSL is called.
        if (TlsLibrary.Problem is { } missing)
        {
            _problems.Add(new TlsProblem(listener.Arn, missing));
            return;
        }

        TicketKeys.RotateIfDue(_now.ToUnixTimeMilliseconds() * 1000);
        TlsCertificate? standard = Load(listener, settings.DefaultCertificate);
        TlsCertificate?[] others = [.. settings.Certificates.Select(files => Load(listener, files))];
        TlsClientAuthentication? authentication = LoadAuthentication(listener, settings.MutualAuthentication);
        if (standard is null || others.Contains(null) || (settings.MutualAuthentication is not null && authentication is null))
        {
            return;
        }

        var identity = new TlsServerIdentity
        {
            DefaultCertificate = standard,
            Certificates = others!,
            Now = _now,
            ClientAuthentication = authentication,
            TicketKeys = TicketKeys,
            // Source: ALB user guide: resumption works at the same load balancer only. The ARN's end is its hash.
            ResumptionScope = listener.Arn[(listener.Arn.LastIndexOf('/') + 1)..],
        };
        TlsContextOutcome outcome = TlsContext.Server(identity, TlsPolicyOptions.Of(settings.Policy, applicationProtocols));
        if (outcome.Context is null)
        {
            _problems.Add(new TlsProblem(listener.Arn, Explain(settings.Policy, outcome.Problem)));
            return;
        }

        // arn:aws:elasticloadbalancing:<region>:<account>:listener/…
        string[] arn = listener.Arn.Split(':');
        _listeners.Add(listener.Arn, new ListenerTls(
            outcome.Context, [standard, .. others!], $"arn:aws:acm:{arn[3]}:{arn[4]}:", settings.MutualAuthentication?.Mode));
    }

    // Null where it is off, or there is a problem.
    private TlsClientAuthentication? LoadAuthentication(ListenerSnapshot listener, MutualAuthentication? settings)
    {
        if (settings?.TrustStoreFile is not { } file)
        {
            return settings is null ? null : new TlsClientAuthentication();
        }

        string key = string.Join('\n', settings.RevocationFiles.Prepend(file));
        if (!_trustStores.TryGetValue(key, out TlsTrustStoreOutcome outcome))
        {
            outcome = TlsTrustStore.Load(file, settings.RevocationFiles, _files);
            _trustStores.Add(key, outcome);
            if (outcome.Store is null)
            {
                _problems.Add(new TlsProblem(listener.Arn, outcome.Problem));
            }
            else
            {
                _warned.Add((listener.Arn, outcome.Store.RemarksAt));
            }
        }

        return outcome.Store is null ? null : new TlsClientAuthentication
        {
            TrustStore = outcome.Store,
            IgnoresExpiry = settings.IgnoresClientCertificateExpiry,
            AdvertisesAuthorities = settings.AdvertisesTrustStoreCaNames,
        };
    }

    private TlsCertificate? Load(ListenerSnapshot listener, CertificateFiles files)
    {
        if (!_certificates.TryGetValue(files, out TlsCertificateOutcome outcome))
        {
            outcome = TlsCertificate.Load(files.CertificateFile, files.PrivateKeyFile, _files);
            _certificates.Add(files, outcome);
            if (outcome.Certificate is null)
            {
                _problems.Add(new TlsProblem(listener.Arn, outcome.Problem));
            }
            else
            {
                _warned.Add((listener.Arn, outcome.Certificate.RemarksAt));
            }
        }

        return outcome.Certificate;
    }

    private void AddTargets(LoadBalancerSnapshot loadBalancer)
    {
        SecurityPolicy policy = SecurityPolicies.ForTargets(
            [.. loadBalancer.Listeners.Select(static listener => listener.Tls?.Policy).OfType<SecurityPolicy>()]);
        IEnumerable<TargetGroupSnapshot> groups = loadBalancer.Listeners
            .SelectMany(static listener => ((ForwardActionSnapshot)listener.DefaultRule.Action).TargetGroups)
            .Select(static weighted => weighted.TargetGroup)
            .Where(static group => group.UsesTls)
            .DistinctBy(static group => group.Arn);
        foreach (TargetGroupSnapshot group in groups)
        {
            bool needsHttp2 = group.ProtocolVersion != TargetProtocolVersion.Http1;
            (string, bool, bool) key = (policy.Name, group.VerifiesTargets, needsHttp2);
            if (!_clients.TryGetValue(key, out TlsContextOutcome outcome))
            {
                TlsOptions options = TlsPolicyOptions.Of(policy, needsHttp2 ? _onlyHttp2 : []);
                if (needsHttp2 && options.LeastVersion < TlsVersion.Tls12)
                {
                    // Source: RFC 9113 §9.2
                    options = options with { LeastVersion = TlsVersion.Tls12 };
                }

                // Source: ALB user guide, security policies: renegotiation with targets only
                options = options with { AllowsRenegotiation = !needsHttp2 };
                outcome = group.VerifiesTargets ? TlsContext.VerifyingClient(options) : TlsContext.UnverifiedClient(options);
                _clients.Add(key, outcome);
            }

            if (outcome.Context is null)
            {
                _problems.Add(new TlsProblem(group.Arn, Explain(policy, outcome.Problem)));
            }
            else
            {
                _targets.TryAdd(group.Arn, new TargetTls(outcome.Context, group.VerifiesTargets, group.TargetServerName, needsHttp2));
            }
        }
    }

    private static string Explain(SecurityPolicy policy, string problem) => problem == TlsLibrary.Problem
        ? problem
        : $"{policy.Name} cannot be given in full: {problem}"
            + (policy.Fallback is { } nearest ? $" The nearest policy without that is {nearest}." : "");
}
