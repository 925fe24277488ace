using System.Collections.Immutable;
using System.Net;

namespace Weir.Model;

/// <summary>
/// All resources of one node as flags, a template or the API define them: not validated, not resolved. Immutable; the
/// balancer never sees it.
/// </summary>
public sealed record BalancerDefinition
{
    public const string DefaultRegion = "us-east-1";

    public const string DefaultAccountId = "000000000000";

    public string Region { get; init; } = DefaultRegion;

    public string AccountId { get; init; } = DefaultAccountId;

    public ImmutableArray<LoadBalancerDefinition> LoadBalancers { get; init; } = [];

    public ImmutableArray<ListenerDefinition> Listeners { get; init; } = [];

    public ImmutableArray<TargetGroupDefinition> TargetGroups { get; init; } = [];

    /// <summary>The host names among the targets' endpoints, each once: to be resolved before it compiles.</summary>
    public IReadOnlyList<string> UnresolvedHosts =>
        [.. TargetGroups
            .SelectMany(static group => group.Targets)
            .Select(static target => target.Endpoint?.Host)
            .OfType<string>()
            .Where(static host => !IPAddressText.TryParse(host, out _))
            .Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The same definition with those host names replaced by addresses; hosts not given stay as they are.</summary>
    public BalancerDefinition WithResolvedHosts(IReadOnlyDictionary<string, IPAddress> addresses) => this with
    {
        TargetGroups =
        [
            .. TargetGroups.Select(group => group with
            {
                Targets = [.. group.Targets.Select(target => Resolve(target, addresses))],
            }),
        ],
    };

    private static TargetDefinition Resolve(TargetDefinition target, IReadOnlyDictionary<string, IPAddress> addresses) =>
        target.Endpoint is { } endpoint && addresses.TryGetValue(endpoint.Host, out var address)
            ? target with { Endpoint = endpoint with { Host = address.ToString() } }
            : target;
}
