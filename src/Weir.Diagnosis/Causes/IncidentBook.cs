namespace Weir.Diagnosis.Causes;

/// <summary>
/// Puts the outages of a log together: those of one target that follow each other closely, and those that go from target
/// to target. Made once the log is read; never changes.
/// </summary>
internal sealed class IncidentBook
{
    /// <summary>A restart is over within this time. Source: docs/diagnosis.md, the definition.</summary>
    public const double RestartSeconds = 120;

    // Outages of a target this close to each other are one incident: a starting target answers, and falters again.
    private const long SameIncidentMicroseconds = 30_000_000;

    // A single cut this close to an incident is part of it.
    private const long AttachMicroseconds = 5_000_000;

    // Targets that are restarted in turn, one after the other.
    private const long RowMicroseconds = 600_000_000;

    private readonly Incident?[] _byOutage;

    public IncidentBook(ReadOnlySpan<Outage> outages, long firstMicroseconds, long lastMicroseconds)
    {
        Outage[] all = [.. outages];
        _byOutage = new Incident?[all.Length];
        int[] order = [.. Enumerable.Range(0, all.Length).OrderBy(i => all[i].Target).ThenBy(i => all[i].FirstMicroseconds)];
        List<List<int>> runs = Runs(all, order);
        Dictionary<int, long[]> starts = StartsByGroup(all, runs);
        double periodMicroseconds = Math.Max(lastMicroseconds - firstMicroseconds, 1);
        foreach (List<int> run in runs)
        {
            Incident incident = Sum(all, run, lastMicroseconds) with
            {
                Rolling = IsSubstantial(all, run) ? Rolling(all[run[0]], starts, periodMicroseconds) : 0,
            };
            foreach (int outage in run)
            {
                _byOutage[outage] = incident;
            }
        }
    }

    public Incident? Of(in ErrorCase error) => error.Outage >= 0 ? _byOutage[error.Outage] : null;

    private static List<List<int>> Runs(Outage[] all, int[] order)
    {
        var runs = new List<List<int>>();
        foreach (int next in order)
        {
            if (runs.Count > 0 && all[runs[^1][^1]] is var last && last.Target == all[next].Target
                && all[next].FirstMicroseconds - last.LastMicroseconds is var gap && Belong(all, runs[^1], all[next], gap))
            {
                runs[^1].Add(next);
            }
            else
            {
                runs.Add([next]);
            }
        }

        return runs;
    }

    private static bool Belong(Outage[] all, List<int> run, in Outage next, long gap)
    {
        bool isRun = IsSubstantial(all, run), isNext = next.NotConnected > 0;
        return isRun && isNext ? gap <= SameIncidentMicroseconds : (isRun || isNext) && gap <= AttachMicroseconds;
    }

    private static bool IsSubstantial(Outage[] all, List<int> run) => run.Exists(i => all[i].IsSubstantial);

    private static Incident Sum(Outage[] all, List<int> run, long lastMicroseconds)
    {
        long notConnected = 0, cut = 0, survivors = 0;
        double dark = 0;
        foreach (int i in run)
        {
            notConnected += all[i].NotConnected;
            cut += all[i].Cut;
            survivors += all[i].Survivors;
            long before = all[i].AnsweredBeforeMicroseconds, after = all[i].AnsweredAfterMicroseconds;
            dark = Math.Max(dark, after == 0 ? double.PositiveInfinity : Seconds(after - (before == 0 ? all[i].FirstMicroseconds : before)));
        }

        Outage first = all[run[0]], last = all[run[^1]];
        return new Incident(
            notConnected, cut, Seconds(last.LastMicroseconds - first.FirstMicroseconds),
            last.AnsweredAfterMicroseconds == 0 ? double.PositiveInfinity : Seconds(last.AnsweredAfterMicroseconds - first.FirstMicroseconds),
            dark, Seconds(lastMicroseconds - last.LastMicroseconds), survivors, 0)
        {
            HasAnswerBefore = first.AnsweredBeforeMicroseconds > 0,
        };
    }

    private static Dictionary<int, long[]> StartsByGroup(Outage[] all, List<List<int>> runs) => runs
        .Where(run => IsSubstantial(all, run))
        .Select(run => all[run[0]])
        .GroupBy(static outage => outage.TargetGroup)
        .ToDictionary(static group => group.Key, static group => group.Select(static outage => outage.FirstMicroseconds).Order().ToArray());

    // How much likelier so many neighbours are in a row of restarts than by chance.
    private static double Rolling(in Outage first, Dictionary<int, long[]> starts, double periodMicroseconds)
    {
        long[] times = starts[first.TargetGroup];
        int near = CountBelow(times, first.FirstMicroseconds + RowMicroseconds + 1) - CountBelow(times, first.FirstMicroseconds - RowMicroseconds) - 1;
        double expected = Math.Max((times.Length - 1) * Math.Min(2 * RowMicroseconds / periodMicroseconds, 1), 0.02);
        return near > expected ? Math.Min(near * Math.Log(near / expected), 3) : 0;
    }

    private static int CountBelow(long[] sorted, long limit)
    {
        int at = Array.BinarySearch(sorted, limit);
        at = at < 0 ? ~at : at;
        while (at > 0 && sorted[at - 1] >= limit)
        {
            at--;
        }

        return at;
    }

    private static double Seconds(long microseconds) => microseconds / 1e6;
}
