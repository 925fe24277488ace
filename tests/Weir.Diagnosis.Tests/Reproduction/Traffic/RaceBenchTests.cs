namespace Weir.Diagnosis.Tests;

public sealed class RaceBenchTests
{
    private static readonly TimeSpan _idleLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan[] _ages = [TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(60)];

    private static async Task<Burst> Run(TargetServer server)
    {
        using var bench = new RaceBench(server, new ReproductionOptions { Latency = TimeSpan.Zero }, protects: false);
        return await bench.Run(_ages, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Burst_OnATargetWhoseLogIsWhole_KnowsWhatIsNotInIt()
    {
        Burst burst = await Run(BuiltInServer.Start(_idleLimit, _idleLimit, RaceScenario.Closed));

        Assert.True(burst.KnowsTargetLog);
        Assert.All(burst.Requests, static request => Assert.NotNull(request.TargetLine));
    }

    // Its missing lines must not be taken for requests that met a closed socket.
    [Fact]
    public async Task Burst_OnATargetWhoseLogLagsBehind_DoesNotKnow()
    {
        Burst burst = await Run(BufferingServer.Start(_idleLimit, "Root=1-00000000-000000000000000000000000 GET / 200"));

        Assert.False(burst.KnowsTargetLog);
    }

    [Fact]
    public async Task Burst_OnATargetThatIsGone_SaysSo()
    {
        BuiltInServer server = BuiltInServer.Start(_idleLimit, _idleLimit, RaceScenario.Closed);
        var running = new RunningServer { EndPoint = server.EndPoint };
        server.Dispose();

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(() => Run(running));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Equal($"nobody accepts connections at {running.EndPoint} any more", problem.Message);
    }
}
