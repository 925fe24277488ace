namespace Weir.Reactor;

/// <summary>
/// The error for awaiting a loop's coroutine from a Task method. (The other direction does not compile.)
/// </summary>
internal static class ForeignAwait
{
    public static InvalidOperationException Refused() =>
        new("a loop's coroutines and awaitables can be awaited by coroutines of that loop only");
}
