namespace Weir.Http.Tests;

/// <summary>The rule that the codecs allocate nothing in the steady state.</summary>
internal static class Allocations
{
    private const int Rounds = 1000;

    /// <summary>
    /// Runs <paramref name="round"/>, which says whether it came to its end, until a stretch of rounds allocated nothing.
    /// A collection that another thread's allocations start shifts this thread's count by part of its allocation window;
    /// what the codecs allocate themselves would show in every stretch.
    /// </summary>
    public static void AssertNone(Func<int, bool> round)
    {
        Assert.True(round(0));
        long least = long.MaxValue;
        for (int stretch = 0; stretch < 10 && least > 0; stretch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            int done = 0;
            for (int count = 0; count < Rounds; count++)
            {
                done += round(count) ? 1 : 0;
            }

            least = Math.Min(least, Math.Abs(GC.GetAllocatedBytesForCurrentThread() - before));
            Assert.Equal(Rounds, done);
        }

        Assert.Equal(0, least);
    }
}
