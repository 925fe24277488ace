using Weir.Balancer;
using Weir.Http.Http2;

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

        CheckHttp2(world, exchanges, node);
        long calls = world.Oracle.Records.Count(record => record is { IsGrpc: true, Ends: 1 });
        long arrived = world.Oracle.Records.Count(record => record is { IsGrpc: true, Arrivals: > 0 });
        Expect(world, "calls by gRPC", arrived, Sum(node, Counter.GrpcRequests), atLeast: true);
        Expect(world, "calls by gRPC", calls, Sum(node, Counter.GrpcRequests), atMost: true);

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

    // Clients keep to the rules, but for malformed requests and windows that they leave shut; targets break them as their plans say.
    private static void CheckHttp2(BalancerWorld world, FailureOracle exchanges, BalancerNode node)
    {
        Expect(world, "streams", world.Oracle.Records.Sum(record => record.IsHttp2 ? record.Ends : 0) + exchanges.UnreadableHttp2Count, Sum(node, Counter.Http2Streams));
        Expect(world, "streams that clients reset", world.Resets, Sum(node, Counter.Http2StreamsReset), atMost: true);
        foreach (Http2Fault fault in Enum.GetValues<Http2Fault>())
        {
            long ofClients = fault switch
            {
                Http2Fault.MalformedMessage => world.Oracle.Records.Count(record => record.Flaw != RequestFlaw.None),
                Http2Fault.WindowStall => long.MaxValue,
                _ => 0,
            };
            Expect(world, $"{fault} of clients", ofClients, node.Counters.Sum(loop => loop[fault]), atMost: true);
            long ofTargets = fault switch
            {
                Http2Fault.MalformedMessage => world.MalformedAnswers,
                Http2Fault.NoStream => world.FaultyConnections.Count,
                _ => 0,
            };
            Expect(world, $"{fault} of targets", ofTargets, node.Counters.Sum(loop => loop.OfTargets(fault)), atMost: true);
        }
    }

    private static long Sum(BalancerNode node, Counter counter) => node.Counters.Sum(loop => loop[counter]);

    private static void Expect(BalancerWorld world, string what, long expected, long actual, bool atLeast = false, bool atMost = false)
    {
        if (atLeast ? actual < expected : atMost ? actual > expected : actual != expected)
        {
            world.Oracle.Violated($"{what}: {actual}, and it should be {expected}");
        }
    }
}
