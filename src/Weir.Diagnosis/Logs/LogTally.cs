using System.Runtime.InteropServices;

namespace Weir.Diagnosis.Logs;

/// <summary>Counts of lines: of one block while it is parsed, or of all that was read. Owned by one thread at a time.</summary>
internal sealed class LogTally
{
    /// <summary>More pairs of codes than any log has; a hostile one's others are not listed.</summary>
    private const int MaxStatuses = 10_000;

    private readonly Dictionary<(short Elb, short Target), long> _statuses = [];
    private (short Elb, short Target) _lastStatus;
    private long _ofLastStatus;

    public long Lines { get; set; }

    public long Requests { get; set; }

    public long OutsidePeriod { get; private set; }

    /// <summary>Of the lines outside of the period, the earliest and the latest; null if there is none.</summary>
    public (long From, long To)? Outside { get; private set; }

    public long ConnectionLines { get; set; }

    public long HealthCheckLines { get; set; }

    public long OtherBalancerLines { get; set; }

    public long EmptyLines { get; set; }

    public long UnreadableLines { get; set; }

    public long FoldedLines { get; set; }

    public long BalancerErrors { get; set; }

    public long TargetErrors { get; set; }

    public IEnumerable<KeyValuePair<(short Elb, short Target), long>> Statuses
    {
        get
        {
            Settle();
            return _statuses;
        }
    }

    /// <summary>Counts a request. Most have the status of the one before.</summary>
    public void Count(in LoggedRequest request)
    {
        Requests++;
        if (request.IsBalancerError)
            BalancerErrors++;
        else if (request.IsTargetError)
            TargetErrors++;

        var status = (request.ElbStatus, request.TargetStatus);
        if (status != _lastStatus)
        {
            Settle();
            _lastStatus = status;
        }

        _ofLastStatus++;
    }

    /// <summary>Counts a line that is of no interest for its time.</summary>
    public void CountOutside(long completedMicroseconds)
    {
        OutsidePeriod++;
        Extend(completedMicroseconds, completedMicroseconds);
    }

    public void Add(LogTally other)
    {
        if (other.Outside is { } outside)
            Extend(outside.From, outside.To);

        Lines += other.Lines;
        Requests += other.Requests;
        OutsidePeriod += other.OutsidePeriod;
        ConnectionLines += other.ConnectionLines;
        HealthCheckLines += other.HealthCheckLines;
        OtherBalancerLines += other.OtherBalancerLines;
        EmptyLines += other.EmptyLines;
        UnreadableLines += other.UnreadableLines;
        FoldedLines += other.FoldedLines;
        BalancerErrors += other.BalancerErrors;
        TargetErrors += other.TargetErrors;
        foreach (var (status, count) in other.Statuses)
            Add(status, count);
    }

    public void Clear()
    {
        Settle();
        _statuses.Clear();
        Outside = null;
        Lines = Requests = OutsidePeriod = ConnectionLines = HealthCheckLines = OtherBalancerLines = 0;
        EmptyLines = UnreadableLines = FoldedLines = BalancerErrors = TargetErrors = 0;
    }

    private void Extend(long from, long to) =>
        Outside = Outside is { } known ? (Math.Min(known.From, from), Math.Max(known.To, to)) : (from, to);

    private void Settle()
    {
        if (_ofLastStatus > 0)
            Add(_lastStatus, _ofLastStatus);

        _ofLastStatus = 0;
    }

    private void Add((short Elb, short Target) status, long count)
    {
        if (_statuses.Count < MaxStatuses || _statuses.ContainsKey(status))
            CollectionsMarshal.GetValueRefOrAddDefault(_statuses, status, out _) += count;
    }
}
