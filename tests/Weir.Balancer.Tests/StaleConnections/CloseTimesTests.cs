namespace Weir.Balancer.Tests;

/// <summary>What is believed of the closes that were seen.</summary>
public sealed class CloseTimesTests
{
    [Theory]
    [InlineData(CloseTimes.Unknown, new long[] { })]
    [InlineData(CloseTimes.Unknown, new long[] { 6_005 })]
    [InlineData(6_003, new long[] { 6_005, 6_003 })]
    // One odd close, before, between or after.
    [InlineData(6_003, new long[] { 3_500, 6_005, 6_003 })]
    [InlineData(6_003, new long[] { 6_005, 3_500, 6_003 })]
    [InlineData(6_003, new long[] { 6_005, 6_003, 3_500 })]
    // Looked at once a second: 2 to 3 seconds.
    [InlineData(2_100, new long[] { 2_900, 2_100, 2_300 })]
    // Hardly idle: no idle timer ended, however often that is seen.
    [InlineData(CloseTimes.Unknown, new long[] { 80, 81, 82, 999 })]
    // The target was given another time.
    [InlineData(66_000, new long[] { 6_003, 6_005, 66_000, 66_001 })]
    [InlineData(CloseTimes.Unknown, new long[] { 6_003, 6_005, 66_000 })]
    public void ClosesSeen_AreBelievedOnceTwoAgree(long expectedMs, long[] agesMs)
    {
        var times = new CloseTimes();
        long now = 0;
        foreach (long age in agesMs)
        {
            now += 100_000;
            times.Closed(age, now);
        }

        Assert.Equal(expectedMs, times.SeenMs);
    }

    [Theory]
    [InlineData(12_000, 6_003)]
    [InlineData(12_100, CloseTimes.Unknown)]
    public void ConnectionKept_ForTwiceAsLong_RefutesWhatWasBelieved(long keptMs, long expectedMs)
    {
        var times = new CloseTimes();
        times.Closed(6_005, 0);
        times.Closed(6_003, 100_000);
        times.Kept(keptMs);
        Assert.Equal(expectedMs, times.SeenMs);
    }

    [Fact]
    public void ConnectionKept_ToOurOwnTimeout_IsNoClose()
    {
        var times = new CloseTimes();
        Assert.False(times.Kept(60_000));
        Assert.False(times.Kept(60_000));
        Assert.Equal(CloseTimes.Unknown, times.SeenMs);
    }

    // A restart closes every connection at whatever age it has, those too that were in use a moment ago.
    [Fact]
    public void Restarts_OfABusyTarget_TeachNothing()
    {
        var times = new CloseTimes();
        for (int restart = 1; restart <= 10; restart++)
        {
            foreach (long age in (long[])[4_000, 20, 3_100, 7, 1_500, 4_100, 30])
            {
                times.Closed(age, restart * 50_000);
            }

            Assert.Equal(CloseTimes.Unknown, times.SeenMs);
        }
    }

    [Fact]
    public void Restart_OfABusyTarget_LeavesWhatWasKnown()
    {
        var times = new CloseTimes();
        times.Closed(6_005, 0);
        times.Closed(6_003, 100_000);
        foreach (long age in (long[])[4_000, 20, 3_100, 7, 1_500, 4_100, 30])
        {
            times.Closed(age, 200_000);
        }

        Assert.Equal(6_003, times.SeenMs);
    }

    // Connections that became idle one after another are closed one after another, however close that is.
    [Fact]
    public void Closes_ThatFollowOneAnotherClosely_AreManyObservations()
    {
        var times = new CloseTimes();
        for (int i = 0; i < 10; i++)
        {
            times.Closed(2_000 + i, 50_000 + (i * 100));
        }

        Assert.InRange(times.SeenMs, 2_000, 2_010);
    }

    [Fact]
    public void ClosesOfOneInstant_AreOneObservation()
    {
        var times = new CloseTimes();
        for (int i = 0; i < 100; i++)
        {
            Assert.False(times.Closed(4_000 + i, 50_000 + i));
        }

        Assert.True(times.Closed(4_100, 90_000));
        Assert.Equal(4_000, times.SeenMs);
    }

    [Fact]
    public void Hint_ThatIsNotGivenAnyMore_IsForgotten()
    {
        var times = new CloseTimes();
        Assert.True(times.Hint(5));
        Assert.False(times.Hint(5));
        Assert.True(times.NoHint());
        Assert.False(times.NoHint());
        Assert.Equal(CloseTimes.Unknown, times.HintMs);
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
