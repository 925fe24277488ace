namespace Weir.EndToEnd.Tests;

/// <summary>
/// <c>openssl s_server</c> as a target, which changes its keys when it is told so. It prints the requests that it gets, sends what is
/// written to it, and serves one connection at a time.
/// </summary>
[NativeOnly]
public sealed class KeyUpdateTests
{
    [Fact]
    public async Task KeyUpdates_OnAnIdleTargetConnection_AreNoDataAndItIsUsedAgain()
    {
        using var folder = new TempFolder();
        TestCertificate.Write(folder.PathOf("target.pem"), "target.test");
        using ServerProcess target = await ServerProcess.StartAsync(
            "ACCEPT 127.0.0.1:", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", folder.PathOf("target.pem"), "-tls1_3", "-msg");
        string address = target.Lines.Single(static line => line.StartsWith("ACCEPT ", StringComparison.Ordinal))["ACCEPT ".Length..];
        // Targets are met with TLS 1.3 where a listener has it.
        Task<HttpsSite> start = HttpsSite.Start($"https://{address}");
        await Answer(target, "GET / ");
        await using HttpsSite site = await start;
        Assert.Equal("ok", await Ask(site, target, "/before"));
        await site.Weir.WaitForMetric("weir_target_connections_idle", 1);

        // k has s_server send one; K: one that asks for an answer, which comes with the next request at the latest.
        target.Write("k\n");
        await Deadline.Until(() => Updates(target, ">>>") == 1, "the target has changed its keys");
        target.Write("K\n");
        await Deadline.Until(() => Updates(target, ">>>") == 2, "the target has changed its keys again");
        Assert.Equal("ok", await Ask(site, target, "/after"));
        // What the target sent before it read that one has come by now, whatever became of it before.
        Assert.Equal("ok", await Ask(site, target, "/again"));
        Assert.Equal(1, Updates(target, "<<<"));

        Metrics metrics = await site.Weir.ReadMetrics();
        Assert.Equal(1, metrics["weir_target_connections_opened_total"]);
        Assert.Equal(2, metrics["weir_target_connections_reused_total"]);
        Assert.Equal(0, metrics["weir_target_connections_unexpected_bytes_total"]);
        Assert.Equal(0, metrics["weir_target_connections_closed_by_target_idle_total"]);
    }

    // As -msg shows them: >>> sent, <<< received.
    private static int Updates(ServerProcess target, string way) => target.Lines.Count(line =>
        line.StartsWith(way, StringComparison.Ordinal) && line.EndsWith(", KeyUpdate", StringComparison.Ordinal));

    private static async Task<string> Ask(HttpsSite site, ServerProcess target, string path)
    {
        Task<string> asking = site.Curl(path);
        await Answer(target, $"GET {path} ");
        return await asking;
    }

    private static async Task Answer(ServerProcess target, string request)
    {
        await Deadline.Until(() => target.Lines.Any(line => line.StartsWith(request, StringComparison.Ordinal)), $"the target reads {request}");
        target.Write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
}
