using System.Collections.Frozen;
using System.Collections.Immutable;
using static Weir.Model.SecurityPolicyKind;

namespace Weir.Model;

/// <summary>The table of ALB's security policies, each with its protocols and with its ciphers in the server's order.</summary>
// Source: ALB user guide, security policies; ELBv2 API, DescribeSSLPolicies
public static class SecurityPolicies
{
    public const string Prefix = "ELBSecurityPolicy-";

    /// <summary>What a listener has that names none. Source: ELBv2 API, CreateListener.</summary>
    public const string DefaultName = Prefix + "2016-08";

    // Ciphers of TLS 1.3, then those that name an ephemeral key exchange, and those of RSA alone.
    private const string T13 = "TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256";
    private const string T13Fips = "TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384";
    private const string G =
        " ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384";
    private const string C2 =
        " ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384";
    private const string S1 = " ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA ECDHE-ECDSA-AES256-SHA ECDHE-RSA-AES256-SHA";
    private const string R2 = " AES128-GCM-SHA256 AES128-SHA256 AES256-GCM-SHA384 AES256-SHA256";
    private const string RS = " AES128-SHA AES256-SHA";
    private const string Classic = G + C2 + S1 + R2 + RS;

    // Source: ELBv2 API, the priorities of DescribeSSLPolicies
    private static readonly string[] _preference =
    [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256",
        "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA",
        "AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA", "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA", "DES-CBC3-SHA",
    ];

    private static readonly string[] _protocols = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

    public static ImmutableArray<SecurityPolicy> Rows { get; } =
    [
        .. Both("TLS13-1-3", 3, T13),
        .. Both("TLS13-1-2", 2, T13 + G + C2),
        .. Both("TLS13-1-2-Res", 2, T13 + G),
        .. Both("TLS13-1-2-Ext1", 2, T13 + G + C2 + R2),
        .. Both("TLS13-1-2-Ext2", 2, T13 + Classic),
        Row("TLS13-1-1-2021-06", Tls, 1, 3, T13 + Classic),
        .. Both("TLS13-1-0", 0, T13 + Classic),
        Row("TLS-1-2-Ext-2018-06", Tls, 2, 2, Classic),
        Row("TLS-1-2-2017-01", Tls, 2, 2, G + C2 + R2),
        Row("TLS-1-1-2017-01", Tls, 1, 2, Classic),
        Row("2016-08", Tls, 0, 2, Classic),
        Row("2015-05", Tls, 0, 2, Classic),
        Row("TLS-1-0-2015-04", Tls, 0, 2, Classic + " DES-CBC3-SHA", "2016-08"),
        Row("FS-1-2-Res-2020-10", Tls, 2, 2, G),
        Row("FS-1-2-Res-2019-08", Tls, 2, 2, G + C2),
        Row("FS-1-2-2019-08", Tls, 2, 2, G + C2 + S1),
        Row("FS-1-1-2019-08", Tls, 1, 2, G + C2 + S1),
        Row("FS-2018-06", Tls, 0, 2, G + C2 + S1),
        .. BothFips("TLS13-1-3-FIPS", 3, T13Fips),
        .. BothFips("TLS13-1-2-Res-FIPS", 2, T13Fips + G),
        .. BothFips("TLS13-1-2-FIPS", 2, T13Fips + G + C2),
        .. BothFips("TLS13-1-2-Ext0-FIPS", 2, T13Fips + G + C2 + S1),
        .. BothFips("TLS13-1-2-Ext1-FIPS", 2, T13Fips + G + C2 + R2),
        .. BothFips("TLS13-1-2-Ext2-FIPS", 2, T13Fips + Classic),
        Row("TLS13-1-1-FIPS-2023-04", Fips, 1, 3, T13Fips + Classic),
        .. BothFips("TLS13-1-0-FIPS", 0, T13Fips + Classic),
    ];

    private static readonly FrozenDictionary<string, SecurityPolicy> _byName =
        Rows.ToFrozenDictionary(static policy => policy.Name, StringComparer.Ordinal);

    public static SecurityPolicy? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What to say of a name that is none: that, and which are near to it.</summary>
    public static string Unknown(string name)
    {
        // Most are told apart by what stands behind the words that all of them begin with.
        var whole = name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name;
        var suggestion = Wording.DidYouMean(whole, Rows.Select(static row => row.Name));
        return $"there is no security policy '{name}'" + (suggestion.Length > 0 ? suggestion : $"; one that is: {Prefix}TLS13-1-2-2021-06");
    }

    /// <summary>What the balancer speaks to the targets of a load balancer that has these listeners' policies.</summary>
    // Source: ALB user guide, security policies: the first that applies
    public static SecurityPolicy ForTargets(IReadOnlyCollection<SecurityPolicy> ofListeners) => Find(Prefix + (
        ofListeners.Any(static policy => policy.Kind == FipsPostQuantum) ? "TLS13-1-0-FIPS-PQ-2025-09"
        : ofListeners.Any(static policy => policy.Kind == Fips) ? "TLS13-1-0-FIPS-2023-04"
        : ofListeners.Any(static policy => policy.Kind == PostQuantum) ? "TLS13-1-0-PQ-2025-09"
        : ofListeners.Any(static policy => policy.HasTls13) ? "TLS13-1-0-2021-06"
        : "2016-08"))!;

    private static SecurityPolicy[] Both(string stem, int oldest, string ciphers) =>
    [
        Row($"{stem}-2021-06", Tls, oldest, 3, ciphers),
        Row($"{stem}-PQ-2025-09", PostQuantum, oldest, 3, ciphers, $"{stem}-2021-06"),
    ];

    private static SecurityPolicy[] BothFips(string stem, int oldest, string ciphers) =>
    [
        Row($"{stem}-2023-04", Fips, oldest, 3, ciphers),
        Row($"{stem}-PQ-2025-09", FipsPostQuantum, oldest, 3, ciphers, $"{stem}-2023-04"),
    ];

    private static SecurityPolicy Row(
        string name, SecurityPolicyKind kind, int oldest, int newest, string ciphers, string? fallback = null)
    {
        var members = ciphers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new SecurityPolicy(
            Prefix + name,
            kind,
            [.. _protocols[oldest..(newest + 1)]],
            [.. _preference.Where(members.Contains)],
            fallback is null ? null : Prefix + fallback);
    }
}
