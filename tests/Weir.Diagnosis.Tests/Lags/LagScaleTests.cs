using Weir.Diagnosis.Lags;

namespace Weir.Diagnosis.Tests.Lags;

public sealed class LagScaleTests
{
    // 2 ms up to 2 s, then a thousandth of the lag.
    private static int Calculated(uint ticks) => ticks < 20_000 ? (int)(ticks / 20) : 1_000 + (int)(Math.Log(ticks / 20_000.0) / Math.Log(1.001));

    [Fact]
    public void BinOf_OfEveryLagUpToTwoMinutes_IsTheCalculatedBin()
    {
        for (uint ticks = 0; ticks < 1_200_000; ticks++)
        {
            int bin = LagScale.BinOf(ticks);
            if (bin != Calculated(ticks))
            {
                Assert.Fail($"{ticks} ticks are in bin {bin}, and not in {Calculated(ticks)}");
            }
        }
    }

    [Theory]
    [InlineData(40_800_000)]
    [InlineData(uint.MaxValue)]
    public void BinOf_OfTheLongestLags_IsTheCalculatedBin(uint ticks)
    {
        Assert.Equal(Calculated(ticks), LagScale.BinOf(ticks));
        Assert.InRange(ticks / LagScale.TicksPerSecond, LagScale.StartSeconds(LagScale.BinOf(ticks)), LagScale.StartSeconds(LagScale.BinOf(ticks) + 1));
    }

    [Fact]
    public void StartSeconds_OfEachBin_IsWhereTheOneBeforeEnds()
    {
        for (int bin = 1; bin < LagScale.BinOf(uint.MaxValue); bin++)
        {
            double start = LagScale.StartSeconds(bin);
            if (LagScale.BinOfSeconds(start - 0.0001) != bin - 1 || LagScale.BinOfSeconds(start + 0.0001) != bin)
            {
                Assert.Fail($"bin {bin} does not begin at {start} s");
            }
        }
    }
}
