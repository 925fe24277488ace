using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>Forwarding to one of up to five weighted target groups; part of a snapshot, never changed.</summary>
public sealed class ForwardActionSnapshot : ActionSnapshot
{
    public ForwardActionSnapshot(
        ImmutableArray<WeightedTargetGroupSnapshot> targetGroups, TimeSpan? targetGroupStickiness = null)
    {
        TargetGroups = targetGroups;
        TargetGroupStickiness = targetGroupStickiness;
        TotalWeight = targetGroups.Sum(static group => group.Weight);
    }

    /// <summary>At least one, each at most once.</summary>
    public ImmutableArray<WeightedTargetGroupSnapshot> TargetGroups { get; }

    /// <summary>Sum of the weights. 0 means that nothing may be chosen: 503.</summary>
    public int TotalWeight { get; }

    /// <summary>How long a client stays with its target group; null when that stickiness is off.</summary>
    public TimeSpan? TargetGroupStickiness { get; }
}
