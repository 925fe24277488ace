namespace Weir.Reactor;

/// <summary>The one error for mixing loop coroutines with the thread pool's tasks, in either direction.</summary>
internal static class ForeignAwait
{
    public static InvalidOperationException Refused() =>
        new("a loop's coroutine can await, and be awaited by, coroutines and awaitables of its loop only");
}
