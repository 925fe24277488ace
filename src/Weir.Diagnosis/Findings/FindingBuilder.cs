using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>Turns the counts of one cause in one group into a finding. Owned by the report's builder; changes nothing.</summary>
internal sealed class FindingBuilder(
    IdleTimeout idleTimeout, RequestBook book, LogNames names, IServerAdvice advice, ErrorJudge judge, OtherSources others)
{
    // Rarer than this is no alternative.
    private const double LeastAlternative = 0.05;

    private const double SecondsPerDay = 86_400;

    public Finding Build(FindingTally tally, IReadOnlyList<ExampleError> examples)
    {
        GroupState group = book.Group(tally.TargetGroup);
        var facts = new FindingFacts(tally, group, judge.Model(tally.TargetGroup)?.Evidence, book, others, idleTimeout);
        Alternative[] alternatives = Alternatives(tally);
        return new Finding
        {
            Cause = tally.Cause,
            Count = tally.Count,
            Confidence = Math.Round(tally.Confidence, 3),
            First = ReportBuilder.TimeOf(tally.FirstMicroseconds),
            Last = ReportBuilder.TimeOf(tally.LastMicroseconds),
            TargetGroup = tally.TargetGroup < 0 ? null : names.TargetGroups[tally.TargetGroup],
            Targets = Targets(tally),
            Headline = FindingWording.Headline(facts),
            Evidence = [.. FindingWording.Evidence(facts, advice), .. Kind(tally, examples)],
            // What still fits is not ruled out, whatever speaks against it.
            RuledOut = [.. RulingOut.All(facts).ExceptBy(alternatives.Select(static other => other.Cause), static row => row.Cause)],
            Alternatives = alternatives,
            Keepalive = Keepalive(facts),
            Fixes = Fixes(facts),
            Cost = Cost(tally, group),
            Examples = examples,
        };
    }

    // Where a kind of request is the cause, it has to be named.
    private static IEnumerable<string> Kind(FindingTally tally, IReadOnlyList<ExampleError> examples) => (tally, examples) switch
    {
        ({ Cause: Cause.MalformedResponse }, [var example, ..]) => [$"Such as {example.Method} {example.Url.Split('?')[0]}"],
        ({ Cause: Cause.SlowTarget or Cause.TargetTimeout, Count: > 1, Keys.Count: 1 }, [var example, ..]) =>
            [$"All are of one kind of request (method and path), such as {example.Method} {example.Url.Split('?')[0]}"],
        _ => [],
    };

    private TargetShare[] Targets(FindingTally tally) =>
    [
        .. tally.Targets.Where(static entry => entry.Key >= 0).OrderByDescending(static entry => entry.Value).ThenBy(static entry => entry.Key)
            .Take(ReportLimits.Targets)
            .Select(entry => new TargetShare(names.Targets[entry.Key], book.Target(entry.Key).Requests, entry.Value)),
    ];

    private static Alternative[] Alternatives(FindingTally tally)
    {
        var alternatives = new List<Alternative>();
        for (int i = 0; i < CauseChances.Count; i++)
        {
            double chance = tally.ChanceSums[i] / tally.Count;
            if (chance >= LeastAlternative && (Cause)i != tally.Cause && (Cause)i != Cause.Unknown)
            {
                alternatives.Add(new Alternative((Cause)i, Math.Round(chance, 3), Deciders.Of((Cause)i)));
            }
        }

        return [.. alternatives.OrderByDescending(static alternative => alternative.Confidence)];
    }

    private KeepaliveEstimate? Keepalive(FindingFacts facts) =>
        facts.CloseTimes is not { } times ? null : new KeepaliveEstimate(
            Math.Round(times.Center, 3), Math.Round(times.Low, 3), Math.Round(times.High, 3),
            Math.Round(times.CenterLow, 3), Math.Round(times.CenterHigh, 3), advice.ClosesAt(times));

    private IReadOnlyList<Fix> Fixes(FindingFacts facts) => facts.Tally.Cause switch
    {
        Cause.KeepaliveRace => advice.KeepAliveFixes(facts.LeastIdleTimeoutSeconds, facts.CloseTimes ?? (facts.OnlyGapSeconds is { } gap ? CloseTimes.OfGap(gap) : null)),
        Cause.RequestLimitClose => advice.RequestLimitFixes(),
        _ => GeneralFixes.Of(facts),
    };

    private FindingCost Cost(FindingTally tally, GroupState group)
    {
        double seconds = Math.Max((book.LastMicroseconds - book.FirstMicroseconds) / 1e6, 1);
        double? after = GeneralFixes.IsWhole(tally.Cause) ? 0 : null;
        return new FindingCost(
            Math.Round(tally.Count * SecondsPerDay / seconds, 2), Math.Round(tally.Count * 1e6 / Math.Max(group.Requests, 1), 2), after,
            Trend.Of(tally.PerBar, new TimeBars(book.Times, book.LastMicroseconds)));
    }
}
