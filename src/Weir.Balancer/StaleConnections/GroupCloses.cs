using System.Collections.Concurrent;

namespace Weir.Balancer;

/// <summary>
/// When the targets of a group close idle connections, as all loops of a node have seen it. Owned by the
/// <see cref="ReuseBook"/>; changed by the node's first loop only, read by all.
/// </summary>
internal sealed class GroupCloses
{
    private readonly ConcurrentDictionary<string, TargetCloses> _targets = new(StringComparer.Ordinal);
    private long _seenMs = CloseTimes.Unknown;

    /// <summary>The least of all targets: they run the same program. One word, so that a loop that chooses a connection reads no more.</summary>
    public long SeenMs => Volatile.Read(ref _seenMs);

    public TargetCloses Of(string target) => _targets.GetOrAdd(target, static (_, group) => new TargetCloses(group), this);

    /// <summary>Other targets are gone, and with them what they showed.</summary>
    public void Keep(HashSet<string> targets)
    {
        foreach (string target in _targets.Keys.Where(target => !targets.Contains(target)))
        {
            _targets.TryRemove(target, out _);
        }

        Learn();
    }

    /// <summary>A target has shown something new.</summary>
    public void Learn()
    {
        long seenMs = CloseTimes.Unknown;
        foreach ((_, TargetCloses target) in _targets)
        {
            seenMs = LearnedCloseTime.Least(seenMs, target.SeenMs);
        }

        Volatile.Write(ref _seenMs, seenMs);
    }
}
