namespace Weir.Balancer;

/// <summary>
/// What one loop knows and counts of a target group's connections: when its targets close idle ones, and how their reuse
/// goes. It outlives snapshots. Written by its loop only; counts and times may be read by any thread, as those of
/// <see cref="LoopCounters"/>.
/// </summary>
public sealed class GroupReuse
{
    /// <summary>The upper bounds of the classes of idle ages at reuse, in milliseconds; one class more holds the rest.</summary>
    public static readonly long[] AgeBoundsMs = [10, 100, 1_000, 2_000, 3_000, 4_000, 5_000, 10_000, 20_000, 30_000, 60_000];

    private static readonly int _reasons = Enum.GetValues<FailureReason>().Length;
    private static readonly int _counts = Enum.GetValues<ReuseCount>().Length;

    private readonly List<CloseTimes> _targets = [];
    private readonly long[] _values = new long[_counts];
    private readonly long[] _ages = new long[AgeBoundsMs.Length + 1];
    private readonly long[] _failures = new long[_reasons];
    private long _hintMs = CloseTimes.Unknown;
    private long _seenMs = CloseTimes.Unknown;

    public long this[ReuseCount count] => Volatile.Read(ref _values[(int)count]);

    /// <summary>Failures of exchanges for which a target of the group was chosen.</summary>
    public long this[FailureReason reason] => Volatile.Read(ref _failures[(int)reason]);

    /// <summary>Reuses of connections that had been idle for as long as the class says.</summary>
    public long AgesIn(int ageClass) => Volatile.Read(ref _ages[ageClass]);

    /// <summary>What was learned.</summary>
    /// <param name="fromHints">Hints count.</param>
    public LearnedCloseTime Learned(bool fromHints) =>
        LearnedCloseTime.Of(fromHints ? Volatile.Read(ref _hintMs) : CloseTimes.Unknown, Volatile.Read(ref _seenMs));

    /// <summary>A target is registered: what it shows counts for the whole group.</summary>
    internal void Add(CloseTimes target)
    {
        _targets.Add(target);
        Learn();
    }

    /// <summary>A target is gone, and with it what was learned of it.</summary>
    internal void Remove(CloseTimes target)
    {
        _targets.Remove(target);
        Learn();
    }

    /// <summary>A target has shown something new: the group goes by the least of all, for its targets run the same program.</summary>
    internal void Learn()
    {
        long hintMs = CloseTimes.Unknown;
        long seenMs = CloseTimes.Unknown;
        foreach (CloseTimes target in _targets)
        {
            hintMs = LearnedCloseTime.Least(hintMs, target.HintMs);
            seenMs = LearnedCloseTime.Least(seenMs, target.SeenMs);
        }

        Volatile.Write(ref _hintMs, hintMs);
        Volatile.Write(ref _seenMs, seenMs);
    }

    internal void Add(ReuseCount count) => _values[(int)count]++;

    internal void Add(FailureReason reason) => _failures[(int)reason]++;

    internal void AddReuse(long idleMs)
    {
        Add(ReuseCount.Reused);
        int ageClass = 0;
        while (ageClass < AgeBoundsMs.Length && idleMs > AgeBoundsMs[ageClass])
        {
            ageClass++;
        }

        _ages[ageClass]++;
        _values[(int)ReuseCount.IdleMsAtReuse] += idleMs;
        _values[(int)ReuseCount.LongestIdleMsAtReuse] = Math.Max(_values[(int)ReuseCount.LongestIdleMsAtReuse], idleMs);
    }
}
