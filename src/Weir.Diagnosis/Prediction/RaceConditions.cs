namespace Weir.Diagnosis;

/// <summary>
/// What the rate of the keep-alive race depends on, for one pool: that of one loop for one target. A plain value; the
/// symbols are those of docs/race.md.
/// </summary>
public readonly record struct RaceConditions
{
    /// <summary>λ: how many requests this pool gets in a second. They arrive independently of each other.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>s: from dispatch to the end of the response, on average. A connection is busy for that long.</summary>
    public required TimeSpan ServiceTime { get; init; }

    /// <summary>T: how long after its response the target closes, at the earliest.</summary>
    public required TimeSpan ClosesFrom { get; init; }

    /// <summary>The same, at the latest; evenly spread between the two. Both are equal for a target with an exact timer.</summary>
    public required TimeSpan ClosesUntil { get; init; }

    /// <summary>W: the round trip between balancer and target, and what the target needs to take up a request.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>I: after how long the balancer closes an idle connection itself.</summary>
    public required TimeSpan BalancerIdleTimeout { get; init; }
}
