using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>A target group as somebody defined it: not validated. Immutable.</summary>
public sealed record TargetGroupDefinition
{
    public required string Name { get; init; }

    public TargetType TargetType { get; init; } = TargetType.Instance;

    /// <summary>Port of the targets that are registered without one. AWS requires it.</summary>
    public int? Port { get; init; }

    public TargetProtocol? Protocol { get; init; }

    public TargetProtocolVersion ProtocolVersion { get; init; } = TargetProtocolVersion.Http1;

    /// <summary>Family of the targets; null takes it from them.</summary>
    public IpAddressType? IpAddressType { get; init; }

    public HealthCheckDefinition HealthCheck { get; init; } = new();

    public ImmutableArray<TargetDefinition> Targets { get; init; } = [];

    public ImmutableArray<AttributeSetting> Attributes { get; init; } = [];

    public DefinitionOrigin? Origin { get; init; }
}
