using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

public sealed class ProbeVerdictTests
{
    private static readonly TimeSpan _idleTimeout = TimeSpan.FromSeconds(60);

    private static readonly ProbeAnswer _answer = new()
    {
        StatusCode = 200,
        CompletedTimestamp = 0,
        Duration = TimeSpan.FromMilliseconds(2),
        MayBeReused = true,
    };

    private static ProbeMeasurement Measured(params IdleReading[] idle) => new()
    {
        Target = "127.0.0.1:3000",
        Asked = _answer,
        NotAsked = _answer,
        Idle = idle,
    };

    private static IdleReading Closed(double seconds) => new()
    {
        Round = 1,
        Asked = true,
        Outcome = IdleOutcome.Closed,
        Age = TimeSpan.FromSeconds(seconds),
        End = ConnectionEnd.Fin,
        Answer = _answer,
    };

    private static IdleReading Watched(IdleOutcome outcome) => Closed(67) with { Outcome = outcome, End = ConnectionEnd.None };

    private static ProbeVerdict VerdictOf(ProbeMeasurement measurement) =>
        ProbeVerdict.Of(measurement, IdleSummary.Of(measurement.Idle), _idleTimeout, null);

    [Theory]
    [InlineData(5.999, ProbeOutcome.NotSafe, ProbeReason.ClosesEarlier)]
    [InlineData(58.9, ProbeOutcome.NotSafe, ProbeReason.ClosesEarlier)]
    [InlineData(59.1, ProbeOutcome.NotSafe, ProbeReason.ClosesTogether)]
    [InlineData(60.0, ProbeOutcome.NotSafe, ProbeReason.ClosesTogether)]
    [InlineData(60.9, ProbeOutcome.NotSafe, ProbeReason.ClosesTogether)]
    [InlineData(61.0, ProbeOutcome.Safe, ProbeReason.ClosesLater)]
    [InlineData(66.0, ProbeOutcome.Safe, ProbeReason.ClosesLater)]
    public void Verdict_OfACloseAtSomeAge_FollowsTheMargin(double seconds, ProbeOutcome outcome, ProbeReason reason)
    {
        ProbeVerdict verdict = VerdictOf(Measured(Closed(seconds), Closed(80)));

        Assert.Equal((outcome, reason), (verdict.Outcome, verdict.Reason));
        Assert.Equal(seconds - 60, verdict.Margin!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void Verdict_OfOneShortConnectionAmongOpenOnes_IsTheShortOnes()
    {
        ProbeVerdict verdict = VerdictOf(Measured(Watched(IdleOutcome.StillOpen), Closed(5), Watched(IdleOutcome.StillOpen)));

        Assert.Equal("Not safe behind an idle timeout of 60 s: some connections are closed after 5.0 s, 55.0 s before the balancer would.", verdict.Sentence);
    }

    [Theory]
    [InlineData(IdleOutcome.StillOpen, ProbeOutcome.Safe, ProbeReason.StillOpen)]
    [InlineData(IdleOutcome.Lost, ProbeOutcome.NotSafe, ProbeReason.Lost)]
    [InlineData(IdleOutcome.Unanswered, ProbeOutcome.NotMeasured, ProbeReason.NoAnswers)]
    public void Verdict_WithoutAClose_DependsOnWhatAnswered(IdleOutcome idle, ProbeOutcome outcome, ProbeReason reason)
    {
        ProbeVerdict verdict = VerdictOf(Measured(Watched(idle), Watched(idle)));

        Assert.Equal((outcome, reason), (verdict.Outcome, verdict.Reason));
    }

    [Fact]
    public void Verdict_OfAnUnannouncedRequestLimit_IsNotSafeEvenWhereIdleConnectionsLive()
    {
        ProbeMeasurement measurement = Measured(Watched(IdleOutcome.StillOpen)) with
        {
            Counts = [new CountReading(100, CountOutcome.Unannounced), new CountReading(100, CountOutcome.Unannounced)],
        };

        Assert.Equal((ProbeOutcome.NotSafe, ProbeReason.UnannouncedRequestLimit), (VerdictOf(measurement).Outcome, VerdictOf(measurement).Reason));
    }

    [Fact]
    public void Verdict_OfOneUnannouncedClose_IsNotTakenForALimit()
    {
        ProbeMeasurement measurement = Measured(Watched(IdleOutcome.StillOpen)) with
        {
            Counts = [new CountReading(17, CountOutcome.Unannounced), new CountReading(200, CountOutcome.NoLimitMet)],
        };

        Assert.Equal(ProbeOutcome.Safe, VerdictOf(measurement).Outcome);
    }

    [Fact]
    public void Verdict_OfErrorsThatEndTheirConnections_SaysNothingOfOtherAnswers()
    {
        ProbeAnswer error = _answer with { StatusCode = 500, MayBeReused = false };

        ProbeVerdict verdict = VerdictOf(Measured() with { Asked = error, NotAsked = error });

        Assert.Equal((ProbeOutcome.NotMeasured, ProbeReason.ErrorAnswer), (verdict.Outcome, verdict.Reason));
        Assert.StartsWith("Not measured: the target answers 500 and ends the connection with it", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_OfWorkersThatSayDifferentThings_ComparesEachWithItsOwnWord()
    {
        var idle = IdleSummary.Of([Saying(1, 2.001), Saying(4, 5.003), Saying(1, 2.004)]);

        Assert.Equal([1, 4], idle.SaidSeconds);
        Assert.Equal([1.001, 1.003, 1.004], idle.AfterSaid.Select(static later => Math.Round(later.TotalSeconds, 3)));

        static IdleReading Saying(int said, double seconds) => Closed(seconds) with { Answer = _answer with { TimeoutSeconds = said } };
    }

    [Fact]
    public void Summary_WhereOnlyThoseWhoAskAreTold_ComparesTheOthersToo()
    {
        var idle = IdleSummary.Of([Closed(5.01) with { Answer = _answer with { TimeoutSeconds = 5 } }, Closed(4.99)]);

        Assert.Equal([-0.01, 0.01], idle.AfterSaid.Select(static later => Math.Round(later.TotalSeconds, 3)));
    }

    [Theory]
    [InlineData(new[] { 2.0, 2.3, 2.7, 3.0 }, 1)]
    [InlineData(new[] { 5.0, 5.0, 65.0, 65.1 }, 2)]
    [InlineData(new[] { 60.0, 60.5, 61.0 }, 1)]
    [InlineData(new[] { 5.0, 20.0, 75.0 }, 3)]
    public void Summary_OfAges_PartsSettingsAndNotATimersGrain(double[] seconds, int groups) =>
        Assert.Equal(groups, IdleSummary.Of([.. seconds.Select(Closed)]).Groups.Count);
}
