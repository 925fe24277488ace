using Weir.Reactor;

namespace Weir.Diagnosis.Tests;

/// <summary>A pool and nothing else: arrivals at random, the newest connection first, each busy for the same time.</summary>
internal static class StackOfConnections
{
    public static int Races(in RaceConditions conditions, int requests)
    {
        var random = new LoopRandom(1);
        var ends = new Queue<double>();
        var idleSince = new Stack<double>();
        double closes = conditions.ClosesFrom.TotalSeconds;
        double now = 0;
        int races = 0;
        for (int i = 0; i < requests; i++)
        {
            now -= Math.Log(1 - random.NextDouble()) / conditions.RequestsPerSecond;
            while (ends.TryPeek(out double end) && end <= now)
            {
                idleSince.Push(ends.Dequeue());
            }

            if (idleSince.TryPop(out double since) && now - since > closes - conditions.Window.TotalSeconds)
            {
                // This one and all beneath it are closed, or about to be.
                idleSince.Clear();
                if (now - since < closes)
                {
                    races++;
                    continue;
                }
            }

            ends.Enqueue(now + conditions.ServiceTime.TotalSeconds);
        }

        return races;
    }
}
