using System.Diagnostics;

namespace Weir.Diagnosis;

/// <summary>Waits on the calling thread to within microseconds, where the scheduler lets it.</summary>
internal static class PreciseWait
{
    // A sleep may end late by about so much; what is left is spun.
    private static readonly long _spunTicks = Stopwatch.Frequency / 1000;

    public static void Until(long timestamp)
    {
        for (long left; (left = timestamp - Stopwatch.GetTimestamp()) > 0;)
        {
            if (left > 2 * _spunTicks)
            {
                Thread.Sleep((int)((left - _spunTicks) * 1000 / Stopwatch.Frequency));
            }
            else
            {
                Thread.Yield();
            }
        }
    }
}
