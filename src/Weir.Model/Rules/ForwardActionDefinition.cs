using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>A forward action as somebody defined it: not validated. Immutable.</summary>
public sealed record ForwardActionDefinition : ActionDefinition
{
    public required ImmutableArray<WeightedTargetGroupDefinition> TargetGroups { get; init; }

    /// <summary>How long a client stays with its target group; null switches that off.</summary>
    public int? TargetGroupStickinessSeconds { get; init; }
}
