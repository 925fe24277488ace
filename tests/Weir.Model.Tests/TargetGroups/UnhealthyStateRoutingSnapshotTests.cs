namespace Weir.Model.Tests.TargetGroups;

public sealed class UnhealthyStateRoutingSnapshotTests
{
    [Theory]
    [InlineData(1, null, 0, 3, true)]
    [InlineData(1, null, 1, 3, false)]
    [InlineData(2, null, 1, 3, true)]
    [InlineData(1, 50, 1, 3, true)]
    [InlineData(1, 50, 2, 4, false)]
    [InlineData(1, 100, 3, 4, true)]
    public void FailsOpen_CountOrPercentage_EitherOneTriggers(
        int count, int? percentage, int healthy, int registered, bool expected) =>
        Assert.Equal(expected, new UnhealthyStateRoutingSnapshot(count, percentage).FailsOpen(healthy, registered));
}
