namespace Weir.EndToEnd.Tests;

[Collection(AloneCollection.Name)]
public sealed class DescriptorTests
{
    private const int Descriptors = 320;

    [Fact]
    public async Task Clients_MoreThanTheDescriptorsAreFor_WaitAndNoRequestFails()
    {
        // No connection to the target is kept, so each request needs a descriptor.
        using RawTarget target = RawTarget.Answering("hello", "Connection: close\r\n");
        await using WeirProcess weir = await Start(target);
        long limit = (await weir.ReadMetrics())["weir_client_connections_limit"];
        Assert.InRange(limit, Descriptors / 8, Descriptors / 2);
        var clients = new List<RawClient>();
        for (int i = 0; i < Descriptors; i++)
        {
            clients.Add(await RawClient.ConnectAsync(weir.Port));
            await clients[i].Send(RawClient.Get());
        }

        // As the kernel accepts in the order of arrival, the first ones are those that are in.
        for (int i = 0; i < limit; i++)
        {
            Assert.Equal("hello", (await clients[i].ReadResponse()).Body);
        }

        await weir.WaitForMetric("weir_accept_pauses_total", 1);
        Assert.Equal(limit, (await weir.ReadMetrics())["weir_client_connections_open"]);
        Assert.InRange(Directory.GetFiles($"/proc/{weir.Id}/fd").Length, limit, Descriptors - 1);
        for (int i = 0; i < Descriptors; i++)
        {
            if (i >= limit)
            {
                Assert.Equal("hello", (await clients[i].ReadResponse()).Body);
            }

            clients[i].Dispose();
        }

        Metrics metrics = await weir.WhenQuiet();
        Assert.Equal(Descriptors, metrics["weir_target_2xx_total"]);
        Assert.Equal(0, metrics["weir_elb_5xx_total"]);
        Assert.Equal(0, await weir.StopAsync());
    }

    [Fact]
    public async Task MaxConnections_MoreThanTheDescriptorsAreFor_IsLoweredWithAWarning()
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await Start(target, "--max-connections", "1000");
        long limit = Assert.Single(weir.Events("max-connections")).GetProperty("limit").GetInt64();
        Assert.InRange(limit, 1, Descriptors / 2);
        Assert.Equal(limit, Assert.Single(weir.Events("start")).GetProperty("max_connections").GetInt64());
        Assert.Equal(limit, (await weir.ReadMetrics())["weir_client_connections_limit"]);
        Assert.Equal(0, await weir.StopAsync());
    }

    private static async Task<WeirProcess> Start(RawTarget target, params string[] options) =>
        await (await WeirProcess.StartAsync(
            new WeirStart { Wrapper = ["prlimit", $"--nofile={Descriptors}:{Descriptors}"] },
            ["--target", target.Url, .. options])).WhenHealthy();
}
