using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Weir.Model;

/// <summary>
/// Everything that the balancer runs on, compiled from definitions and published whole. Made by
/// <see cref="SnapshotCompiler"/>, read by the data plane; it must never change once made, and never hold live state.
/// </summary>
public sealed class BalancerSnapshot
{
    /// <summary>A balancer that has nothing to listen on.</summary>
    public static BalancerSnapshot Empty { get; } = new([], []);

    public BalancerSnapshot(
        ImmutableArray<LoadBalancerSnapshot> loadBalancers, ImmutableArray<TargetGroupSnapshot> targetGroups)
    {
        LoadBalancers = loadBalancers;
        TargetGroups = targetGroups;
        TargetGroupsByArn = targetGroups.ToFrozenDictionary(static group => group.Arn, StringComparer.Ordinal);
    }

    public ImmutableArray<LoadBalancerSnapshot> LoadBalancers { get; }

    /// <summary>All target groups, also those that no rule names (their targets are `unused` and not checked).</summary>
    public ImmutableArray<TargetGroupSnapshot> TargetGroups { get; }

    public FrozenDictionary<string, TargetGroupSnapshot> TargetGroupsByArn { get; }

    /// <summary>Some listener or target group of it has to do with TLS.</summary>
    public bool UsesTls =>
        LoadBalancers.Any(static balancer => balancer.Listeners.Any(static listener => listener.Tls is not null))
        || TargetGroups.Any(static group => group.UsesTls);
}
