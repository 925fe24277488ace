using Weir.Model;

namespace Weir.Balancer;

/// <summary>
/// What is known of when a target group's targets close idle connections, in milliseconds, and what follows from it. -1:
/// nothing is known.
/// </summary>
/// <param name="HintMs">The least that a target's <c>Keep-Alive: timeout=</c> says.</param>
/// <param name="SeenMs">The least idle time after which a target was seen to close.</param>
/// <param name="LimitMs">A connection that has been idle for longer is not reused in the mode <c>protect</c>.</param>
public readonly record struct LearnedCloseTime(long HintMs, long SeenMs, long LimitMs)
{
    // A request must reach the target before its timer ends: the margin covers the round trip, jitter and a target that is
    // a little early. Of a short close time it is a quarter, so that connections are reused at all.
    private const long MarginMs = 1_000;
    private const long MarginDivisor = 4;

    public static LearnedCloseTime Nothing { get; } = new(CloseTimes.Unknown, CloseTimes.Unknown, CloseTimes.Unknown);

    /// <summary>What follows from a hint and from closes seen, either of which may be unknown.</summary>
    internal static LearnedCloseTime Of(long hintMs, long seenMs) => new(hintMs, seenMs, Least(LimitOf(hintMs), LimitOf(seenMs)));

    /// <summary>In the mode <c>observe</c> nothing is withheld, so there is no limit.</summary>
    public LearnedCloseTime InForce(StaleConnectionMode mode) =>
        mode == StaleConnectionMode.Observe ? this with { LimitMs = CloseTimes.Unknown } : this;

    /// <summary>The smaller of two times, where one is known.</summary>
    internal static long Least(long first, long second) =>
        first < 0 ? second : second < 0 ? first : Math.Min(first, second);

    private static long LimitOf(long closeMs) =>
        closeMs < 0 ? CloseTimes.Unknown : closeMs - Math.Min(MarginMs, closeMs / MarginDivisor);
}
