using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

public sealed class RestartSignsTests
{
    private static readonly double[] _begins = [0, 0.137, 0.274, 0.411];

    private static IdleReading Ended(int round, double begin, double end, IdleOutcome outcome = IdleOutcome.Closed) => new()
    {
        Round = round,
        Asked = false,
        Outcome = outcome,
        Age = TimeSpan.FromSeconds(end - begin),
        EndedAt = TimeSpan.FromSeconds((round * 100) + end),
    };

    // All at one moment, as seconds from the round's begin.
    private static IdleRound AtOnce(int round, double moment, bool wasGone = false) =>
        new([.. _begins.Select((begin, index) => Ended(round, begin, moment + (index * 0.002)))], wasGone);

    // Each at its own age.
    private static IdleRound AtAge(int round, double age) => new([.. _begins.Select(begin => Ended(round, begin, begin + age))], false);

    private static IdleRound StillOpen(int round) => new([.. _begins.Select(begin => Ended(round, begin, begin + 67, IdleOutcome.StillOpen))], false);

    private static int RestartedIn(IReadOnlyList<IdleReading> judged, int round) =>
        judged.Count(reading => reading.Round == round && reading.Outcome == IdleOutcome.Restarted);

    [Fact]
    public void Judge_OfConnectionsWithTimersOfTheirOwn_FindsNoRestart()
    {
        IReadOnlyList<IdleReading> judged = RestartSigns.Judge([AtAge(1, 5)]);

        Assert.Equal(0, RestartedIn(judged, 1));
        Assert.False(RestartSigns.AreEverywhere(judged));
    }

    [Fact]
    public void Judge_OfOneMomentThatNoOtherRoundShows_IsARestart()
    {
        IReadOnlyList<IdleReading> judged = RestartSigns.Judge([AtOnce(1, 12), StillOpen(2)]);

        Assert.Equal((4, 0), (RestartedIn(judged, 1), RestartedIn(judged, 2)));
        Assert.False(RestartSigns.AreEverywhere(judged));
    }

    [Fact]
    public void Judge_OfOneMomentAlone_AsksForAnotherRound() => Assert.True(RestartSigns.AreEverywhere(RestartSigns.Judge([AtOnce(1, 12)])));

    // A target that looks once a second at which of its connections are old.
    [Fact]
    public void Judge_OfTheSameAgesInEveryRound_IsATimerOfACoarseGrain()
    {
        IReadOnlyList<IdleReading> judged = RestartSigns.Judge([AtOnce(1, 5.9), AtOnce(2, 5.2)]);

        Assert.Equal((0, 0), (RestartedIn(judged, 1), RestartedIn(judged, 2)));
    }

    // One that is restarted again and again, at even intervals.
    [Fact]
    public void Judge_WhereTheTargetWasGone_IsARestartWhateverTheAges()
    {
        IReadOnlyList<IdleReading> judged = RestartSigns.Judge([AtOnce(1, 5.9, wasGone: true), AtOnce(2, 5.9, wasGone: true)]);

        Assert.Equal((4, 4), (RestartedIn(judged, 1), RestartedIn(judged, 2)));
    }

    [Fact]
    public void Judge_OfARestartAfterTrueCloses_CountsTheTrueOnes()
    {
        IdleRound round = new([Ended(1, 0, 5), Ended(1, 0.137, 5.137), Ended(1, 0.274, 30), Ended(1, 0.411, 30.001)], WasGone: true);

        Assert.Equal(
            [IdleOutcome.Closed, IdleOutcome.Closed, IdleOutcome.Restarted, IdleOutcome.Restarted],
            RestartSigns.Judge([round]).Select(static reading => reading.Outcome));
    }

    // Of several workers one is replaced, and one connection was its own.
    [Fact]
    public void Judge_OfOneConnectionThatEndsAloneOnce_IsNoTimeout()
    {
        IdleRound first = new([Ended(1, 0, 9), .. _begins[1..].Select(static begin => Ended(1, begin, begin + 67, IdleOutcome.StillOpen))], false);

        Assert.Equal(1, RestartedIn(RestartSigns.Judge([first, StillOpen(2)]), 1));
    }

    [Fact]
    public void Judge_OfConnectionsThatGotNoAnswer_IsTheRestartsOnlyWhereTheTargetWasGone()
    {
        IdleReading unanswered = Ended(1, 0, 0, IdleOutcome.Unanswered);

        Assert.Equal(0, RestartedIn(RestartSigns.Judge([new IdleRound([unanswered], WasGone: false)]), 1));
        Assert.Equal(1, RestartedIn(RestartSigns.Judge([new IdleRound([unanswered], WasGone: true)]), 1));
    }
}
