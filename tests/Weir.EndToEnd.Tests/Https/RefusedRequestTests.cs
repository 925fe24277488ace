namespace Weir.EndToEnd.Tests;

/// <summary>Requests over HTTP/2 that a real Node.js refuses, since it closes an idle connection as they come.</summary>
[NativeOnly]
public sealed class RefusedRequestTests
{
    // Over HTTP/2 the target says that it has not looked at it.
    [Theory]
    [InlineData("h2c", "observe", "GET")]
    [InlineData("h2c", "protect", "POST")]
    [InlineData("h2", "observe", "POST")]
    [InlineData("h2", "protect", "GET")]
    public async Task Request_OnItsWayToAClosingTargetOverHttp2_IsRefusedAndSentAgainInEveryMode(string kind, string mode, string method)
    {
        using LateNode node = await LateNode.Start(kind);
        using var folder = new TempFolder();
        await using HttpsSite site = await LateSite.Start(node, folder, mode, "--protocol-version", "HTTP2");
        using HttpClient client = site.Client();

        await LateSite.SeeClosed(site, client, times: 1);
        Assert.Equal(200, await LateSite.AskJustBefore(node, client, method));

        Metrics metrics = await site.Weir.ReadMetrics();
        Assert.Equal(1, metrics["weir_requests_sent_again_after_refusal_total"]);
        Assert.Equal(0, metrics.Sum("weir_failures_total") + metrics["weir_requests_retried_total"]);
        await site.Weir.StopAndReadLog();
        Assert.Empty(ExplainLine.ReadAll(folder.PathOf("explain.log")));
    }
}
