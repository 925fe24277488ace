namespace Weir.Diagnosis;

/// <summary>What one phase came to. Immutable.</summary>
public sealed record PhaseReport
{
    public required ReproductionPhase Phase { get; init; }

    /// <summary>The setting that was tried, in words.</summary>
    public required string Setting { get; init; }

    /// <summary>Requests that met the moment: on a connection idle for as long as the target, or the balancer, keeps one.</summary>
    public required int Requests { get; init; }

    /// <summary>Those that the balancer answered 502.</summary>
    public required int Failures { get; init; }

    /// <summary>The failed ones by method.</summary>
    public required IReadOnlyDictionary<string, int> FailuresByMethod { get; init; }

    /// <summary>Failed requests that the target's own log has; null if its log does not say.</summary>
    public required int? FailuresHandled { get; init; }

    /// <summary>Requests that met a close, were sent again on a new connection, and were answered.</summary>
    public required long Retried { get; init; }

    /// <summary>Reuses that were declined for age.</summary>
    public required long Withheld { get; init; }

    /// <summary>Of the withheld ones, those that would have met the close.</summary>
    public required long NearMisses { get; init; }

    /// <summary>The first thing that the balancer told its operator in this phase; null if nothing.</summary>
    public required string? BalancersReport { get; init; }

    /// <summary>Idle connections that the balancer was the first to close, as the relay saw it.</summary>
    public required int ClosedByBalancer { get; init; }

    /// <summary>Idle connections that the target was the first to close.</summary>
    public required int ClosedByTarget { get; init; }

    /// <summary>The idle ages at which requests were sent: from and to.</summary>
    public required TimeSpan From { get; init; }

    public required TimeSpan To { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Why it ended before as much was shown as should have been, in a clause; null if it was not cut short.</summary>
    public string? Shortened { get; init; }

    /// <summary>All requests of the phase, those too that were not at the moment: the balancer's own counts are of them.</summary>
    public required long Sent { get; init; }

    /// <summary>The highest rate of failures that is still believable at 95 %.</summary>
    public double UpperBound => RateBound.Upper(Failures, Requests);
}
