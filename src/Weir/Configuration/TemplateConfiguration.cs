using System.Net;
using Weir.ControlPlane.Templates;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>The definitions of a CloudFormation template, read anew at each load.</summary>
internal sealed class TemplateConfiguration(string path) : IConfigurationSource
{
    public const string ParameterFlag = "--parameter";
    public const string MapFlag = "--map";
    public const string AddressFlag = "--address";

    // A load balancer keeps the address it was given, wherever it stands in the file after a change.
    private readonly Dictionary<string, IPAddress> _assigned = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, TargetEndpoint> Instances { get; init; } = new Dictionary<string, TargetEndpoint>();

    /// <summary>Addresses of load balancers, by name or logical id.</summary>
    public IReadOnlyDictionary<string, IPAddress> Addresses { get; init; } = new Dictionary<string, IPAddress>();

    /// <summary>The load balancers that nobody gave an address, and which serve this machine only.</summary>
    public IEnumerable<string> LocalOnly => _assigned.Keys;

    public bool CanChange => true;

    public string Name => path;

    public ExitCode ErrorCode => ExitCode.Configuration;

    public ConfigurationLoad Load()
    {
        var known = new List<string>();
        TemplateResult result = TemplateLoader.LoadFile(path, new TemplateOptions
        {
            Parameters = Parameters,
            Instances = Instances,
            ParameterFlag = ParameterFlag,
            InstanceFlag = MapFlag,
            ListenAddressOf = (logicalId, name) =>
            {
                known.AddRange([logicalId, name]);
                return AddressOf(logicalId, name);
            },
        });
        ConfigurationError[] unused =
        [
            .. Addresses.Keys.Where(name => result.Definition is not null && !known.Contains(name)).Select(name => new ConfigurationError
            {
                Resource = $"{AddressFlag} {name}",
                Property = "",
                Message = $"{path} has no load balancer '{name}'{Wording.DidYouMean(name, known.Distinct())}",
            }),
        ];
        return new ConfigurationLoad(
            unused.Length == 0 ? result.Definition : null, [.. result.Errors, .. unused], result.Warnings);
    }

    private IPAddress AddressOf(string logicalId, string name)
    {
        if (Addresses.TryGetValue(name, out IPAddress? given) || Addresses.TryGetValue(logicalId, out given)
            || _assigned.TryGetValue(name, out given))
        {
            return given;
        }

        // 127.0.0.1, 127.0.0.2, …: all of 127/8 is this machine's.
        HashSet<IPAddress> taken = [.. Addresses.Values, .. _assigned.Values];
        IPAddress free = Enumerable.Range(1, byte.MaxValue - 1)
            .Select(static last => new IPAddress([127, 0, 0, (byte)last]))
            .First(address => !taken.Contains(address));
        _assigned.Add(name, free);
        return free;
    }
}
