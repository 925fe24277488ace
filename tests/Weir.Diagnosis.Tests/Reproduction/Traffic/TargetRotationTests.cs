namespace Weir.Diagnosis.Tests;

public sealed class TargetRotationTests
{
    [Fact]
    public void Order_BeginsWhereTheRoundBegan() =>
        Assert.Equal([10, 11, 12, 13], TargetRotation.InItsOrder([2, 3, 0, 1], [10, 11, 12, 13], 4));

    // Two that came at once may have changed places: what counts is the target.
    [Fact]
    public void Order_IsThatOfTheTargetsAndNotOfTheRequests() =>
        Assert.Equal([10, 12, 11, 13], TargetRotation.InItsOrder([1, 3, 2, 0], [10, 11, 12, 13], 4));

    [Fact]
    public void Target_OfWhichNothingIsKnown_HoldsUpNoOther() =>
        Assert.Equal([10, 11, 13, 13], TargetRotation.InItsOrder([0, 1, -1, 3], [10, 11, 12, 13], 4));
}
