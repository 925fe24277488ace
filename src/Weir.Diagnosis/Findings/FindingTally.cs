using Weir.Diagnosis.Causes;

namespace Weir.Diagnosis.Findings;

/// <summary>What the errors of one cause in one group have in common, counted while they go by. Owned by the report's builder.</summary>
internal sealed class FindingTally(Cause cause, int targetGroup, KeyTallies keys)
{
    // Enough for quantiles that are told with two digits.
    private const int MaxTimes = 4_000;
    private const int MaxKeys = 2_000;

    // Above all places of kinds.
    private const ulong FirstUnfollowed = 1UL << 63;

    private readonly List<int> _took = [];
    private readonly HashSet<long> _hours = [];

    public Cause Cause => cause;

    public int TargetGroup => targetGroup;

    public long Count { get; private set; }

    public double ConfidenceSum { get; private set; }

    public CauseChances ChanceSums;

    public Dictionary<int, long> Targets { get; } = [];

    /// <summary>Errors by kind of request; the first kinds only.</summary>
    public Dictionary<ulong, long> Keys { get; } = [];

    public Dictionary<short, long> Statuses { get; } = [];

    public long[] PerBar { get; } = new long[Reports.ReportLimits.TimeBars];

    public long FirstMicroseconds { get; private set; } = long.MaxValue;

    public long LastMicroseconds { get; private set; }

    /// <summary>Errors with others of their target around them, of which at least one was refused or more were cut at once.</summary>
    public long InIncidents { get; set; }

    /// <summary>Errors whose target had answered before it in this log, and did again.</summary>
    public long AnsweredAround { get; set; }

    /// <summary>Errors within a minute of a failed health check of their target.</summary>
    public long NearFailedChecks { get; set; }

    /// <summary>Errors of which the targets' own logs have a line, and those that they would have one of and have none.</summary>
    public long InTargetLog { get; set; }

    /// <summary>Of those with a line, the ones whose line has their trace id: the others' fits by time, of a few by chance.</summary>
    public long InTargetLogByTraceId { get; set; }

    public long NotInTargetLog { get; set; }

    public OriginTally Origins { get; } = new();

    /// <summary>Of the same kinds, a place in the book's tallies; those of which there is one.</summary>
    public Dictionary<ulong, int> KeyPlaces { get; } = [];

    /// <summary>Errors with a lag in the window found, and right after an answer.</summary>
    public long InWindow { get; set; }

    public long RightAfter { get; set; }

    public long WithLags { get; set; }

    /// <summary>How many of them would be right after an answer by chance.</summary>
    public double RightAfterExpected { get; set; }

    public List<double> WindowCloseSeconds { get; } = [];

    public List<int> Gaps { get; } = [];

    /// <summary>Its incidents, the first ones.</summary>
    public List<Incident> Incidents { get; } = [];

    public void AddIncident(Incident incident)
    {
        if (Incidents.Count < MaxTimes)
        {
            Incidents.Add(incident);
        }
    }

    public int HoursWithErrors => _hours.Count;

    public double Confidence => Count == 0 ? 0 : ConfidenceSum / Count;

    public double PeriodSeconds => (LastMicroseconds - FirstMicroseconds) / 1e6;

    public void Add(in ErrorCase error, in Judgement judgement, int bar)
    {
        Count++;
        ConfidenceSum += judgement.Confidence;
        for (int i = 0; i < CauseChances.Count; i++)
        {
            ChanceSums[i] += judgement.Chances[i];
        }

        Targets[error.Target] = Targets.GetValueOrDefault(error.Target) + 1;
        // Of what nobody followed any more, each request's own.
        ulong kind = error.Key >= 0 ? (ulong)keys.KindOf(error.Key) : error.RequestKey | FirstUnfollowed;
        if (Keys.Count < MaxKeys || Keys.ContainsKey(kind))
        {
            Keys[kind] = Keys.GetValueOrDefault(kind) + 1;
            if (error.Key >= 0)
            {
                KeyPlaces[kind] = error.Key;
            }
        }

        Statuses[error.ElbStatus] = Statuses.GetValueOrDefault(error.ElbStatus) + 1;
        PerBar[bar]++;
        FirstMicroseconds = Math.Min(FirstMicroseconds, error.CompletedMicroseconds);
        LastMicroseconds = Math.Max(LastMicroseconds, error.CompletedMicroseconds);
        _hours.Add(error.CompletedMicroseconds / 3_600_000_000);
        if (_took.Count < MaxTimes)
        {
            _took.Add(error.TookMilliseconds);
        }

        if (error.GapTicks >= 0 && Gaps.Count < MaxTimes)
        {
            Gaps.Add(error.GapTicks);
        }
    }

    /// <summary>The time until the error that this share of them did not exceed, milliseconds.</summary>
    public int TookMilliseconds(double share)
    {
        _took.Sort();
        return _took.Count == 0 ? 0 : _took[(int)Math.Min(share * _took.Count, _took.Count - 1)];
    }
}
