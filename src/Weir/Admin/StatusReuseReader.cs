using Weir.Balancer;
using Weir.Model;

namespace Weir.Admin;

/// <summary>Draws up how the connections to a target group are reused.</summary>
internal static class StatusReuseReader
{
    public static StatusReuse Read(NodeStatus node, TargetGroupSnapshot group)
    {
        GroupReuseSum reuse = node.ReuseOf(group);
        StaleConnectionSettings? settings = node.StaleConnectionsOf(group);
        StaleConnectionMode mode = settings?.Mode ?? StaleConnectionMode.Protect;
        LearnedCloseTime learned = reuse.Learned(settings?.LearnsFromHints ?? true).InForce(mode);
        long sent = reuse[ReuseCount.Opened] + reuse[ReuseCount.Reused];
        bool reused = reuse[ReuseCount.Reused] > 0;
        return new StatusReuse
        {
            Mode = mode == StaleConnectionMode.Protect ? "protect" : "observe",
            AdvertisedSeconds = Seconds(reuse.Learned(fromHints: true).HintMs),
            SeenSeconds = Seconds(learned.SeenMs),
            LimitSeconds = Seconds(learned.LimitMs),
            Opened = reuse[ReuseCount.Opened],
            Reused = reuse[ReuseCount.Reused],
            ReuseRatio = sent == 0 ? null : (double)reuse[ReuseCount.Reused] / sent,
            MedianIdleSeconds = reused ? Seconds(MedianIdleMs(reuse)) : null,
            LongestIdleSeconds = reused ? Seconds(reuse[ReuseCount.LongestIdleMsAtReuse]) : null,
            Retried = reuse[ReuseCount.Retried],
            Withheld = reuse[ReuseCount.Withheld],
            NearMisses = reuse[ReuseCount.NearMisses],
            Replaced = reuse[ReuseCount.Replaced],
            BadGateways = FailureTable.Rows
                .Where(row => row.StatusCode == 502 && reuse[row.Reason] > 0)
                .ToDictionary(static row => row.Name, row => reuse[row.Reason]),
        };
    }

    private static long MedianIdleMs(GroupReuseSum reuse)
    {
        long half = (reuse[ReuseCount.Reused] + 1) / 2;
        long below = 0;
        for (int ageClass = 0; ageClass < GroupReuse.AgeBoundsMs.Length; ageClass++)
        {
            below += reuse.AgesIn(ageClass);
            if (below >= half)
            {
                return Math.Min(GroupReuse.AgeBoundsMs[ageClass], reuse[ReuseCount.LongestIdleMsAtReuse]);
            }
        }

        return reuse[ReuseCount.LongestIdleMsAtReuse];
    }

    private static double? Seconds(long milliseconds) => milliseconds < 0 ? null : milliseconds / 1000.0;
}
