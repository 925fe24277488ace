using System.Globalization;

namespace Weir.Balancer;

/// <summary>
/// Counts what the mode <c>protect</c> did about closing connections, and tells the operator the first of each kind in each
/// target group.
/// </summary>
internal static class StaleConnectionEvents
{
    /// <summary>The request met a close, went out again on a new connection, and has its answer.</summary>
    public static void Retried(BalancerLoop owner, Exchange exchange)
    {
        Failure first = exchange.FirstAttempt;
        Count(owner, exchange.Target!, Counter.RequestsRetried, ReuseCount.Retried);
        if (owner.Shared.Reuse.IsFirst(exchange.Group!.Snapshot.Arn, ReuseCount.Retried))
        {
            owner.Shared.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"target group {exchange.Group.Snapshot.Name}: a request met the close of a connection to {exchange.Attempts.FirstTarget!.Snapshot.Key} that had been idle for {Seconds(first.IdleMs)} s, and was answered on a new one; behind ALB this would have been a 502"));
        }
    }

    /// <summary>The connection was found dead before a byte of the request was on it.</summary>
    public static void Replaced(BalancerLoop owner, Exchange exchange) =>
        Count(owner, exchange.Target!, Counter.TargetConnectionsReplaced, ReuseCount.Replaced);

    /// <summary>A request was kept off an idle connection for its age.</summary>
    public static void Withheld(BalancerLoop owner, LoopTarget target) =>
        Count(owner, target, Counter.ReusesWithheld, ReuseCount.Withheld);

    /// <summary>A connection that was declined would have raced: the target closed it <paramref name="sinceMicros"/> later.</summary>
    public static void NearMiss(BalancerLoop owner, LoopTarget target, DeclinedReuse declined, in Failure facts, long sinceMicros)
    {
        owner.Explain?.NearMiss(target, declined, facts, sinceMicros, owner.Loop.UnixMicros);
        Count(owner, target, Counter.NearMisses, ReuseCount.NearMisses);
        if (owner.Shared.Reuse.IsFirst(declined.Group.Snapshot.Arn, ReuseCount.NearMisses))
        {
            owner.Shared.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"target group {declined.Group.Snapshot.Name}: a request was kept off a connection to {target.Snapshot.Key} that had been idle for {Seconds(declined.IdleMs)} s, and the target closed it {sinceMicros / 1000.0:0.0} ms later; {(target.IsHttp2 ? "where what a target refuses is not sent again" : "behind ALB")} this would have been a 502"));
        }
    }

    private static void Count(BalancerLoop owner, LoopTarget target, Counter counter, ReuseCount count)
    {
        owner.Counters.Add(counter);
        target.Reuse.Add(count);
    }

    private static string Seconds(long milliseconds) =>
        (milliseconds / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
}
