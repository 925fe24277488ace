namespace Weir.Diagnosis.Tests;

public sealed class RacePacingTests
{
    private static readonly TimeSpan _close = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan _roundTrip = TimeSpan.FromMilliseconds(10);

    private static RacePacing Pacing(double spreadMs = 0) => new(_close, TimeSpan.FromMilliseconds(spreadMs), _roundTrip);

    [Fact]
    public void Ages_OfABurst_CoverTheRoundTripBeforeTheCloseEvenly()
    {
        TimeSpan[] ages = Pacing().Ages(64);

        Assert.Equal(ages.Order(), ages);
        Assert.InRange(ages[0], _close - _roundTrip - TimeSpan.FromMilliseconds(20), _close - _roundTrip);
        Assert.InRange(ages[^1], _close, _close + TimeSpan.FromMilliseconds(20));
        TimeSpan[] steps = [.. ages.Zip(ages.Skip(1), static (one, next) => next - one)];
        Assert.InRange(steps.Max() - steps.Min(), TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void Ages_OfATargetThatClosesNowAndThen_CoverItsSpread()
    {
        RacePacing pacing = Pacing(spreadMs: 800);

        Assert.True(pacing.From <= _close - TimeSpan.FromMilliseconds(400));
        Assert.True(pacing.To >= _close + TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void Learn_FromClosesSeen_MovesThere()
    {
        RacePacing pacing = Pacing();
        TimeSpan seen = TimeSpan.FromSeconds(5);

        pacing.Learn(races: 3, reuses: 10, [seen, seen + TimeSpan.FromMilliseconds(1), seen]);

        Assert.Equal(seen, pacing.Close);
    }

    [Fact]
    public void Learn_WithoutARace_LooksFurtherAround()
    {
        RacePacing pacing = Pacing();
        TimeSpan before = pacing.Slack;

        pacing.Learn(races: 0, reuses: 0, [_close]);

        Assert.Equal(before * 2, pacing.Slack);
    }

    // A target that was measured to close now and then, and does so within a few milliseconds.
    [Fact]
    public void Learn_WithoutARaceInAWideWindow_LooksWhereTheClosesWere()
    {
        RacePacing pacing = Pacing(spreadMs: 800);
        TimeSpan before = pacing.Slack;

        pacing.Learn(races: 0, reuses: 20, [_close, _close + TimeSpan.FromMilliseconds(30)]);

        Assert.Equal(before / 2, pacing.Slack);
    }

    [Fact]
    public void Learn_WithoutAnyClose_LooksLater()
    {
        RacePacing pacing = Pacing();

        pacing.Learn(races: 0, reuses: 64, []);

        Assert.True(pacing.Close > _close);
    }

    [Fact]
    public void Learn_TimeAfterTimeInVain_StaysBounded()
    {
        RacePacing pacing = Pacing();
        for (int i = 0; i < 100; i++)
        {
            pacing.Learn(races: 0, reuses: 0, [_close]);
        }

        Assert.Equal(TimeSpan.FromSeconds(1), pacing.Slack);
    }

    // Whatever a target's clock and the first measurement: the window reaches the true close after few bursts.
    [Fact]
    public void Learn_WhateverTheMeasurementSaid_FindsTheClose()
    {
        for (int trueMs = 5_600; trueMs <= 6_400; trueMs += 50)
        {
            RacePacing pacing = Pacing();
            TimeSpan close = TimeSpan.FromMilliseconds(trueMs);
            for (int burst = 0; burst < 8 && !(pacing.From < close && pacing.To > close - _roundTrip); burst++)
            {
                bool closedBefore = pacing.From >= close;
                pacing.Learn(0, closedBefore ? 0 : 64, closedBefore ? [close] : []);
            }

            Assert.True(pacing.From < close && pacing.To > close - _roundTrip, $"closes at {close}, looked for from {pacing.From} to {pacing.To}");
        }
    }
}
