using System.Diagnostics;
using CsCheck;

namespace Weir.Reactor.Tests.Timers;

public sealed class TimerWheelTests
{
    // The levels' borders, and the reach of the whole wheel.
    private static readonly Gen<long> _windowMs = Pick(256L, 65_536L, 16_777_216L);

    private static readonly Gen<long> _spanMs = Gen.OneOf(
        Gen.Long[0, 20],
        Gen.Long[0, 600],
        Gen.Long[0, 140_000],
        Gen.Long[0, 40_000_000],
        Gen.Select(_windowMs, Gen.Long[-2, 2], (window, off) => window + off));

    private static readonly Gen<TimerStep> _step = Gen.Select(
        Pick(
            TimerStepKind.Set, TimerStepKind.Set, TimerStepKind.Set, TimerStepKind.Clear, TimerStepKind.Advance,
            TimerStepKind.Advance, TimerStepKind.WhileFiring),
        Gen.Int[0, TimerModel.Timers - 1],
        _spanMs,
        (kind, timer, ms) => new TimerStep(kind, timer, ms));

    private static readonly Gen<long> _startMs = Gen.Select(
        Pick(0L, 256L, 65_536L, 16_777_216L, 1L << 40),
        Gen.Long[0, 3],
        (at, before) => Math.Max(1, at - before));

    [Fact]
    public void Wheel_AnyStepsAndJumps_FiresAsTheSortedListDoes() =>
        Gen.Select(_startMs, _step.Array[1, 120]).Sample(
            (startMs, steps) =>
            {
                var model = new TimerModel(startMs);
                foreach (TimerStep step in steps)
                {
                    model.Do(step);
                }

                model.RunOut();
            },
            iter: 2000);

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(16_777_215)]
    [InlineData(16_777_216)]
    [InlineData(16_777_217)]
    [InlineData(100_000_000)]
    public void Timer_AdvancedToTheMillisecondBeforeAndToItsDeadline_FiresAtIt(long afterMs)
    {
        foreach (long startMs in new[] { 1, 255, 256, 65_535, 65_536, 777_777 })
        {
            var loop = new HandDrivenLoop(startMs);
            var fired = new FiredTimers();
            var timer = new LoopTimer(loop, fired);
            timer.Set(startMs + afterMs);
            loop.Advance(startMs + afterMs - 1);
            Assert.Equal(0, fired.Count);
            loop.Advance(startMs + afterMs);
            Assert.Equal(1, fired.Count);
            Assert.False(timer.IsSet);
        }
    }

    [Fact]
    public void Timer_SetAgainByItsOwnTargetForThePast_FiresAtTheNextTickNotForEver()
    {
        var loop = new HandDrivenLoop(1);
        var again = new AgainAtOnce(loop);
        loop.Advance(10);
        Assert.Equal(10, again.Fired);
        loop.Advance(11);
        Assert.Equal(11, again.Fired);
    }

    [Fact]
    public void Advance_TargetThrows_LeavesTheWheelWhole()
    {
        var loop = new HandDrivenLoop(1);
        var fired = new FiredTimers();
        var first = new LoopTimer(loop, fired);
        var bad = new LoopTimer(loop, new ThrowingTarget());
        first.Set(5);
        bad.Set(5);
        Assert.Throws<FormatException>(() => loop.Advance(5));
        loop.Advance(5);
        Assert.Equal(1, fired.Count);
        Assert.Equal(0, loop.Timers.Count);
        first.Set(6);
        loop.Advance(6);
        Assert.Equal(2, fired.Count);
    }

    [Fact]
    public void Advance_HundredThousandDueAtOnce_HoldsTheLoopBriefly()
    {
        const int Timers = 100_000;
        var loop = new HandDrivenLoop(1);
        var fired = new FiredTimers();
        var timers = new LoopTimer[Timers];
        for (int i = 0; i < Timers; i++)
        {
            timers[i] = new LoopTimer(loop, fired);
        }

        double bestMs = double.MaxValue;
        for (int round = 1; round <= 5; round++)
        {
            // 30 s away: through two levels of the wheel.
            long dueMs = loop.NowMs + 30_000;
            foreach (LoopTimer timer in timers)
            {
                timer.Set(dueMs);
            }

            long began = Stopwatch.GetTimestamp();
            loop.Advance(dueMs);
            bestMs = Math.Min(bestMs, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Assert.Equal(round * Timers, fired.Count);
        }

        TestContext.Current.SendDiagnosticMessage("100,000 timers at once: {0:F1} ms", bestMs);
        Assert.InRange(bestMs, 0, 20 * Slack);
    }

    [Fact]
    public void SetAndClear_ManyTimes_CostsTensOfNanoseconds()
    {
        const int Rounds = 200_000;
        var loop = new HandDrivenLoop(1);
        var timers = new LoopTimer[64];
        for (int i = 0; i < timers.Length; i++)
        {
            timers[i] = new LoopTimer(loop, new FiredTimers());
        }

        double bestNs = double.MaxValue;
        for (int round = 0; round < 8; round++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < Rounds; i++)
            {
                LoopTimer timer = timers[i & 63];
                timer.Set(60_000 + (i & 1023));
                timer.Clear();
            }

            bestNs = Math.Min(bestNs, Stopwatch.GetElapsedTime(began).TotalNanoseconds / Rounds);
        }

        TestContext.Current.SendDiagnosticMessage("set + clear: {0:F0} ns", bestNs);
        Assert.Equal(0, loop.Timers.Count);
        Assert.InRange(bestNs, 0, 200 * Slack);
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // Unoptimized code, and other work on the machine.
    private static int Slack =>
#if DEBUG
        20;
#else
        4;
#endif
}
