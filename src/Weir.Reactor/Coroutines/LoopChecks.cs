#if DEBUG || LOOP_CHECKS
namespace Weir.Reactor;

/// <summary>What debug builds (and the measuring build of the coroutine laboratory) watch at every resume.</summary>
public static class LoopChecks
{
    private static long _offThreadResumes;

    /// <summary>Resumes seen on a thread other than the one the coroutine was started on. Must stay 0.</summary>
    public static long OffThreadResumes => Interlocked.Read(ref _offThreadResumes);

    internal static void Resumed(int threadId)
    {
        if (threadId != Environment.CurrentManagedThreadId)
        {
            Interlocked.Increment(ref _offThreadResumes);
            System.Diagnostics.Debug.Fail("a coroutine was resumed off its loop's thread");
        }
    }
}
#endif
