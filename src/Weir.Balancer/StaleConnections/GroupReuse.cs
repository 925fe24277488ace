using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// What one loop knows and counts of a target group's connections: what its targets say of when they close idle ones, what
/// all loops have seen of it, and how their reuse goes. It outlives snapshots. Written by its loop only; counts and times may be read by any thread, as those of
/// <see cref="LoopCounters"/>.
/// </summary>
public sealed class GroupReuse
{
    /// <summary>The upper bounds of the classes of idle ages at reuse, in milliseconds; one class more holds the rest.</summary>
    public static readonly long[] AgeBoundsMs = [10, 100, 1_000, 2_000, 3_000, 4_000, 5_000, 10_000, 20_000, 30_000, 60_000];

    private static readonly int _reasons = Enum.GetValues<FailureReason>().Length;
    private static readonly int _counts = Enum.GetValues<ReuseCount>().Length;

    private readonly GroupCloses _closes;
    private readonly List<AdvertisedTime> _targets = [];
    private readonly long[] _values = new long[_counts];
    private readonly long[] _ages = new long[AgeBoundsMs.Length + 1];
    private readonly long[] _failures = new long[_reasons];
    private long _hintMs = CloseTimes.Unknown;

    internal GroupReuse(GroupCloses closes) => _closes = closes;

    public long this[ReuseCount count] => Volatile.Read(ref _values[(int)count]);

    /// <summary>Failures of exchanges for which a target of the group was chosen.</summary>
    public long this[FailureReason reason] => Volatile.Read(ref _failures[(int)reason]);

    /// <summary>Reuses of connections that had been idle for as long as the class says.</summary>
    public long AgesIn(int ageClass) => Volatile.Read(ref _ages[ageClass]);

    /// <summary>What was learned.</summary>
    /// <param name="fromHints">Hints count.</param>
    public LearnedCloseTime Learned(bool fromHints) => Learned(fromHints, CloseTimes.Unknown);

    /// <summary>What was learned, as it holds for one connection.</summary>
    /// <param name="settings">Of the load balancer that uses it.</param>
    /// <param name="ownHintMs">
    /// What was said on the connection itself: behind one address there may be processes of different settings.
    /// </param>
    internal LearnedCloseTime Learned(StaleConnectionSettings settings, long ownHintMs) =>
        Learned(settings.LearnsFromHints, ownHintMs).InForce(settings.Mode);

    /// <summary>A target is registered: what it says counts for the whole group.</summary>
    internal void Add(AdvertisedTime target)
    {
        _targets.Add(target);
        Learn();
    }

    /// <summary>A target is gone, and with it what it said.</summary>
    internal void Remove(AdvertisedTime target)
    {
        _targets.Remove(target);
        Learn();
    }

    /// <summary>A target has said something new: the group goes by the least of all, for its targets run the same program.</summary>
    internal void Learn()
    {
        long hintMs = CloseTimes.Unknown;
        foreach (AdvertisedTime target in _targets)
        {
            hintMs = LearnedCloseTime.Least(hintMs, target.Ms);
        }

        Volatile.Write(ref _hintMs, hintMs);
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

    private LearnedCloseTime Learned(bool fromHints, long ownHintMs) => LearnedCloseTime.Of(
        fromHints ? LearnedCloseTime.Least(Volatile.Read(ref _hintMs), ownHintMs) : CloseTimes.Unknown, _closes.SeenMs);
}
