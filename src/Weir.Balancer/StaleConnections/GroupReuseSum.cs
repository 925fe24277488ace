namespace Weir.Balancer;

/// <summary>The reuse of a target group's connections on all loops of a node, at one moment.</summary>
public sealed class GroupReuseSum
{
    private readonly GroupReuse[] _loops;

    internal GroupReuseSum(IEnumerable<GroupReuse> loops) => _loops = [.. loops];

    public long this[ReuseCount count] => count == ReuseCount.LongestIdleMsAtReuse
        ? _loops.Select(loop => loop[count]).DefaultIfEmpty(0).Max()
        : _loops.Sum(loop => loop[count]);

    public long this[FailureReason reason] => _loops.Sum(loop => loop[reason]);

    /// <summary>Reuses in a class of <see cref="GroupReuse.AgeBoundsMs"/>, or in the one behind the last.</summary>
    public long AgesIn(int ageClass) => _loops.Sum(loop => loop.AgesIn(ageClass));

    /// <summary>The least that is known: hints by loop, closes of all loops together.</summary>
    public LearnedCloseTime Learned(bool fromHints)
    {
        LearnedCloseTime least = LearnedCloseTime.Nothing;
        foreach (GroupReuse loop in _loops)
        {
            LearnedCloseTime learned = loop.Learned(fromHints);
            least = LearnedCloseTime.Of(
                LearnedCloseTime.Least(least.HintMs, learned.HintMs), LearnedCloseTime.Least(least.SeenMs, learned.SeenMs));
        }

        return least;
    }
}
