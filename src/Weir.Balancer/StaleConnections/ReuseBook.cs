using System.Collections.Concurrent;
using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// How the connections of each target group are reused, over all loops of a node, and what was learned of their closes; and
/// which of its events have been told to the operator. Safe to read from any thread.
/// </summary>
public sealed class ReuseBook
{
    private readonly ConcurrentDictionary<(string Group, int Loop), GroupReuse> _groups = new();
    private readonly ConcurrentDictionary<string, GroupCloses> _closes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Group, ReuseCount Event), bool> _reported = new();

    /// <summary>A group's record of all loops together.</summary>
    public GroupReuseSum Of(string groupArn) =>
        new(_groups.Where(pair => pair.Key.Group == groupArn).Select(static pair => pair.Value));

    internal GroupReuse On(int loop, string groupArn) => _groups.GetOrAdd(
        (groupArn, loop), static (key, book) => new GroupReuse(book.ClosesOf(key.Group)), this);

    internal GroupCloses ClosesOf(string groupArn) => _closes.GetOrAdd(groupArn, static _ => new GroupCloses());

    /// <summary>True for the first event of its kind in a group.</summary>
    internal bool IsFirst(string groupArn, ReuseCount happened) => _reported.TryAdd((groupArn, happened), true);

    /// <summary>Forgets the groups and the targets that a snapshot does not hold. On the node's first loop, before any has applied it.</summary>
    internal void Apply(BalancerSnapshot snapshot)
    {
        var kept = snapshot.TargetGroups.Select(static group => group.Arn).ToHashSet(StringComparer.Ordinal);
        foreach ((string Group, int Loop) key in _groups.Keys.Where(key => !kept.Contains(key.Group)))
        {
            _groups.TryRemove(key, out _);
        }

        foreach (string group in _closes.Keys.Where(group => !kept.Contains(group)))
        {
            _closes.TryRemove(group, out _);
        }

        foreach (TargetGroupSnapshot group in snapshot.TargetGroups)
        {
            ClosesOf(group.Arn).Keep(group.Targets.Select(static target => target.Key).ToHashSet(StringComparer.Ordinal));
        }

        foreach ((string Group, ReuseCount Event) key in _reported.Keys.Where(key => !kept.Contains(key.Group)))
        {
            _reported.TryRemove(key, out _);
        }
    }
}
