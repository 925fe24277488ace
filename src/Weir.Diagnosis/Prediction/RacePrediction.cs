namespace Weir.Diagnosis;

/// <summary>
/// What is asked of a prediction: pools that share traffic evenly. A plain value; docs/race.md explains each.
/// </summary>
public sealed record RacePrediction
{
    private const double SecondsPerDay = 86_400;

    /// <summary>All requests in a second, over all pools.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>How long after its response a target closes: anywhere between the two.</summary>
    public required TimeSpan ClosesFrom { get; init; }

    public required TimeSpan ClosesUntil { get; init; }

    public required TimeSpan BalancerIdleTimeout { get; init; }

    /// <summary>From balancer to target, one way; the window is twice that.</summary>
    public required TimeSpan Latency { get; init; }

    /// <summary>How long a target works on a request.</summary>
    public required TimeSpan HandlingTime { get; init; }

    public required ArrivalPattern Pattern { get; init; }

    /// <summary>One for each node of the balancer and each target; the traffic is shared out evenly.</summary>
    public required int Pools { get; init; }

    /// <summary>
    /// Connections of a pool that are used in turn, the oldest first; null: the newest idle one first, and as many as are needed.
    /// </summary>
    public required int? ConnectionsInTurn { get; init; }

    /// <summary>The ages at which a request is lost: a round trip.</summary>
    public TimeSpan Window => 2 * Latency;

    /// <summary>The share of requests that race, 0 to 1, by the formula.</summary>
    public double PerRequest()
    {
        RaceConditions pool = Pool();
        return Pattern == ArrivalPattern.Periodic ? RaceRate.PerRequestPeriodic(pool, ConnectionsInTurn ?? 1)
            : ConnectionsInTurn is { } turns ? RaceRate.PerRequestInTurns(pool, turns)
            : RaceRate.PerRequest(pool);
    }

    /// <summary>Races in a day, by the formula.</summary>
    public double PerDay() => PerRequest() * RequestsPerSecond * SecondsPerDay;

    /// <summary>
    /// Of requests at even intervals, the intervals between which some are lost: those that make the age at a reuse lie in
    /// the window, or the age at a connection's first reuse, which is a round trip less. Source: docs/race.md, at even intervals.
    /// </summary>
    public (TimeSpan From, TimeSpan Until) LosingIntervals()
    {
        // a = nP − s, over all pools.
        double each = (ConnectionsInTurn ?? 1) * (double)Pools;
        TimeSpan service = HandlingTime + Window;
        return ((ClosesFrom - Window + service) / each, (ClosesUntil + Window + service) / each);
    }

    private RaceConditions Pool()
    {
        double rate = RequestsPerSecond / Pools;
        return new RaceConditions
        {
            RequestsPerSecond = rate,
            ServiceTime = HandlingTime + Window,
            ClosesFrom = ClosesFrom,
            ClosesUntil = ClosesUntil,
            Window = Window,
            BalancerIdleTimeout = BalancerIdleTimeout,
        };
    }
}
