using Weir.Diagnosis;

namespace Weir.Laboratory;

/// <summary>What `reproduce --json` ends with. Its form is public: fields are added, never renamed.</summary>
internal sealed record ReproductionDocument
{
    private const int CurrentVersion = 1;

    /// <summary>Goes up when a field changes its meaning.</summary>
    public int Version { get; } = CurrentVersion;

    public required string Outcome { get; init; }

    public required string Verdict { get; init; }

    /// <summary>What might be taken for proved and is not.</summary>
    public required string[] NotProved { get; init; }

    public required string? ToDo { get; init; }

    public required string Server { get; init; }

    public required string Remark { get; init; }

    /// <summary>What is not as it is in production, and how it was set.</summary>
    public required ReproductionSettings Laboratory { get; init; }

    public required ReproductionClose Measured { get; init; }

    public required ReproductionPhaseRow[] Phases { get; init; }

    public required ReproductionPairRow[] Failures { get; init; }

    public required double DurationSeconds { get; init; }

    public static ReproductionDocument Of(ReproductionReport report, IEnumerable<(ReproductionPhase Phase, RacePair Pair)> pairs) => new()
    {
        Outcome = report.Outcome switch
        {
            ReproductionOutcome.StoryHeld => "story_held",
            ReproductionOutcome.StoryBroke => "story_broke",
            ReproductionOutcome.OutlivesBalancer => "outlives_balancer",
            ReproductionOutcome.NeverReused => "never_reused",
            ReproductionOutcome.ClosesTooLate => "closes_too_late",
            ReproductionOutcome.TimeOver => "time_over",
            ReproductionOutcome.TooFewRequests => "too_few_requests",
            ReproductionOutcome.OtherFailures => "other_failures",
            ReproductionOutcome.SentAgain => "sent_again",
            _ => "no_race",
        },
        Verdict = report.Verdict,
        NotProved = [.. report.NotProved],
        ToDo = report.ToDo,
        Server = report.Server.Name,
        Remark = report.Server.Remark,
        Laboratory = ReproductionSettings.Of(report.Options),
        Measured = ReproductionClose.Of(report.Close),
        Phases = [.. report.Phases.Select(ReproductionPhaseRow.Of)],
        Failures = [.. pairs.Select(static entry => ReproductionPairRow.Of(entry.Phase, entry.Pair))],
        DurationSeconds = report.Duration.TotalSeconds,
    };

    public static string NameOf(ReproductionPhase phase) => phase switch
    {
        ReproductionPhase.Race => "race",
        ReproductionPhase.Fix => "fix",
        ReproductionPhase.FixAtIdleTimeout => "fix_at_idle_timeout",
        _ => "protect",
    };
}
