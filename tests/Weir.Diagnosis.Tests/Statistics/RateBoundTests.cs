namespace Weir.Diagnosis.Tests;

public sealed class RateBoundTests
{
    // Known values: the one-sided 95 % limit of Clopper and Pearson is the 95 % quantile of Beta(k + 1, n − k). Where it has
    // a closed form, that: k = 0 gives 1 − 0.05^(1/n), k = n − 1 gives 0.95^(1/n).
    [Theory]
    [InlineData(0, 1, 0.95)]
    [InlineData(0, 10, 0.258866)]
    [InlineData(0, 100, 0.029513)]
    [InlineData(0, 300, 0.009936)]
    [InlineData(1, 2, 0.974679)]
    [InlineData(1, 10, 0.394163)]
    [InlineData(5, 10, 0.777559)]
    [InlineData(9, 10, 0.994884)]
    public void Upper_OfKnownCases_IsTheKnownValue(int failures, int trials, double expected) =>
        Assert.Equal(expected, RateBound.Upper(failures, trials), tolerance: 0.000001);

    [Fact]
    public void Upper_WithoutFailures_IsNearlyTheRuleOfThree() =>
        Assert.Equal(3.0 / 20_000, RateBound.Upper(0, 20_000), tolerance: 0.000001);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    public void Upper_WhereNothingSucceeded_SaysNothing(int failures, int trials) =>
        Assert.Equal(1, RateBound.Upper(failures, trials));

    [Fact]
    public void Upper_WithMoreFailures_IsHigher()
    {
        double[] bounds = [.. Enumerable.Range(0, 101).Select(static failures => RateBound.Upper(failures, 100))];

        Assert.Equal(bounds.Order(), bounds);
        Assert.All(bounds.Index(), static entry => Assert.True(entry.Item > entry.Index / 100.0 || entry.Item >= 1));
    }

    [Fact]
    public void Upper_OfManyTrials_DoesNotUnderflow() =>
        Assert.InRange(RateBound.Upper(50, 1_000_000), 0.00005, 0.00007);

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(11, 10)]
    public void Upper_OfImpossibleCounts_Throws(int failures, int trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RateBound.Upper(failures, trials));
}
