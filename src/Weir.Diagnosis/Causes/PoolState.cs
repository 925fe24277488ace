using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Causes;

/// <summary>One node's requests to one target: where connections are kept and used again. Owned by the book of requests.</summary>
internal sealed class PoolState(int node, int target, LagMemory memory, uint windowTicks)
{
    public int Node => node;

    public int Target => target;

    public CompletionQueue Answers { get; } = new(memory, windowTicks);

    /// <summary>Errors without a connection by how long they took, ms; the last place is for all longer ones. Null where there were none.</summary>
    public int[]? NotConnected { get; private set; }

    /// <summary>Answered requests by how long it took until they were sent, in the same way.</summary>
    public int[]? SentAfter { get; private set; }

    /// <summary>The shortest time in which the target answered this node. Null where it never did.</summary>
    public int? FastestMilliseconds { get; private set; }

    public void FailedToConnect(int milliseconds) => Count(NotConnected ??= new int[ConnectTimes.Places], milliseconds);

    /// <param name="sentMilliseconds">From the request's arrival until it was sent.</param>
    /// <param name="answeredMilliseconds">From then until the answer began.</param>
    public void Answered(int sentMilliseconds, int answeredMilliseconds)
    {
        Count(SentAfter ??= new int[ConnectTimes.Places], sentMilliseconds);
        FastestMilliseconds = Math.Min(FastestMilliseconds ?? int.MaxValue, answeredMilliseconds);
    }

    private static void Count(int[] places, int milliseconds) => places[Math.Clamp(milliseconds, 0, places.Length - 1)]++;
}
