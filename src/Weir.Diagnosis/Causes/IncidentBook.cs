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

    private const double MostEndNats = 2;

    private readonly Incident?[] _byOutage;

    public IncidentBook(ReadOnlySpan<Outage> outages, long firstMicroseconds, long lastMicroseconds, long lastSentMicroseconds)
    {
        Outage[] all = [.. outages];
        _byOutage = new Incident?[all.Length];
        int[] order = [.. Enumerable.Range(0, all.Length).OrderBy(i => all[i].Target).ThenBy(i => all[i].FirstMicroseconds)];
        List<List<int>> runs = Runs(all, order);
        Dictionary<int, IncidentRows> rows = RowsByGroup(all, runs, lastMicroseconds - firstMicroseconds);
        double periodMicroseconds = Math.Max(lastMicroseconds - firstMicroseconds, 1);
        Dictionary<int, int> refusing = runs.Where(run => all[run[0]].NotConnected > 0)
            .GroupBy(run => all[run[0]].Target).ToDictionary(static group => group.Key, static group => group.Count());
        Incident[] sums = [.. runs.Select(run => Sum(all, run, lastSentMicroseconds))];
        ILookup<int, Incident> ended = runs.Zip(sums).Where(static pair => pair.Second.IsLarge && double.IsFinite(pair.Second.DownSeconds))
            .ToLookup(pair => all[pair.First[0]].TargetGroup, static pair => pair.Second);
        foreach ((List<int> run, Incident sum) in runs.Zip(sums))
        {
            int ofSame = refusing.GetValueOrDefault(all[run[0]].Target);
            Incident incident = sum with
            {
                EndsAsOthers = sum.IsLarge && double.IsInfinity(sum.DownSeconds) ? EndNats(ended[all[run[0]].TargetGroup]) : 0,
                Rolling = IsSubstantial(all, run) ? rows[all[run[0]].TargetGroup].NatsAround(all[run[0]]) : 0,
                OfSameTarget = ofSame,
                OfSameTargetPerHour = ofSame * 3.6e9 / periodMicroseconds,
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
        long core = 0;
        foreach (int next in order)
        {
            bool isRefusing = all[next].NotConnected > 0;
            long since = core > 0 ? core : isRefusing && runs.Count > 0 ? all[runs[^1][^1]].LastMicroseconds : 0;
            bool isSame = since > 0 && all[runs[^1][^1]].Target == all[next].Target
                && all[next].FirstMicroseconds - since <= (core > 0 && isRefusing ? SameIncidentMicroseconds : AttachMicroseconds);
            if (isSame)
            {
                runs[^1].Add(next);
            }
            else
            {
                runs.Add([next]);
                core = 0;
            }

            // What refuses is the core of an incident: cuts alone hold nothing together.
            core = isRefusing ? all[next].LastMicroseconds : core;
        }

        return runs;
    }

    private static double EndNats(IEnumerable<Incident> ended)
    {
        int all = ended.Count(), soon = ended.Count(static incident => incident.DownSeconds <= RestartSeconds);
        return Math.Clamp(Math.Log((soon + 0.5) / (all - soon + 0.5)), -MostEndNats, MostEndNats);
    }

    private static bool IsSubstantial(Outage[] all, List<int> run) => run.Exists(i => all[i].IsSubstantial);

    private static Incident Sum(Outage[] all, List<int> run, long lastSentMicroseconds)
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
            dark, Math.Max(Seconds(lastSentMicroseconds - last.LastMicroseconds), 0), survivors, 0)
        {
            SentSpanSeconds = Seconds(run.Max(i => all[i].LastSentMicroseconds) - run.Min(i => all[i].FirstSentMicroseconds)),
            HasAnswerBefore = first.AnsweredBeforeMicroseconds > 0,
        };
    }

    private static Dictionary<int, IncidentRows> RowsByGroup(Outage[] all, List<List<int>> runs, long periodMicroseconds) => runs
        .Where(run => IsSubstantial(all, run))
        .Select(run => all[run[0]])
        .GroupBy(static outage => outage.TargetGroup)
        .ToDictionary(static group => group.Key, group => new IncidentRows(group, periodMicroseconds));

    private static double Seconds(long microseconds) => microseconds / 1e6;
}
