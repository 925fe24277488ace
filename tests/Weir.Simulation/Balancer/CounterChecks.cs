using Weir.Balancer;

namespace Weir.Simulation.Balancer;

/// <summary>After the run: do the counters add up to what has happened, and is nothing left?</summary>
internal static class CounterChecks
{
    private static readonly Counter[] _zeroAtTheEnd =
    [
        Counter.RequestsInFlight, Counter.ClientConnectionsOpen, Counter.TargetConnectionsIdle, Counter.ConnectionsCutByBugs,
    ];

    public static void Run(BalancerWorld world, FailureOracle exchanges, BalancerNode node, long logLines)
    {
        foreach (Counter counter in _zeroAtTheEnd)
        {
            Expect(world, counter.ToString(), 0, Sum(node, counter));
        }

        Expect(world, "requests", exchanges.Ended, Sum(node, Counter.Requests));
        Expect(world, "lines", exchanges.Ended, logLines);
        long elb = 0;
        for (int i = 1; i < exchanges.Reasons.Length; i++)
        {
            var reason = (FailureReason)i;
            Expect(world, reason.ToString(), exchanges.Reasons[i], node.Counters.Sum(loop => loop[reason]));
        }

        foreach (RequestRecord record in world.Oracle.Records)
        {
            elb += record is { Ends: 1, HeadSent: false, Reason: not FailureReason.None }
                && FailureTable.Of(record.Reason).StatusCode != 0 ? 1 : 0;
        }

        long calls = world.Oracle.Records.Count(record => record is { IsGrpc: true, Ends: 1 });
        long arrived = world.Oracle.Records.Count(record => record is { IsGrpc: true, Arrivals: > 0 });
        Expect(world, "calls by gRPC", arrived, Sum(node, Counter.GrpcRequests), atLeast: true);
        Expect(world, "calls by gRPC, at most", -calls, -Sum(node, Counter.GrpcRequests), atLeast: true);

        // Those without a record are the heads that never came whole: pages, all of them.
        elb += exchanges.UnreadableCount;
        Expect(world, "4xx and 5xx of ours", elb, Sum(node, Counter.ElbCode4xx) + Sum(node, Counter.ElbCode5xx));
        Expect(
            world,
            "connections to targets",
            exchanges.NewConnections + exchanges.ReusedConnections,
            Sum(node, Counter.TargetConnectionsOpened) + Sum(node, Counter.TargetConnectionsReused),
            atLeast: true);
    }

    private static long Sum(BalancerNode node, Counter counter) => node.Counters.Sum(loop => loop[counter]);

    private static void Expect(BalancerWorld world, string what, long expected, long actual, bool atLeast = false)
    {
        if (atLeast ? actual < expected : actual != expected)
        {
            world.Oracle.Violated($"{what}: {actual}, and it should be {expected}");
        }
    }
}
