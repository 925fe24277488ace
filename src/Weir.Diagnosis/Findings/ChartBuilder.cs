using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Lags;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosis.Findings;

/// <summary>The numbers behind a report's charts. Used once.</summary>
internal sealed class ChartBuilder(RequestBook book, LogNames names, ErrorJudge judge, TimeBars bars)
{
    // Each bin of the lag chart is this much longer than the one before.
    private const double BinGrowth = 1.12;
    private const double FirstBinSeconds = 0.1;

    // A window is shown as one bin of its own.
    private const double NarrowestSeconds = 0.02;

    public ReportCharts Build(IReadOnlyList<FindingTally> tallies, TimingSample timings) => new(
        [.. Errors(tallies)],
        [.. tallies.Where(static tally => tally.Cause is Cause.KeepaliveRace or Cause.RequestLimitClose)
            .Select(static tally => tally.TargetGroup).Distinct().Select(LagChartOf).OfType<LagChart>()],
        Targets(tallies),
        timings.Points);

    private IEnumerable<TimeBar> Errors(IReadOnlyList<FindingTally> tallies) =>
        from bar in Enumerable.Range(0, bars.Count)
        let requests = bars.Requests(bar)
        from byCause in tallies.GroupBy(static tally => tally.Cause)
        let errors = byCause.Sum(tally => tally.PerBar[bar])
        where errors > 0
        select new TimeBar(
            ReportBuilder.TimeOf(bars.StartMicroseconds(bar)), ReportBuilder.TimeOf(bars.StartMicroseconds(bar + 1)), byCause.Key, errors, requests);

    private IReadOnlyList<TargetShare> Targets(IReadOnlyList<FindingTally> tallies)
    {
        var errors = new Dictionary<int, long>();
        foreach (FindingTally tally in tallies)
        {
            foreach ((int target, long count) in tally.Targets)
            {
                errors[target] = errors.GetValueOrDefault(target) + count;
            }
        }

        return
        [
            .. errors.Where(static entry => entry.Key >= 0).OrderByDescending(static entry => entry.Value).Take(ReportLimits.Targets)
                .Select(entry => new TargetShare(names.Targets[entry.Key], book.Target(entry.Key).Requests, entry.Value)),
        ];
    }

    private LagChart? LagChartOf(int group)
    {
        if (judge.Model(group) is not { } model)
        {
            return null;
        }

        CommonLag? window = model.Evidence.CommonLag is { IsFound: true } found ? found : null;
        LagControls controls = book.Group(group).Controls;
        (_, long sampled) = controls.InBins(0, 0);
        double scale = sampled == 0 ? 0 : (double)book.Group(group).Answered / sampled;
        var bins = new List<LagBin>();
        foreach ((int from, int to) in Edges(window, controls.Bins))
        {
            (double hits, double expected) = model.Evidence.Counts(from, to);
            // The controls are requests that were answered; those that failed had that lag too.
            double requests = (controls.InBins(from, to).Lags * scale) + hits;
            bins.Add(new LagBin(LagScale.StartSeconds(from), LagScale.StartSeconds(to), hits, expected, requests));
        }

        return new LagChart(group < 0 ? null : names.TargetGroups[group], bins, window?.LowSeconds, window?.HighSeconds);
    }

    private static IEnumerable<(int From, int To)> Edges(CommonLag? window, int end)
    {
        int from = 0;
        double next = FirstBinSeconds;
        while (from < end)
        {
            int to = Math.Min(LagScale.BinOfSeconds(next), end);
            if (window is not null && from < window.FromBin && window.FromBin < to)
            {
                to = window.FromBin;
            }
            else if (window is not null && from == window.FromBin)
            {
                to = Math.Min(Math.Max(window.ToBin, LagScale.BinOfSeconds(window.LowSeconds + NarrowestSeconds)), end);
            }

            to = Math.Max(to, from + 1);
            yield return (from, to);
            from = to;
            next = LagScale.BinOfSeconds(next) <= from ? Math.Max(next, LagScale.StartSeconds(from)) * BinGrowth : next;
        }
    }
}
