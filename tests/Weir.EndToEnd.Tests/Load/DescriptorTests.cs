namespace Weir.EndToEnd.Tests;

[Collection(AloneCollection.Name)]
public sealed class DescriptorTests
{
    // More than the runtime needs for itself, under the JIT too.
    private const int Descriptors = 320;

    [Fact]
    public async Task Descriptors_AllInUse_Are502AndAPauseUntilSomeAreFree()
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await (await WeirProcess.StartAsync(
            new WeirStart { Wrapper = ["prlimit", $"--nofile={Descriptors}:{Descriptors}"] }, "--target", target.Url)).WhenHealthy();
        var clients = new List<RawClient>();
        for (int i = 0; i < Descriptors; i++)
        {
            clients.Add(await RawClient.ConnectAsync(weir.Port));
        }

        await weir.WaitForMetric("weir_accept_pauses_total", 1);
        await clients[0].Send(RawClient.Get());
        RawResponse response = await clients[0].ReadResponse();
        Assert.Equal(502, response.StatusCode);
        Metrics metrics = await weir.WaitForMetric("weir_requests_total", 1);
        Assert.Equal(1, metrics["weir_failures_total{reason=\"no_local_resources\",side=\"weir\"}"]);

        clients[1..].ForEach(static client => client.Dispose());
        await Deadline.Until(async () => (await weir.ReadMetrics())["weir_client_connections_open"] == 1, "the others have gone");
        await clients[0].Send(RawClient.Get());
        Assert.Equal("hello", (await clients[0].ReadResponse()).Body);
        Assert.Equal("hello", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
        clients[0].Dispose();
        Assert.Equal(0, await weir.StopAsync());
    }
}
