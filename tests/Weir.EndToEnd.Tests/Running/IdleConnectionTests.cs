namespace Weir.EndToEnd.Tests;

/// <summary>Connections on which nothing happens: who closes them, and what is seen of it.</summary>
public sealed class IdleConnectionTests
{
    [Fact]
    public async Task ClientConnection_AfterTheIdleTimeout_IsClosedWithoutALine()
    {
        using RawTarget target = RawTarget.Answering("ok");
        // Two seconds, so that a busy machine does not take one for the way from the connection to its first request.
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--idle-timeout", "2");
        using RawClient unused = await RawClient.ConnectAsync(weir.Port);
        using RawClient used = await RawClient.ConnectAsync(weir.Port);
        await used.Send(RawClient.Get());
        await used.ReadResponse();

        Assert.Equal(["", ""], [await used.ReadToEnd(), await unused.ReadToEnd()]);
        Assert.False(used.WasReset || unused.WasReset);
        Assert.Equal(2, (await weir.WaitForMetric("weir_client_connections_closed_idle_total", 2))["weir_client_connections_closed_idle_total"]);
        Assert.Single(await weir.StopAndReadLog());
    }

    [Fact]
    public async Task TargetConnection_AfterTheIdleTimeout_IsClosedWithFin()
    {
        var ended = new TaskCompletionSource<bool>();
        using RawTarget target = RawTarget.Start(async exchange =>
        {
            await exchange.Answer("ok");
            ended.SetResult(await exchange.WaitForEnd());
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url, "--idle-timeout", "1");
        await RawClient.Ask(weir.Port, RawClient.Get());

        Assert.True(await ended.Task.WaitAsync(Deadline.Token()), "the end is a FIN");
        await weir.WaitForMetric("weir_target_connections_closed_by_idle_timeout_total", 1);
    }

    [Fact]
    public async Task TargetConnection_ThatTheTargetClosedWhileIdle_IsNotUsedAgain()
    {
        using RawTarget target = RawTarget.Start(static async exchange =>
        {
            await exchange.Answer("ok");
            exchange.Close();
        });
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        for (int i = 1; i <= 3; i++)
        {
            await client.Send(RawClient.Get());
            Assert.Equal(200, (await client.ReadResponse()).StatusCode);
            // Its FIN may come with the answer, and then the connection never was in the pool. Before the request is counted,
            // the connection is not there yet.
            int answered = i;
            await Deadline.Until(
                async () => await weir.ReadMetrics() is var metrics
                    && metrics["weir_requests_total"] == answered && metrics["weir_target_connections_idle"] == 0,
                "the pool is empty");
        }

        Assert.Equal(3, target.Connections);
        Assert.Equal(0, (await weir.ReadMetrics()).Sum("weir_failures_total"));
    }

    [Fact]
    public async Task LingeringClient_ThatNeverCloses_IsGoneLongBeforeTheIdleTimeout()
    {
        using RawTarget target = RawTarget.Answering("ok");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);
        using RawClient client = await RawClient.ConnectAsync(weir.Port);
        await client.Send("no request\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadToEnd(), StringComparison.Ordinal);

        // The idle timeout, a minute, is not what ends it.
        await Deadline.Until(async () => (await weir.ReadMetrics())["weir_client_connections_open"] == 0, "the balancer has let go");
    }
}
