namespace Weir.Reactor.Tests.Loops;

public sealed class LoopRandomTests
{
    [Fact]
    public void NextUInt64_FixedSeed_GivesTheSameSequenceForEver()
    {
        // Computed apart from this code, from the algorithms' published definitions (SplitMix64, xoshiro256**).
        var random = new LoopRandom(42);
        ulong[] drawn = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];
        Assert.Equal(
            [0x15780B2E0C2EC716, 0x6104D9866D113A7E, 0xAE17533239E499A1, 0xECB8AD4703B360A1],
            drawn);
    }

    [Fact]
    public void NextUInt64_OtherSeed_GivesAnotherSequence() =>
        Assert.NotEqual(new LoopRandom(1).NextUInt64(), new LoopRandom(2).NextUInt64());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Next_ManyDraws_CoversItsRangeEvenly(int exclusiveMax)
    {
        var random = new LoopRandom(5);
        int[] seen = new int[exclusiveMax];
        int draws = exclusiveMax * 1000;
        for (int i = 0; i < draws; i++)
        {
            seen[random.Next(exclusiveMax)]++;
        }

        // 1000 expected each, a standard deviation of 32: ten of them are never seen by chance.
        Assert.All(seen, count => Assert.InRange(count, 680, 1320));
    }

    [Fact]
    public void Next_LargestRange_StaysBelowIt()
    {
        var random = new LoopRandom(6);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.InRange(random.Next(int.MaxValue), 0, int.MaxValue - 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Next_EmptyRange_IsRefused(int exclusiveMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoopRandom(1).Next(exclusiveMax));

    [Fact]
    public void NextDouble_ManyDraws_StaysFromZeroToBelowOneAndAveragesHalf()
    {
        var random = new LoopRandom(7);
        double sum = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double drawn = random.NextDouble();
            Assert.True(drawn is >= 0 and < 1);
            sum += drawn;
        }

        Assert.InRange(sum / 100_000, 0.49, 0.51);
    }
}
