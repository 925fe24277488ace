namespace Weir.EndToEnd.Tests;

public sealed class SmokeTests
{
    [Fact]
    public async Task Request_ThroughOneTarget_IsAnsweredLoggedAndCounted()
    {
        using RawTarget target = RawTarget.Answering("hello");
        await using WeirProcess weir = await WeirProcess.StartAsync("--target", target.Url);

        RawResponse response = await RawClient.Ask(weir.Port, RawClient.Get());
        Metrics metrics = await weir.ReadMetrics();
        LogLine line = Assert.Single(await weir.StopAndReadLog());

        Assert.Equal("hello", response.Body);
        Assert.Equal(1, metrics["weir_requests_total"]);
        Assert.Equal(LogLine.FieldCount, line.Count);
        Assert.Equal("200", line.ElbStatus);
        Assert.Equal(target.Key, line.Target);
    }
}
