using Weir.Predicting;

namespace Weir.Tests.Predicting;

public sealed class SimulationProgressTests
{
    private static readonly SimulationProgress _progress = new(400, 2_000_000, TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData(0, 500_000, "simulating: 0 races in 500,000 of at most 2,000,000 requests, 50,000 a second, about 30 s left")]
    [InlineData(200, 500_000, "simulating: 200 races in 500,000 of at most 2,000,000 requests, 50,000 a second, about 10 s left")]
    [InlineData(0, 15_000, "simulating: 0 races in 15,000 of at most 2,000,000 requests, 1,500 a second, about 50 s left")]
    public void Describe_SaysRateAndTimeLeft_ByWhicheverEndComesFirst(long races, long requests, string expected) =>
        Assert.Equal(expected, _progress.Describe(races, requests, TimeSpan.FromSeconds(10)));

    [Fact]
    public void Describe_AtItsBegin_SaysNoRate() =>
        Assert.Equal("simulating: 0 races in 0 of at most 2,000,000 requests", _progress.Describe(0, 0, TimeSpan.FromSeconds(1)));
}
