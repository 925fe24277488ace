namespace Weir.EndToEnd.Tests;

[Collection(AloneCollection.Name)]
public sealed class DescriptorTests
{
    private const int Descriptors = 320;

    [Fact]
    public async Task Descriptors_AllInUse_Are502AndAPauseUntilSomeAreFree()
    {
        // CoreCLR ends the process (PAL_SEHException) when it needs a descriptor for code that it has yet to compile.
        Assert.SkipUnless(WeirBinary.IsNative, "the runtime of the JIT build does not survive without descriptors");
        // No connection to the target is kept, so each request needs a descriptor.
        using RawTarget target = RawTarget.Answering("hello", "Connection: close\r\n");
        await using WeirProcess weir = await (await WeirProcess.StartAsync(
            new WeirStart { Wrapper = ["prlimit", $"--nofile={Descriptors}:{Descriptors}"] }, "--target", target.Url)).WhenHealthy();
        var clients = new List<RawClient>();
        for (int i = 0; i < Descriptors; i++)
        {
            clients.Add(await RawClient.ConnectAsync(weir.Port));
        }

        // Not by the metrics: the admin endpoint needs descriptors too, and the JIT for what it has not loaded yet.
        await Deadline.Until(() => weir.HasExited || Directory.GetFiles($"/proc/{weir.Id}/fd").Length >= Descriptors, "no descriptor is left");
        Assert.False(weir.HasExited, weir.Describe());
        await clients[0].Send(RawClient.Get());
        RawResponse response = await clients[0].ReadResponse();
        Assert.Equal(502, response.StatusCode);
        clients[1..].ForEach(static client => client.Dispose());
        await Deadline.Until(() => Directory.GetFiles($"/proc/{weir.Id}/fd").Length < Descriptors / 2, "the others have gone");
        await Deadline.Until(async () => (await weir.ReadMetrics())["weir_client_connections_open"] == 1, "and are counted out");
        Metrics metrics = await weir.WaitForMetric("weir_accept_pauses_total", 1);
        Assert.Equal(1, metrics["weir_failures_total{reason=\"no_local_resources\",side=\"weir\"}"]);
        await clients[0].Send(RawClient.Get());
        Assert.Equal("hello", (await clients[0].ReadResponse()).Body);
        Assert.Equal("hello", (await RawClient.Ask(weir.Port, RawClient.Get())).Body);
        clients[0].Dispose();
        Assert.Equal(0, await weir.StopAsync());
    }
}
