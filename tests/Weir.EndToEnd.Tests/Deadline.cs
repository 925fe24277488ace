using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Waits for what another process does: as short as it takes, and never for ever. It polls, since nothing of that process can
/// be awaited: what it has counted, written or said is seen only by looking. Every wait is for a condition with a name, which
/// a failure shows; none is for time to pass, but for the stretch over which a rate is measured.
/// </summary>
internal static class Deadline
{
    /// <summary>For what should take milliseconds, on a machine that is busy with something else.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _pollInterval = TimeSpan.FromMilliseconds(5);

    public static Task Until(Func<bool> condition, string what, TimeSpan? limit = null) =>
        Until(() => Task.FromResult(condition()), what, limit);

    public static Task Until(Func<Task<bool>> condition, string what, TimeSpan? limit = null) => Until(condition, () => what, limit);

    public static async Task Until(Func<Task<bool>> condition, Func<string> what, TimeSpan? limit = null)
    {
        var elapsed = Stopwatch.StartNew();
        while (!await condition())
        {
            if (elapsed.Elapsed > (limit ?? Default))
            {
                Assert.Fail($"not within {limit ?? Default}: {what()}");
            }

            await Task.Delay(_pollInterval);
        }
    }

    /// <summary>A token that ends what waits for a peer which says nothing.</summary>
    public static CancellationToken Token(TimeSpan? limit = null) => new CancellationTokenSource(limit ?? Default).Token;
}
