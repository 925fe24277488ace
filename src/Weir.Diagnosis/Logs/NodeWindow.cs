using System.Numerics;

namespace Weir.Diagnosis.Logs;

/// <summary>The requests of one node that wait for earlier ones, by stretches of time. Used on one thread.</summary>
internal sealed class NodeWindow
{
    /// <summary>A stretch is 2^23 µs, 8.4 s.</summary>
    private const int BucketShift = 23;

    private static readonly int _windowBuckets =
        (int)((LogPipelineLimits.ReorderWindow.Ticks / TimeSpan.TicksPerMicrosecond) >> BucketShift) + 1;

    private static readonly int _slots = (int)BitOperations.RoundUpToPowerOf2((uint)_windowBuckets + 1);

    private readonly TimeBucket?[] _buckets = new TimeBucket?[_slots];
    private bool _hasBegun;
    private long _oldest;
    private long _newest;

    public int Count { get; private set; }

    /// <summary>Whatever was added last of all nodes' has the highest.</summary>
    public long LastAdded { get; set; }

    /// <summary>
    /// Makes room for the stretch that a time lies in: what is a window before it is given out. False if that stretch itself
    /// has been.
    /// </summary>
    public bool TryReach(long microseconds, ReorderWindow owner)
    {
        long bucket = microseconds >> BucketShift;
        if (!_hasBegun)
        {
            _hasBegun = true;
            _newest = bucket;
            _oldest = bucket - _windowBuckets;
        }

        if (bucket > _newest)
        {
            GiveOutBefore(bucket - _windowBuckets, owner);
            _newest = bucket;
        }

        return bucket >= _oldest;
    }

    /// <summary>The stretch of a time that was reached.</summary>
    public ref TimeBucket? BucketOf(long microseconds)
    {
        Count++;
        return ref Slot(microseconds >> BucketShift);
    }

    /// <summary>Gives out the earliest stretch that has requests.</summary>
    public void GiveOutEarliest(ReorderWindow owner)
    {
        for (int before = Count; Count == before && before > 0;)
            GiveOutBefore(_oldest + 1, owner);
    }

    public void GiveOutAll(ReorderWindow owner)
    {
        if (Count > 0)
            GiveOutBefore(_newest + 1, owner);
    }

    private void GiveOutBefore(long end, ReorderWindow owner)
    {
        // Past the newest there is nothing: a leap of a year takes no longer than one of ten minutes.
        for (long bucket = _oldest; bucket < Math.Min(end, _newest + 1) && Count > 0; bucket++)
        {
            ref var slot = ref Slot(bucket);
            if (slot is null)
                continue;

            Count -= slot.Count;
            owner.GiveOut(slot);
            slot = null;
        }

        _oldest = Math.Max(_oldest, end);
    }

    private ref TimeBucket? Slot(long bucket) => ref _buckets[bucket & (_slots - 1)];
}
