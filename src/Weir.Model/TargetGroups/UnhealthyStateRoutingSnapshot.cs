namespace Weir.Model;

/// <summary>
/// Below how many healthy targets a group is routed to as if all were healthy (fail open).
/// Source: ALB user guide, target group health.
/// </summary>
/// <param name="MinimumHealthyCount">1 or more.</param>
/// <param name="MinimumHealthyPercentage">1–100, or null when off. If both are set, either one triggers.</param>
public sealed record UnhealthyStateRoutingSnapshot(int MinimumHealthyCount, int? MinimumHealthyPercentage)
{
    /// <summary>Whether requests must go to all of the registered targets, healthy or not.</summary>
    public bool FailsOpen(int healthyCount, int registeredCount) =>
        healthyCount < MinimumHealthyCount
        || (MinimumHealthyPercentage is { } percentage && healthyCount * 100L < (long)percentage * registeredCount);
}
