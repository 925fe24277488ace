namespace Weir.Admin;

/// <summary>
/// How the connections to a target group are reused, in `/status`. Times are in seconds; null: not known, or nothing to
/// tell yet.
/// </summary>
internal sealed record StatusReuse
{
    /// <summary>`observe` or `protect`.</summary>
    public required string Mode { get; init; }

    /// <summary>The least that a target's `Keep-Alive: timeout=` says.</summary>
    public required double? AdvertisedSeconds { get; init; }

    /// <summary>The least idle time after which a target was seen to close.</summary>
    public required double? SeenSeconds { get; init; }

    /// <summary>Connections that have been idle for longer are not reused; null also in `observe`.</summary>
    public required double? LimitSeconds { get; init; }

    public required long Opened { get; init; }

    public required long Reused { get; init; }

    /// <summary>Reused, of all requests sent to the group.</summary>
    public required double? ReuseRatio { get; init; }

    /// <summary>Half of the reused connections had been idle for no longer than this; of classes, so rounded up.</summary>
    public required double? MedianIdleSeconds { get; init; }

    public required double? LongestIdleSeconds { get; init; }

    /// <summary>Requests that met a close and were saved.</summary>
    public required long Retried { get; init; }

    /// <summary>Reuses that were declined for age.</summary>
    public required long Withheld { get; init; }

    /// <summary>Of those, the ones that would have met the target's close.</summary>
    public required long NearMisses { get; init; }

    /// <summary>Connections found dead before a byte was on them.</summary>
    public required long Replaced { get; init; }

    /// <summary>The balancer's 502s for requests to this group, by reason; only reasons that happened.</summary>
    public required Dictionary<string, long> BadGateways { get; init; }
}
