using Weir.Diagnosis.Logs;

namespace Weir.Diagnosis.Health;

/// <summary>
/// What health-check logs say of each target: whether it was healthy otherwise, and whether checks failed when requests
/// did. Takes checks in any order while logs are read, is asked afterwards. Bounded; owned by a <see cref="Diagnosis"/>.
/// </summary>
internal sealed class HealthCheckBook
{
    // Failed checks whose times are kept, 8 bytes each: a day of ten thousand targets that fail every 30 s for an hour.
    private const int MaxFailures = 1_000_000;

    // Checks come every 30 s as a rule, and 300 s apart at the most; a minute has the one before and the one after.
    private const long NearMicroseconds = 60_000_000;

    private readonly Dictionary<int, TargetChecks> _targets = [];
    private readonly Dictionary<int, List<long>> _failures = [];
    private int _failureCount;
    private bool _isSorted = true;

    public void Accept(in LoggedHealthCheck check)
    {
        if (!_targets.TryGetValue(check.Target, out TargetChecks? checks))
        {
            _targets.Add(check.Target, checks = new TargetChecks());
        }

        checks.Add(check);
        if (!check.IsPassed && _failureCount < MaxFailures)
        {
            if (!_failures.TryGetValue(check.Target, out List<long>? times))
            {
                _failures.Add(check.Target, times = []);
            }

            times.Add(check.TimeMicroseconds);
            _failureCount++;
            _isSorted = false;
        }
    }

    /// <summary>The checks of these targets together.</summary>
    public TargetChecks Of(IEnumerable<int> targets)
    {
        var sum = new TargetChecks();
        foreach (int target in targets)
        {
            if (_targets.TryGetValue(target, out TargetChecks? checks))
            {
                sum.Add(checks);
            }
        }

        return sum;
    }

    /// <summary>Whether a check of this target failed within a minute of this time.</summary>
    public bool HasFailureNear(int target, long microseconds)
    {
        if (!_isSorted)
        {
            _isSorted = true;
            foreach (List<long> unsorted in _failures.Values)
            {
                unsorted.Sort();
            }
        }

        if (!_failures.TryGetValue(target, out List<long>? times))
        {
            return false;
        }

        int place = times.BinarySearch(microseconds - NearMicroseconds);
        place = place < 0 ? ~place : place;
        return place < times.Count && times[place] <= microseconds + NearMicroseconds;
    }
}
