using System.Collections.Immutable;
using System.Net;
using Weir.Model;

namespace Weir.Configuration;

/// <summary>Puts addresses in the place of names: a name with several addresses becomes as many targets.</summary>
internal static class HostNames
{
    /// <summary>Targets whose name is not among <paramref name="addresses"/> stay as they are.</summary>
    public static BalancerDefinition Replace(
        BalancerDefinition definition, IReadOnlyDictionary<string, ImmutableArray<IPAddress>> addresses)
    {
        IEnumerable<TargetGroupDefinition> groups = definition.TargetGroups.Select(group => group with
        {
            Targets = [.. group.Targets.SelectMany(target => Replace(group, target, addresses))],
        });
        return definition with { TargetGroups = [.. groups] };
    }

    private static IEnumerable<TargetDefinition> Replace(
        TargetGroupDefinition group,
        TargetDefinition target,
        IReadOnlyDictionary<string, ImmutableArray<IPAddress>> addresses)
    {
        if (target.Endpoint is not { } endpoint || !addresses.TryGetValue(endpoint.Host, out ImmutableArray<IPAddress> found))
        {
            return [target];
        }

        return found.Select(address => target with
        {
            // An instance keeps its id whatever its address; a target of type ip is its address.
            Id = group.TargetType == TargetType.Ip ? address.ToString() : target.Id,
            Endpoint = endpoint with { Host = address.ToString() },
        });
    }
}
