namespace Weir.Balancer.Tests;

/// <summary>What is believed of the closes that were seen.</summary>
public sealed class CloseTimesTests
{
    [Theory]
    [InlineData(CloseTimes.Unknown, new long[] { })]
    [InlineData(CloseTimes.Unknown, new long[] { 6_005 })]
    [InlineData(6_003, new long[] { 6_005, 6_003 })]
    // One odd close, before, between or after.
    [InlineData(6_003, new long[] { 300, 6_005, 6_003 })]
    [InlineData(6_003, new long[] { 6_005, 300, 6_003 })]
    [InlineData(6_003, new long[] { 6_005, 6_003, 300 })]
    // Looked at once a second: 2 to 3 seconds.
    [InlineData(2_100, new long[] { 2_900, 2_100, 2_300 })]
    // The target was given another time, or outlives our own timeout: the later ones displace the earlier.
    [InlineData(6_003, new long[] { 6_003, 6_005, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000 })]
    [InlineData(60_000, new long[] { 6_003, 6_005, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000 })]
    public void ClosesSeen_AreBelievedOnceTwoAgree(long expectedMs, long[] agesMs)
    {
        var times = new CloseTimes();
        long now = 0;
        foreach (long age in agesMs)
        {
            now += 100_000;
            times.Ended(age, now);
        }

        Assert.Equal(expectedMs, times.SeenMs);
    }

    // A restart closes every connection at whatever age it has: that is one event, however many they are.
    [Fact]
    public void ClosesOfOneInstant_AreOneObservation()
    {
        var times = new CloseTimes();
        for (int age = 1; age <= 100; age++)
        {
            Assert.False(times.Ended(age * 40, 50_000 + age));
        }

        Assert.Equal(CloseTimes.Unknown, times.SeenMs);
        Assert.True(times.Ended(4_100, 90_000));
        Assert.Equal(4_000, times.SeenMs);
    }

    [Theory]
    // A second less, of a short time a quarter less.
    [InlineData(5_000, -1, 4_000)]
    [InlineData(-1, 6_005, 5_005)]
    [InlineData(5_000, 6_005, 4_000)]
    [InlineData(65_000, 6_005, 5_005)]
    [InlineData(2_000, -1, 1_500)]
    [InlineData(0, -1, 0)]
    [InlineData(-1, -1, -1)]
    public void Limit_IsTheLeastOfBothLessAMargin(long hintMs, long seenMs, long limitMs) =>
        Assert.Equal(limitMs, LearnedCloseTime.Of(hintMs, seenMs).LimitMs);

    [Fact]
    public void Group_GoesByTheLeastOfItsTargets_AndForgetsOneThatIsGone()
    {
        var group = new GroupReuse();
        var slow = new CloseTimes();
        var quick = new CloseTimes();
        group.Add(slow);
        group.Add(quick);
        slow.Hint(65);
        quick.Hint(5);
        group.Learn();
        Assert.Equal(new LearnedCloseTime(5_000, -1, 4_000), group.Learned(fromHints: true));
        Assert.Equal(LearnedCloseTime.Nothing, group.Learned(fromHints: false));
        group.Remove(quick);
        Assert.Equal(new LearnedCloseTime(65_000, -1, 64_000), group.Learned(fromHints: true));
    }
}
