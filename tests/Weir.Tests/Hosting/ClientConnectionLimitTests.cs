using Weir.Hosting;

namespace Weir.Tests.Hosting;

public sealed class ClientConnectionLimitTests
{
    [Theory]
    [InlineData(320, 10, 1, 1, 89)]
    [InlineData(320, 110, 1, 1, 39)]
    [InlineData(1_024, 10, 2, 1, 440)]
    [InlineData(1_048_576, 10, 4, 50, 458_643)]
    [InlineData(ulong.MaxValue, 10, 1, 1, int.MaxValue)]
    // Too few for anything: one for each loop all the same, or it would never accept.
    [InlineData(100, 10, 2, 1, 2)]
    public void Of_Descriptors_LeavesOneToATargetForEachAndSomeForTheRest(
        ulong descriptors, ulong open, int loops, int listeners, int limit) =>
        Assert.Equal(limit, ClientConnectionLimit.Of(new DescriptorLimit(descriptors, descriptors, open), loops, listeners));

    [Fact]
    public void Of_AnUnknownNumber_IsNoLimit() => Assert.Equal(0, ClientConnectionLimit.Of(null, 1, 1));
}
