namespace Weir.Diagnosis;

/// <summary>What one phase came to. Immutable.</summary>
public sealed record PhaseReport
{
    /// <summary>
    /// So many failures must have been to be expected for none at all to say something: of three expected ones, none comes
    /// by chance in one of twenty repetitions. The one place that says so.
    /// </summary>
    // Source: the Poisson distribution, e^-3 = 0.05; the same certainty as RateBound's.
    public const int NeededExpected = 3;

    public required ReproductionPhase Phase { get; init; }

    /// <summary>The setting that was tried, in words.</summary>
    public required string Setting { get; init; }

    /// <summary>The methods that were sent, in turn.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>All requests of the phase; every one of them was judged.</summary>
    public required int Judged { get; init; }

    /// <summary>Of all, those that were not answered well: in the race its 502s and <see cref="Faults"/>.</summary>
    public required int Failed { get; init; }

    /// <summary>Of the failed ones, those that the balancer answered 502.</summary>
    public required int FailedWith502 { get; init; }

    /// <summary>
    /// Requests that were not answered well, by kind, the most frequent first. In the race without the 502s that are the
    /// race; in every other phase nothing may be in it.
    /// </summary>
    public required IReadOnlyList<FaultCount> Faults { get; init; }

    /// <summary>`2 × 500 by the target, 1 × no answer within 15 s`.</summary>
    public string FaultWords => string.Join(", ", Faults.Select(static fault => $"{fault.Count} × {fault.What}"));

    /// <summary>The balancer's own count of the 5xx that it made.</summary>
    public required long Balancer5xx { get; init; }

    /// <summary>Of these, those that are in no line of its log, so that nothing else is known of them.</summary>
    public int Unseen5xx { get; init; }

    /// <summary>Requests that met the moment: on a connection idle for as long as the target, or the balancer, keeps one.</summary>
    public required int Requests { get; init; }

    /// <summary>Of <see cref="Requests"/>, those that met the target's close and got 502: the race.</summary>
    public required int Failures { get; init; }

    /// <summary>How the balancer found the connections of <see cref="Failures"/> ended, in the words of its explain log.</summary>
    public required IReadOnlyDictionary<string, int> FailuresByEnd { get; init; }

    /// <summary>The balancer's 502s that are surely not the race, at whatever moment; <see cref="Faults"/> has them by kind, and those of which nothing is known.</summary>
    public required int Other502s { get; init; }

    /// <summary>
    /// Its 502s of which only the target can tell whether they are the race: the request had reached it, and it ended the connection
    /// in the moment in which it ends idle ones. A few come with every race; no verdict rests on them.
    /// </summary>
    public required int Undecided502s { get; init; }

    /// <summary>
    /// Requests that used connections again at half the age at which the target ends them, to see whether it ends them for idleness or on
    /// account of requests; 0 where no <see cref="Undecided502s"/> asked for it. What fails of these is no race.
    /// </summary>
    public int Controls { get; init; }

    /// <summary>Of <see cref="Requests"/>, those that were not answered well, 502 or not.</summary>
    public required int FailedAtTheMoment { get; init; }

    /// <summary>The failures by method.</summary>
    public required IReadOnlyDictionary<string, int> FailuresByMethod { get; init; }

    /// <summary>
    /// Over HTTP/2, requests that met an idle close which the target had announced (GOAWAY) before they arrived, so that it had not
    /// looked at them; they were sent again, whatever their method, and answered well.
    /// </summary>
    public int SentAgain { get; init; }

    /// <summary>Those by method.</summary>
    public IReadOnlyDictionary<string, int> SentAgainByMethod { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// Over HTTP/2, requests that were sent again too, and had not met an idle close: the target said GOAWAY only when they had
    /// arrived. None of these is in <see cref="SentAgain"/>.
    /// </summary>
    public int RefusedOtherwise { get; init; }

    /// <summary>Over HTTP/2, the connections of such requests that the target was the first to end, and by GOAWAY, by what it said first, the most frequent first.</summary>
    public IReadOnlyList<GoAwayCount> GoAways { get; init; } = [];

    /// <summary>Failures that the target's own log has; null if its log does not say.</summary>
    public required int? FailuresHandled { get; init; }

    /// <summary>Requests that were sent when a connection had been idle for a chosen time: about half of all.</summary>
    public required int AtChosenAges { get; init; }

    /// <summary>Of these, those that opened a new connection.</summary>
    public required int OnNewConnections { get; init; }

    /// <summary>Of these, those that found their connection closed already, and went out on another, new or just used.</summary>
    public int CameTooLate => AtChosenAges - Requests;

    /// <summary>Requests that met a close, were sent again on a new connection, and were answered.</summary>
    public required long Retried { get; init; }

    /// <summary>Reuses that were declined for age.</summary>
    public required long Withheld { get; init; }

    /// <summary>Of the withheld ones, those that would have met the close.</summary>
    public required long NearMisses { get; init; }

    /// <summary>The first thing that the balancer told its operator in this phase; null if nothing.</summary>
    public required string? BalancersReport { get; init; }

    /// <summary>Idle connections that the balancer was the first to close, with FIN, as the relay saw it.</summary>
    public required int ClosedByBalancer { get; init; }

    /// <summary>Idle connections that the target was the first to close.</summary>
    public required int ClosedByTarget { get; init; }

    /// <summary>The idle ages at which requests were sent: from and to.</summary>
    public required TimeSpan From { get; init; }

    public required TimeSpan To { get; init; }

    /// <summary>How long it took at the most until all connections of a burst were idle: how slow the target is with so many.</summary>
    public required TimeSpan Readied { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>
    /// Failures that were to be expected, had nothing been done against them: at the rate of the race; of a balancer that
    /// protects, those that it kept from failing. Null where there is no such number: in the race, and around the idle timeout.
    /// </summary>
    public double? Expected { get; init; }

    /// <summary>
    /// Why it ended before as much was shown as should have been, in a clause, be it that it had failed by then; null if it was not cut
    /// short.
    /// </summary>
    public string? Shortened { get; init; }

    /// <summary>Requests by the balancer's own count.</summary>
    public required long Sent { get; init; }

    /// <summary>The highest rate of failures at the moment that is still believable at 95 %.</summary>
    public double UpperBound => RateBound.Upper(FailedAtTheMoment, Requests);

    /// <summary>With the fix the balancer must be the first to close.</summary>
    public bool ClosesEarly => Phase is ReproductionPhase.Fix or ReproductionPhase.FixAtIdleTimeout && ClosedByTarget > 0;

    /// <summary>What was to stop the race did not, or something else broke.</summary>
    public bool Broke => Phase != ReproductionPhase.Race && (Faults.Count > 0 || ClosesEarly);

    /// <summary>Whether there were enough requests for "none failed" to say something.</summary>
    public bool IsEnough => Phase switch
    {
        ReproductionPhase.Race => true,
        // Both sides of the balancer's own close are the point.
        ReproductionPhase.FixAtIdleTimeout =>
            Requests >= NeededExpected && CameTooLate >= NeededExpected && ClosedByBalancer >= NeededExpected,
        _ => Expected >= NeededExpected,
    };
}
