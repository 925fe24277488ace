namespace Weir.EndToEnd.Tests;

/// <summary>
/// The modes of stale connections with targets over TLS and over HTTP/2: a real Node.js closes an idle connection, and a request is on
/// its way to it.
/// </summary>
[NativeOnly]
public sealed class StaleTargetTests
{
    // What must not be sent twice is lost in either mode, as long as the balancer does not know when the target closes.
    [Theory]
    [InlineData("observe", "GET", 502, "failure", "target_closed")]
    [InlineData("protect", "GET", 200, "retried", "target_closed answered")]
    [InlineData("protect", "POST", 502, "failure", "target_closed")]
    public async Task Request_OnItsWayToAClosingTargetOverTls_MeetsTheCloseAsTheModeSays(
        string mode, string method, int status, string kind, string outcomes)
    {
        using LateNode node = await LateNode.Start("https");
        using var folder = new TempFolder();
        await using HttpsSite site = await LateSite.Start(node, folder, mode, "--attribute", LateSite.Setting("learn_from_hints", "false"));
        using HttpClient client = site.Client();

        await LateSite.SeeClosed(site, client, times: 1);
        Assert.Equal(status, await LateSite.AskJustBefore(node, client, method));

        LogLine line = (await site.Weir.StopAndReadLog())[^1];
        Assert.Equal([$"{status}", status == 502 ? "-" : "200"], [line.ElbStatus, line.TargetStatus]);
        ExplainLine explained = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
        // Node.js ends TLS without close_notify, and it is told so.
        Assert.Equal([kind, "target_closed", "fin", method], [explained.Text("kind"), explained.Text("reason"), explained.Text("end"), explained.Text("method")]);
        Assert.Equal(outcomes, string.Join(' ', explained.Outcomes));
        Assert.Equal((true, 1, 0), (explained.Truth("reused"), explained.Number("earlier_requests"), explained.Number("response_bytes")));
        Assert.StartsWith("The target closed (FIN) a connection that had been idle for ", explained.Text("verdict"), StringComparison.Ordinal);
    }

    // Told by the target, or learned from two closes: then even what must not be sent twice is safe.
    [Theory]
    [InlineData("https", "HTTP1", 1)]
    [InlineData("h2c", "HTTP2", 2)]
    [InlineData("h2", "HTTP2", 2)]
    public async Task Request_WhereItIsKnownWhenTheTargetCloses_IsKeptOffTheConnectionAndTheNearMissExplained(string kind, string version, int closes)
    {
        using LateNode node = await LateNode.Start(kind);
        using var folder = new TempFolder();
        await using HttpsSite site = await LateSite.Start(node, folder, "protect", "--protocol-version", version);
        using HttpClient client = site.Client();

        await LateSite.SeeClosed(site, client, closes);
        Assert.Equal(200, await LateSite.AskJustBefore(node, client, "POST"));

        Metrics metrics = await site.Weir.WaitForMetric("weir_near_misses_total", 1);
        Assert.Equal(1, metrics["weir_reuses_withheld_total"]);
        Assert.Equal(0, metrics["weir_requests_sent_again_after_refusal_total"]);
        await site.Weir.StopAndReadLog();
        ExplainLine explained = Assert.Single(ExplainLine.ReadAll(folder.PathOf("explain.log")));
        Assert.Equal(["near_miss", "POST"], [explained.Text("kind"), explained.Text("method")]);
        Assert.InRange(explained.Milliseconds("closed_after_ms")!.Value, 0, 2 * LateNode.Latency.TotalMilliseconds);
        bool isHttp2 = version == "HTTP2";
        Assert.Equal(isHttp2, explained.Text("verdict")!.Contains("does not send again what the target then refuses", StringComparison.Ordinal));
        Assert.Equal(isHttp2, explained.Text("verdict")!.EndsWith("set its idle timeout for HTTP/2 above 60 s (Node.js: server.setTimeout(65000) of the Http2Server).", StringComparison.Ordinal));
    }
}
