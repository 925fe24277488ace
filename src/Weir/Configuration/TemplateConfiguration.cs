using System.Collections.Immutable;
using System.Net;
using Weir.ControlPlane.Templates;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>
/// The definitions of a CloudFormation template, read anew at each load. What a load gives depends on the template and the
/// options only, never on an earlier load: `check`, a reload and a restart make the same of the same file.
/// </summary>
internal sealed class TemplateConfiguration(string path) : IConfigurationSource
{
    public const string ParameterFlag = "--parameter";
    public const string MapFlag = "--map";
    public const string AddressFlag = "--address";
    public const string CertificateFlag = "--certificate";
    public const string TrustStoreFlag = "--client-ca";
    public const string RevocationFlag = "--client-crl";

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, TargetEndpoint> Instances { get; init; } = new Dictionary<string, TargetEndpoint>();

    /// <summary>The files of certificates, by ARN or logical id.</summary>
    public IReadOnlyDictionary<string, CertificateFiles> Certificates { get; init; } = new Dictionary<string, CertificateFiles>();

    /// <summary>The files of trust stores, by ARN or logical id.</summary>
    public IReadOnlyDictionary<string, string> TrustStores { get; init; } = new Dictionary<string, string>();

    /// <summary>Their revocation lists, likewise, or by the store's file.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Revocations { get; init; } = new Dictionary<string, ImmutableArray<string>>();

    /// <summary>Addresses of load balancers, by name or logical id.</summary>
    public IReadOnlyDictionary<string, IPAddress> Addresses { get; init; } = new Dictionary<string, IPAddress>();

    /// <summary>The load balancers that nobody gave an address, and which serve this machine only.</summary>
    public IReadOnlyCollection<string> LocalOnly { get; private set; } = [];

    public bool CanChange => true;

    public string Name => path;

    public ExitCode ErrorCode => ExitCode.Configuration;

    public ConfigurationLoad Load()
    {
        var balancers = new List<(string LogicalId, string Name)>();
        var assigned = new Dictionary<string, IPAddress>(StringComparer.Ordinal);
        TemplateResult result = TemplateLoader.LoadFile(path, new TemplateOptions
        {
            Parameters = Parameters,
            Instances = Instances,
            ParameterFlag = ParameterFlag,
            InstanceFlag = MapFlag,
            Certificates = Certificates,
            CertificateFlag = CertificateFlag,
            TrustStores = TrustStores,
            TrustStoreFlag = TrustStoreFlag,
            Revocations = Revocations,
            RevocationFlag = RevocationFlag,
            ListenAddressOf = (logicalId, name) =>
            {
                balancers.Add((logicalId, name));
                return AddressOf(logicalId, name, assigned);
            },
        });
        string[] known = [.. balancers.SelectMany(static balancer => (string[])[balancer.LogicalId, balancer.Name]).Distinct()];
        ConfigurationError[] unused =
        [
            .. Addresses.Keys.Where(name => result.Definition is not null && !known.Contains(name)).Select(name => new ConfigurationError
            {
                Resource = $"{AddressFlag} {name}",
                Property = "",
                Message = $"{path} has no load balancer '{name}'{Wording.DidYouMean(name, known)}",
            }),
        ];
        if (result.Definition is null || unused.Length > 0)
        {
            return new ConfigurationLoad(null, [.. result.Errors, .. unused], result.Warnings);
        }

        LocalOnly = assigned.Keys;
        return new ConfigurationLoad(result.Definition, result.Errors, result.Warnings);
    }

    private IPAddress AddressOf(string logicalId, string name, Dictionary<string, IPAddress> assigned)
    {
        if (Addresses.TryGetValue(name, out IPAddress? given) || Addresses.TryGetValue(logicalId, out given)
            || assigned.TryGetValue(name, out given))
        {
            return given;
        }

        // 127.0.0.1, 127.0.0.2, … in the file's order: all of 127/8 is this machine's.
        HashSet<IPAddress> taken = [.. Addresses.Values, .. assigned.Values];
        IPAddress free = Enumerable.Range(1, byte.MaxValue - 1)
            .Select(static last => new IPAddress([127, 0, 0, (byte)last]))
            .First(address => !taken.Contains(address));
        assigned.Add(name, free);
        return free;
    }
}
