namespace Weir.Diagnosis;

/// <summary>
/// The order in which a balancer that chooses targets by round robin comes back to them. Pure.
/// </summary>
internal static class TargetRotation
{
    /// <summary>
    /// Since when each target's connection has been idle, in the order in which the next requests will go to the targets: a round
    /// has just ended, and the next begins where it began.
    /// </summary>
    /// <param name="ports">For each request of the round, in the order of sending, the number of its target; -1 if that is not known.</param>
    /// <param name="parked">Since when its connection has been idle.</param>
    /// <param name="targets">How many there are.</param>
    public static long[] InItsOrder(IReadOnlyList<int> ports, IReadOnlyList<long> parked, int targets)
    {
        var since = new Dictionary<int, long>();
        for (int i = 0; i < ports.Count; i++)
        {
            if (ports[i] >= 0)
            {
                since[ports[i]] = Math.Max(parked[i], since.GetValueOrDefault(ports[i]));
            }
        }

        // Where nothing is known of a target, nothing meets its close by planning, and the others are not to wait for it.
        long latest = parked.Max();
        int first = ports.FirstOrDefault(static port => port >= 0);
        return [.. Enumerable.Range(0, parked.Count).Select(i => since.GetValueOrDefault((first + i) % targets, latest))];
    }
}
