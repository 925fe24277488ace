using System.Net;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// The race as it happens in the field: a real server, the real balancer, and between them nothing but a network with
/// latency. Long, and only where network namespaces and netem are to be had.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class NamespaceTests
{
    private const int OneWayMs = 5;
    private const int Connections = 64;
    private const int NeededRaces = 5;
    private const int MaxBursts = 8;
    private const string SeenClose = "weir_target_group_close_seconds{target_group=\"weir\",source=\"seen\"}";

    // Before and behind the moment; with more, the first answers are back in time for their connections to be taken again.
    private static readonly TimeSpan _slack = TimeSpan.FromMilliseconds(3);

    private static readonly string[] _ends = ["fin", "fin_then_rst", "rst"];

    [Fact(Explicit = true)]
    public async Task Node_BehindANetworkWithLatency_RacesAndIsProtected()
    {
        await using NamespacePair network = await NamespacePair.MakeOrSkip(OneWayMs);
        using NodeTarget node = await NodeTarget.StartAsync(network.TargetAddress, network.AtTarget);

        (TimeSpan[] ages, int bursts) = await Race(network, node);
        await Protect(network, node, ages, bursts);
    }

    private static async Task<(TimeSpan[] Ages, int Bursts)> Race(NamespacePair network, NodeTarget node)
    {
        using var folder = new TempFolder();
        await using WeirProcess weir = await Start(network, node, "observe", "--explain", folder.PathOf("explain.log"));
        IPEndPoint listener = ListenerOf(weir, network);
        TimeSpan[] ages = AgesAround(await MeasureClose(weir, listener));
        int races = 0;
        int bursts = 0;
        while (races < NeededRaces && bursts < MaxBursts)
        {
            RawResponse[] answers = await IdleBurst.Run(listener, ages);
            Assert.All(answers, static answer => Assert.True(answer.StatusCode is 200 or 502, answer.Head));
            races += answers.Count(static answer => answer.StatusCode == 502);
            bursts++;
        }

        Assert.True(races >= NeededRaces, $"{races} races in {bursts} bursts of {Connections}, from {ages[0]} to {ages[^1]}");
        LogLine[] lines = await weir.StopAndReadLog();
        LogLine[] failed = [.. lines.Where(static line => line.ElbStatus != "200")];
        Assert.Equal(races, failed.Length);
        AssertRaces(failed, node, ExplainLine.ReadAll(folder.PathOf("explain.log")));
        await AssertHandled(node, lines.Except(failed));
        return (ages, bursts);
    }

    private static async Task Protect(NamespacePair network, NodeTarget node, TimeSpan[] ages, int bursts)
    {
        await using WeirProcess weir = await Start(network, node, "protect");
        for (int i = 0; i < bursts; i++)
        {
            RawResponse[] answers = await IdleBurst.Run(ListenerOf(weir, network), ages);
            Assert.All(answers, static answer => Assert.Equal(200, answer.StatusCode));
        }

        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(0, metrics["weir_elb_5xx_total"]);
        Assert.True(metrics["weir_reuses_withheld_total"] + metrics["weir_requests_retried_total"] > 0);
        LogLine[] lines = await weir.StopAndReadLog();
        Assert.Equal(2 * Connections * bursts, lines.Length);
        await AssertHandled(node, lines);
    }

    private static async Task<WeirProcess> Start(NamespacePair network, NodeTarget node, string mode, params string[] options)
    {
        WeirProcess weir = await WeirProcess.StartAsync(
            new WeirStart { Wrapper = network.AtBalancer },
            [
                "--listen", $"{network.BalancerAddress}:0", "--admin", $"{network.BalancerAddress}:0",
                "--target", node.Url, "--attribute", $"weir.stale_connection.mode={mode}", .. options,
            ]);
        return await weir.WhenHealthy();
    }

    private static IPEndPoint ListenerOf(WeirProcess weir, NamespacePair network) =>
        new(IPAddress.Parse(network.BalancerAddress), weir.Port);

    // Weir believes two closes that agree.
    private static async Task<TimeSpan> MeasureClose(WeirProcess weir, IPEndPoint listener)
    {
        for (int closes = 1; closes <= 2; closes++)
        {
            using RawClient client = await RawClient.ConnectAsync(listener);
            await client.Send(RawClient.Get());
            Assert.Equal(200, (await client.ReadResponse()).StatusCode);
            await weir.WaitForMetric("weir_target_connections_closed_by_target_idle_total", closes);
        }

        return TimeSpan.FromSeconds((await weir.ReadMetrics()).Exact(SeenClose));
    }

    // What is sent between a round trip before the close, as the balancer sees it, and the close meets it.
    private static TimeSpan[] AgesAround(TimeSpan close)
    {
        TimeSpan first = close - TimeSpan.FromMilliseconds(2 * OneWayMs) - _slack;
        TimeSpan step = (close + _slack - first) / (Connections - 1);
        return [.. Enumerable.Range(0, Connections).Select(index => first + (step * index))];
    }

    private static void AssertRaces(LogLine[] failed, NodeTarget node, ExplainLine[] explained)
    {
        Assert.All(failed, line =>
        {
            Assert.Matches($@" {node.Key} \d\.\d{{3}} \d\.\d{{3}} -1 502 - \d+ \d+ ""GET ", line.Text);
            Assert.False(node.Handled(TraceIdOf(line)), line.Text);
            ExplainLine why = Assert.Single(explained, why => why.Text("trace_id") == TraceIdOf(line));
            Assert.Equal(("failure", "target_closed", true), (why.Text("kind"), why.Text("reason"), why.Truth("reused")));
            Assert.Contains(why.Text("end"), _ends);
            Assert.Equal(0, why.Number("response_bytes"));
        });
    }

    // Whoever says that the target's log lacks a request shows first that it has the others.
    private static Task AssertHandled(NodeTarget node, IEnumerable<LogLine> lines) => Deadline.Until(
        () => lines.All(line => node.Handled(TraceIdOf(line))), "the target's log has every request that was answered");

    private static string TraceIdOf(LogLine line) => line[18].Trim('"');
}
