namespace Weir.Diagnosis.Tests;

public sealed class TimeBudgetTests
{
    // What a round took beside waiting in the longest of real runs; what a server takes to start comes with it.
    private static readonly TimeSpan _perRound = TimeSpan.FromSeconds(2);

    private static readonly ReproductionOptions _options = new();

    /// <summary>Every age at which a target may close and still race a balancer of 60 s, in steps of a tenth of a second.</summary>
    private static IEnumerable<TimeSpan> Closes() =>
        Enumerable.Range(2, 598).Select(static tenths => TimeSpan.FromSeconds(tenths / 10.0));

    /// <summary>All phases in virtual time, each with as many rounds as it may have, since nothing is ever enough.</summary>
    private static (TimeSpan Whole, TimeSpan LongestPhase, List<ReproductionPhase> LeftOut) Play(
        ReproductionOptions options, TimeSpan close, bool canBeFixed, TimeSpan learning)
    {
        var budget = new TimeBudget(options, canBeFixed, learning);
        TimeSpan now = close;
        TimeSpan longest = TimeSpan.Zero;
        var leftOut = new List<ReproductionPhase>();
        bool Run(ReproductionPhase phase)
        {
            if (!budget.MayBegin(phase, close, now))
            {
                leftOut.Add(phase);
                return false;
            }

            now += phase == ReproductionPhase.Protect ? learning : TimeSpan.Zero;
            TimeSpan start = now;
            do
            {
                now += close + _perRound;
            }
            while (budget.WhyNoMore(phase, close, now - start, now) is null);
            longest = now - start > longest ? now - start : longest;
            return true;
        }

        Run(ReproductionPhase.Race);
        TimeSpan proofEnds = TimeSpan.Zero;
        if (canBeFixed && Run(ReproductionPhase.Fix) && !options.Quick)
        {
            proofEnds = now + options.IdleTimeout + _perRound;
        }

        Run(ReproductionPhase.Protect);
        return (now > proofEnds ? now : proofEnds, longest, leftOut);
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    public void Phases_OfEveryCloseBelowTheIdleTimeout_FitIntoTheWholeWithNoneLeftOut(bool canBeFixed, bool learns, bool isQuick)
    {
        Assert.All(Closes(), close =>
        {
            TimeSpan learning = learns ? close + TimeSpan.FromSeconds(2.5) : TimeSpan.Zero;
            (TimeSpan whole, TimeSpan longest, List<ReproductionPhase> leftOut) =
                Play(_options with { Quick = isQuick }, close, canBeFixed, learning);

            Assert.InRange(whole, TimeSpan.Zero, _options.WholeLimit);
            Assert.InRange(longest, TimeSpan.Zero, _options.PacingLimit + _perRound);
            Assert.Empty(leftOut);
        });
    }

    [Fact]
    public void Phases_OfACloseWithAnIdleTimeoutOfAnHour_FitIntoTheWholeAndTheRestIsLeftOut()
    {
        ReproductionOptions options = _options with { IdleTimeout = TimeSpan.FromHours(1) };
        TimeSpan close = TimeBudget.MeasuredFor(options);

        (TimeSpan whole, _, List<ReproductionPhase> leftOut) = Play(options, close, canBeFixed: false, close);

        Assert.InRange(whole, TimeSpan.Zero, options.WholeLimit);
        Assert.Equal([ReproductionPhase.Protect], leftOut);
    }

    [Theory]
    [InlineData(44, 46, 100, null)]
    [InlineData(45, 46, 100, "another round of 45.0 s would end after the 90 s that a phase may take")]
    [InlineData(44, 46, 270, "another round of 44.0 s would leave too little of the 6 min for the whole")]
    public void WhyNoMore_NamesTheLimitThatIsReached(int round, int inPhase, int elapsed, string? expected) => Assert.Equal(
        expected,
        new TimeBudget(_options, canBeFixed: false, TimeSpan.Zero).WhyNoMore(
            ReproductionPhase.Race, TimeSpan.FromSeconds(round), TimeSpan.FromSeconds(inPhase), TimeSpan.FromSeconds(elapsed)));

    [Theory]
    [InlineData(60, 63)]
    [InlineData(4000, 120)]
    public void MeasuredFor_IsNoLongerThanTheRestLeavesRoomFor(int idleTimeout, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        TimeBudget.MeasuredFor(_options with { IdleTimeout = TimeSpan.FromSeconds(idleTimeout) }));
}
