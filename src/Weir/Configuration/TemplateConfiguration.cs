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
    private Dictionary<string, IPAddress> _assigned = new(StringComparer.Ordinal);

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
        var balancers = new List<(string LogicalId, string Name)>();
        var assigned = new Dictionary<string, IPAddress>(_assigned, StringComparer.Ordinal);
        TemplateResult result = TemplateLoader.LoadFile(path, new TemplateOptions
        {
            Parameters = Parameters,
            Instances = Instances,
            ParameterFlag = ParameterFlag,
            InstanceFlag = MapFlag,
            ListenAddressOf = (logicalId, name) =>
            {
                balancers.Add((logicalId, name));
                return AddressOf(logicalId, name, Addresses, assigned);
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

        _assigned = assigned;
        return new ConfigurationLoad(
            result.Definition, result.Errors, [.. result.Warnings, .. WarnOfRestart(balancers, assigned)]);
    }

    /// <summary>
    /// That addresses come from the past of this process, and the options that keep them: a process that starts now, and
    /// `check`, count from the top of the file.
    /// </summary>
    private IEnumerable<ConfigurationWarning> WarnOfRestart(
        List<(string LogicalId, string Name)> balancers, Dictionary<string, IPAddress> assigned)
    {
        (string Name, IPAddress After)[] moved = Moved(balancers, assigned, Addresses);
        if (moved.Length == 0)
        {
            yield break;
        }

        // An address that is given makes the others count anew, which may move one that had stayed.
        var given = new Dictionary<string, IPAddress>(Addresses, StringComparer.Ordinal);
        var options = new List<string>();
        for (var next = moved; next.Length > 0; next = Moved(balancers, assigned, given))
        {
            foreach ((string name, _) in next)
            {
                given[name] = assigned[name];
                options.Add($"{AddressFlag} {name}={assigned[name]}");
            }
        }

        yield return new ConfigurationWarning(
            path,
            "",
            "after a restart, "
                + string.Join(", ", moved.Select(one => $"{one.Name} would be at {one.After} instead of {assigned[one.Name]}"))
                + $"; {string.Join(' ', options)} keeps the addresses",
            null);
    }

    private static (string Name, IPAddress After)[] Moved(
        List<(string LogicalId, string Name)> balancers,
        Dictionary<string, IPAddress> assigned,
        IReadOnlyDictionary<string, IPAddress> given)
    {
        var fresh = new Dictionary<string, IPAddress>(StringComparer.Ordinal);
        return
        [
            .. balancers
                .Select(balancer => (balancer.Name, After: AddressOf(balancer.LogicalId, balancer.Name, given, fresh)))
                .Where(one => assigned.TryGetValue(one.Name, out IPAddress? now) && !now.Equals(one.After)),
        ];
    }

    private static IPAddress AddressOf(
        string logicalId,
        string name,
        IReadOnlyDictionary<string, IPAddress> addresses,
        Dictionary<string, IPAddress> assigned)
    {
        if (addresses.TryGetValue(name, out IPAddress? given) || addresses.TryGetValue(logicalId, out given)
            || assigned.TryGetValue(name, out given))
        {
            return given;
        }

        // 127.0.0.1, 127.0.0.2, …: all of 127/8 is this machine's.
        HashSet<IPAddress> taken = [.. addresses.Values, .. assigned.Values];
        IPAddress free = Enumerable.Range(1, byte.MaxValue - 1)
            .Select(static last => new IPAddress([127, 0, 0, (byte)last]))
            .First(address => !taken.Contains(address));
        assigned.Add(name, free);
        return free;
    }
}
