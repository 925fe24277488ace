namespace Weir.Diagnosis.Probing;

/// <summary>What the idle connections say together. Immutable; it is computed from the readings alone.</summary>
public sealed record IdleSummary
{
    private IdleSummary(TimeSpan[] ages)
    {
        Ages = ages;
        Groups = Group(ages);
    }

    /// <summary>How old each connection was that the target closed, shortest first; empty if it closed none.</summary>
    public IReadOnlyList<TimeSpan> Ages { get; }

    /// <summary>The ages, parted where they are far apart.</summary>
    public IReadOnlyList<CloseGroup> Groups { get; }

    /// <summary>
    /// By how much each of them was closed later than its own answer had said, the least first; negative: earlier. Workers
    /// may say different things. Empty if the target says nothing.
    /// </summary>
    public required IReadOnlyList<TimeSpan> AfterSaid { get; init; }

    /// <summary>All seconds of <c>Keep-Alive: timeout=N</c> that were said, the least first; more than one: workers differ.</summary>
    public required IReadOnlyList<int> SaidSeconds { get; init; }

    public required int StillOpen { get; init; }

    public required int Lost { get; init; }

    /// <summary>Those on which bytes came that nobody had asked for, and no close.</summary>
    public required int Talked { get; init; }

    public required int ClosedWithAnswer { get; init; }

    public required int Unanswered { get; init; }

    /// <summary>Those that ended since the target restarted, whatever their age: they are no idle ones.</summary>
    public required int Restarted { get; init; }

    /// <summary>The first words of what came without a close; empty if nothing did.</summary>
    public required string Talk { get; init; }

    /// <summary>How old the oldest connection was that still lived; zero if none did.</summary>
    public required TimeSpan Watched { get; init; }

    public required ConnectionEnd End { get; init; }

    public required LateByteAnswer LateBytes { get; init; }

    /// <summary>Of the closed ones, those whose end was said before it, over HTTP/2.</summary>
    public required int GoAways { get; init; }

    /// <summary>What most of those said: `NO_ERROR`; null if there are none.</summary>
    public required string? GoAwayCode { get; init; }

    /// <summary>How long before the end that was, at the most; null if there was no end.</summary>
    public required TimeSpan? GoAwayAhead { get; init; }

    /// <summary>Whether most of them ended TLS in order (close_notify); null without TLS.</summary>
    public required bool? ClosesTls { get; init; }

    /// <summary>The first words of what came with a close; empty if nothing did.</summary>
    public required string Farewell { get; init; }

    public int Closed => Ages.Count;

    /// <summary>Connections that were idle, whatever became of them.</summary>
    public int Idle => Closed + StillOpen + Lost + Talked;

    public TimeSpan Median => Ages[Ages.Count / 2];

    public TimeSpan Spread => Closed == 0 ? TimeSpan.Zero : Ages[^1] - Ages[0];

    /// <summary>Whether the connections behave so differently that more than one setting must be at work.</summary>
    public bool Differs => Groups.Count > 1 || (Closed > 0 && StillOpen > 0);

    public static IdleSummary Of(IReadOnlyList<IdleReading> readings)
    {
        IdleReading[] closed = [.. readings.Where(static reading => reading.Outcome == IdleOutcome.Closed)];
        int[] said = [.. readings.Select(static reading => reading.Answer?.TimeoutSeconds).OfType<int>().Distinct().Order()];
        return new IdleSummary([.. closed.Select(static reading => reading.Age).Order()])
        {
            // Some servers say it only to those who ask, and close all the same.
            AfterSaid = said is [var least, ..]
                ? [.. closed.Select(reading => reading.Age - TimeSpan.FromSeconds(reading.Answer?.TimeoutSeconds ?? least)).Order()]
                : [],
            SaidSeconds = said,
            StillOpen = Count(IdleOutcome.StillOpen),
            Lost = Count(IdleOutcome.Lost),
            Talked = Count(IdleOutcome.Talked),
            ClosedWithAnswer = Count(IdleOutcome.ClosedWithAnswer),
            Unanswered = Count(IdleOutcome.Unanswered),
            Restarted = Count(IdleOutcome.Restarted),
            Watched = readings.Where(static reading => reading.Outcome is IdleOutcome.StillOpen or IdleOutcome.Lost or IdleOutcome.Talked)
                .Select(static reading => reading.Age).DefaultIfEmpty().Max(),
            End = MostOf(closed.Select(static reading => reading.End), ConnectionEnd.None),
            LateBytes = MostOf(
                closed.Select(static reading => reading.LateBytes).Where(static late => late != LateByteAnswer.Unknown),
                LateByteAnswer.Unknown),
            GoAways = closed.Count(static reading => reading.GoAway is not null),
            GoAwayCode = closed.Select(static reading => reading.GoAway?.Code).OfType<string>().GroupBy(static code => code)
                .MaxBy(static group => group.Count())?.Key,
            GoAwayAhead = closed.Max(static reading => reading.GoAwayAhead),
            ClosesTls = closed.Select(static reading => reading.ClosesTls).OfType<bool>().ToArray() is { Length: > 0 } all
                ? MostOf(all, false)
                : null,
            Farewell = FirstWords(IdleOutcome.Closed),
            Talk = FirstWords(IdleOutcome.Talked),
        };

        string FirstWords(IdleOutcome outcome) => readings.Where(reading => reading.Outcome == outcome)
            .Select(static reading => reading.Farewell).FirstOrDefault(static text => text.Length > 0) ?? "";

        int Count(IdleOutcome outcome) => readings.Count(reading => reading.Outcome == outcome);
    }

    private static CloseGroup[] Group(TimeSpan[] ages)
    {
        var groups = new List<CloseGroup>();
        int begin = 0;
        for (int i = 1; i <= ages.Length; i++)
        {
            if (i == ages.Length || !CloseGroup.AreNear(ages[i - 1], ages[i]))
            {
                groups.Add(new CloseGroup(ages[begin], ages[i - 1], i - begin));
                begin = i;
            }
        }

        return [.. groups];
    }

    private static T MostOf<T>(IEnumerable<T> values, T none) where T : notnull => values
        .GroupBy(static value => value)
        .OrderByDescending(static group => group.Count())
        .Select(static group => group.Key)
        .FirstOrDefault(none);
}
