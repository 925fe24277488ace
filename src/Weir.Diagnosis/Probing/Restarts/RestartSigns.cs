namespace Weir.Diagnosis.Probing;

/// <summary>
/// Tells connections that were closed for their age from those that ended since their target did. Pure: it sees rounds of
/// readings, and says which of them are of a restart.
/// </summary>
/// <remarks>
/// Connections are opened one after the other, so a timer of their own closes them one after the other too. Ends at one
/// moment are those of a restart, a reload, or a target that looks at its connections only now and then: the last does so
/// at the same ages in every round, and a restart does not.
/// </remarks>
public static class RestartSigns
{
    // Longer than a process takes to die, shorter than ProbeLimits.Stagger.
    private static readonly TimeSpan _oneMoment = TimeSpan.FromMilliseconds(50);

    // Less than ProbeLimits.Stagger: two ages that are apart are of connections with another beginning.
    private static readonly TimeSpan _agesApart = TimeSpan.FromMilliseconds(100);

    // What a target that stops in good order takes between its first close and the last.
    private static readonly TimeSpan _stopping = TimeSpan.FromSeconds(2);

    // Two alone may be late by chance.
    private const int Many = 3;

    /// <summary>All readings, those of restarts marked as such.</summary>
    public static IReadOnlyList<IdleReading> Judge(IReadOnlyList<IdleRound> rounds)
    {
        HashSet<IdleReading>[] suspects = [.. rounds.Select(SuspectsOf)];
        return [.. rounds.SelectMany((round, index) => round.Readings.Select(reading => suspects[index].Contains(reading) && !IsSeenAgain(index, reading)
            ? reading with { Outcome = IdleOutcome.Restarted }
            : reading))];

        // What a target that was gone did at that time confirms nothing, and is confirmed by nothing.
        bool IsSeenAgain(int own, IdleReading reading) => !rounds[own].WasGone && rounds.Where((_, index) => index != own).Any(round =>
        {
            HashSet<IdleReading> gone = round.WasGone ? suspects[IndexOf(round)] : [];
            return round.Readings.Any(other =>
                other.Outcome == IdleOutcome.Closed && !gone.Contains(other) && CloseGroup.AreNear(reading.Age, other.Age));
        });

        int IndexOf(IdleRound round) => rounds.TakeWhile(other => !ReferenceEquals(other, round)).Count();
    }

    /// <summary>Whether the end of a silent connection was one: its target was gone after it, or idle ones ended so at the same moment.</summary>
    public static bool AreOf(SilentReading silent, IReadOnlyList<IdleReading> judged) => silent.Outcome == SilentOutcome.Restarted
        || (silent.Outcome == SilentOutcome.Closed && judged.Any(reading =>
            reading.Outcome == IdleOutcome.Restarted && (reading.EndedAt - silent.EndedAt).Duration() < _stopping));

    /// <summary>Whether there is no round without signs of a restart, so that another one may say more.</summary>
    public static bool AreEverywhere(IReadOnlyList<IdleReading> judged) => judged
        .GroupBy(static reading => reading.Round)
        .All(static round => round.Any(static reading => reading.Outcome == IdleOutcome.Restarted));

    private static HashSet<IdleReading> SuspectsOf(IdleRound round)
    {
        // By reference: two connections may have the very same numbers.
        var suspects = new HashSet<IdleReading>(ReferenceEqualityComparer.Instance);
        IdleReading[] closed = [.. round.Readings.Where(static reading => reading.Outcome == IdleOutcome.Closed).OrderBy(static reading => reading.EndedAt)];
        if (round.WasGone)
        {
            suspects.UnionWith(closed.Where(reading => closed[^1].EndedAt - reading.EndedAt < _stopping));
            suspects.UnionWith(round.Readings.Where(static reading => reading.Outcome is IdleOutcome.Unanswered or IdleOutcome.Lost));
            return suspects;
        }

        var idle = IdleSummary.Of(round.Readings);
        foreach (IdleReading[] moment in Moments(closed))
        {
            if (IsSuspect(moment, idle))
            {
                suspects.UnionWith(moment);
            }
        }

        return suspects;
    }

    private static bool IsSuspect(IdleReading[] moment, IdleSummary idle)
    {
        TimeSpan youngest = moment.Min(static reading => reading.Age), oldest = moment.Max(static reading => reading.Age);
        bool isGroup = idle.Groups.Any(group => group.Connections == moment.Length && group.Shortest == youngest && group.Longest == oldest);
        return moment.Length == 1
            ? isGroup && idle.Idle > 1
            : oldest - youngest > _agesApart && (moment.Length >= Many || isGroup);
    }

    private static IEnumerable<IdleReading[]> Moments(IdleReading[] closed)
    {
        int begin = 0;
        for (int i = 1; i <= closed.Length; i++)
        {
            if (i == closed.Length || closed[i].EndedAt - closed[i - 1].EndedAt > _oneMoment)
            {
                yield return closed[begin..i];
                begin = i;
            }
        }
    }
}
