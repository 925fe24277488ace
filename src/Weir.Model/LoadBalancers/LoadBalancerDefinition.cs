using System.Collections.Immutable;
using System.Net;

namespace Weir.Model;

/// <summary>A load balancer as somebody defined it: not validated. Immutable.</summary>
public sealed record LoadBalancerDefinition
{
    public required string Name { get; init; }

    public LoadBalancerScheme Scheme { get; init; } = LoadBalancerScheme.InternetFacing;

    /// <summary>The local address that its listeners bind to. Weir's own: AWS gives a load balancer its addresses.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Any;

    public ImmutableArray<AttributeSetting> Attributes { get; init; } = [];

    public DefinitionOrigin? Origin { get; init; }
}
