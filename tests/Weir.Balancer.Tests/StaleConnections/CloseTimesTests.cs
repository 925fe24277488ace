using Weir.Reactor;

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
    // One that is older refutes nothing yet.
    [InlineData(6_003, new long[] { 6_003, 6_005, 66_000, 66_001 })]
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
    // Believed of two closes: as many instants with an older connection as four times that.
    [InlineData(2, 7, 6_003)]
    [InlineData(2, 8, CloseTimes.Unknown)]
    // However often it was seen: sixteen.
    [InlineData(50, 15, 6_003)]
    [InlineData(50, 16, CloseTimes.Unknown)]
    public void WhatWasBelieved_IsForgottenWhenItIsOutlivedOftenInARow(int closes, int kept, long expectedMs)
    {
        var times = new CloseTimes();
        long now = 0;
        for (int i = 0; i < closes; i++)
        {
            times.Closed(6_003 + (i % 3), now += 10_000);
        }

        for (int i = 0; i < kept; i++)
        {
            times.Kept(60_000, now += 10_000);
            // Of one instant, however many: one.
            times.Kept(60_000, now);
        }

        Assert.Equal(expectedMs, times.SeenMs);
    }

    [Theory]
    [InlineData(7_003)]
    [InlineData(5_000)]
    public void ConnectionKept_NotClearlyLonger_RefutesNothing(long keptMs)
    {
        var times = new CloseTimes();
        times.Closed(6_003, 0);
        times.Closed(6_003, 10_000);
        for (int i = 2; i < 40; i++)
        {
            times.Kept(keptMs, i * 10_000);
        }

        Assert.Equal(6_003, times.SeenMs);
    }

    [Fact]
    public void LongerTime_IsLearnedWhenTheShorterOneIsForgotten()
    {
        var times = new CloseTimes();
        for (int i = 0; i < 40; i++)
        {
            times.Closed(i < 20 ? 6_003 : 66_010, i * 100_000);
        }

        Assert.Equal(66_010, times.SeenMs);
    }

    // Two worker processes behind one address, one of them with 5 seconds and the other with 65: a connection is the one's
    // or the other's by chance, and the balancer ends those of the other after 60.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(4, 25)]
    public void MixedSettings_StayLearned(int workers, int mostForgotten)
    {
        const int Ends = 10_000;
        var times = new CloseTimes();
        var random = new LoopRandom(20260101);
        int forgotten = 0;
        bool learned = false;
        for (int i = 0; i < Ends; i++)
        {
            if (random.Next(workers) == 0)
            {
                times.Closed(5_000 + random.Next(20), i * 1_000L);
            }
            else
            {
                times.Kept(60_000, i * 1_000L);
            }

            forgotten += learned && times.SeenMs == CloseTimes.Unknown ? 1 : 0;
            learned = times.SeenMs != CloseTimes.Unknown;
        }

        Assert.InRange(forgotten, 0, mostForgotten);
    }

    // So much traffic that every instant has closes of both.
    [Fact]
    public void MixedSettings_UnderDenseTraffic_StayLearned()
    {
        var times = new CloseTimes();
        long known = CloseTimes.Unknown;
        for (long now = 5_000; now < 600_000; now += 10)
        {
            times.Closed(5_000 + (now % 7), now);
            if (now > 65_000)
            {
                times.Closed(65_000 + (now % 7), now);
            }

            Assert.True(known == CloseTimes.Unknown || times.SeenMs != CloseTimes.Unknown);
            known = times.SeenMs;
        }

        Assert.Equal(5_000, known);
    }

    [Fact]
    public void ConnectionKept_ToOurOwnTimeout_IsNoClose()
    {
        var times = new CloseTimes();
        Assert.False(times.Kept(60_000, 0));
        Assert.False(times.Kept(60_000, 70_000));
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
        var said = new AdvertisedTime();
        Assert.True(said.Said(5));
        Assert.False(said.Said(5));
        Assert.True(said.SaidNothing());
        Assert.False(said.SaidNothing());
        Assert.Equal(CloseTimes.Unknown, said.Ms);
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
        var group = new GroupReuse(new GroupCloses());
        var slow = new AdvertisedTime();
        var quick = new AdvertisedTime();
        group.Add(slow);
        group.Add(quick);
        slow.Said(65);
        quick.Said(5);
        group.Learn();
        Assert.Equal(new LearnedCloseTime(5_000, -1, 4_000), group.Learned(fromHints: true));
        Assert.Equal(LearnedCloseTime.Nothing, group.Learned(fromHints: false));
        group.Remove(quick);
        Assert.Equal(new LearnedCloseTime(65_000, -1, 64_000), group.Learned(fromHints: true));
    }
}
