using Weir.Diagnosis.TargetLogs;

namespace Weir.Diagnosis.Tests.TargetLogs;

public sealed class TargetLogJoinTests
{
    private static readonly TimeSpan _hours = TimeSpan.FromHours(3);

    public static TheoryData<string, double> FormsAndOffsets =>
        [.. from form in new[] { "combined", "nginx", "pino" } from offset in new[] { 0, -1.5, 7200.25, -7 * 3600 } select new TheoryDataRow<string, double>(form, offset)];

    [Theory]
    [MemberData(nameof(FormsAndOffsets))]
    public void Run_AQuietLogWithAWrongClock_FindsTheOffsetAndTellsLoggedFromUnlogged(string form, double offsetSeconds)
    {
        var traffic = new SyntheticTraffic(1).Add(2_000, _hours, paths: 100, errorShare: 0.05, unloggedShare: 0.5);

        var report = traffic.Join().Run([LogText.File(traffic.Lines(Form(form), TimeSpan.FromSeconds(offsetSeconds)))]);

        // A time that is cut to seconds is half a second early on average.
        var rounding = form == "pino" ? 0 : 0.5;
        Assert.InRange((report.Offsets[0]!.Microseconds / 1e6) + rounding, offsetSeconds - 0.1, offsetSeconds + 0.1);
        AssertJoined(traffic, report, leastAnswered: 0.9, mostWrong: 0.02);
        Assert.True(report.GoodRequestsFound >= report.GoodRequests * 0.98, report.Notes[^1]);
    }

    [Fact]
    public void Run_AClockThatDrifts_IsFollowedWithinItsTolerance()
    {
        var traffic = new SyntheticTraffic(2).Add(2_000, _hours, paths: 200, errorShare: 0.05, unloggedShare: 0.5);

        var report = traffic.Join().Run([LogText.File(traffic.Lines(SyntheticTraffic.Pino, TimeSpan.FromSeconds(30), driftSecondsPerHour: 0.3))]);

        AssertJoined(traffic, report, leastAnswered: 0.85, mostWrong: 0.03);
    }

    // 40 requests a second on ten paths, of which the sample holds one in fifty: most lines belong to nobody who is looked for.
    [Fact]
    public void Run_ABusyLog_JoinsHardlyAnythingFalsely()
    {
        var traffic = new SyntheticTraffic(3).Add(72_000, TimeSpan.FromMinutes(30), paths: 100, errorShare: 0.01, unloggedShare: 0.7);
        var index = 0;

        var report = traffic.Join(_ => ++index % 50 == 0).Run([LogText.File(traffic.Lines(SyntheticTraffic.Pino, TimeSpan.FromSeconds(-1.5)))]);

        Assert.InRange(report.Offsets[0]!.Microseconds / 1e6, -1.6, -1.4);
        var (falselyFound, unlogged) = CountFalselyFound(traffic, report);
        TestContext.Current.TestOutputHelper?.WriteLine($"{falselyFound} of {unlogged} without a line joined falsely");
        Assert.True(unlogged > 300);
        Assert.InRange(falselyFound, 0, unlogged * 0.03);
        Assert.DoesNotContain(ErrorsAndAnswers(traffic, report), static pair => pair.Request.IsLogged && pair.Answer.Outcome == JoinOutcome.NoLine);
    }

    [Fact]
    public void Run_APathThatIsEverywhere_IsAmbiguousAndNotGuessed()
    {
        var traffic = new SyntheticTraffic(4).Add(30_000, TimeSpan.FromMinutes(10), paths: 1, errorShare: 0.01, unloggedShare: 1);

        var report = traffic.Join(static request => request.Dispatched.Second == 7).Run([LogText.File(traffic.Lines(SyntheticTraffic.Combined, TimeSpan.Zero))]);

        Assert.DoesNotContain(report.Answers, static answer => answer.Outcome is JoinOutcome.FoundByTime);
        Assert.Contains(report.Answers, static answer => answer.Outcome is JoinOutcome.Ambiguous);
    }

    [Fact]
    public void Run_WithTraceIds_IsExactWhateverTheClock()
    {
        var traffic = new SyntheticTraffic(5).Add(3_000, _hours, paths: 2, errorShare: 0.1, unloggedShare: 0.5);

        var report = traffic.Join().Run([LogText.File(traffic.Lines(SyntheticTraffic.Traced, TimeSpan.FromDays(400)))]);

        Assert.All(ErrorsAndAnswers(traffic, report), static pair =>
            Assert.Equal(pair.Request.IsLogged ? JoinOutcome.FoundByTraceId : JoinOutcome.NoLine, pair.Answer.Outcome));
    }

    [Fact]
    public void Run_WithoutTimesButWithTraceIds_KnowsWhatIsMissing()
    {
        var traffic = new SyntheticTraffic(6).Add(1_000, _hours, paths: 5, errorShare: 0.1, unloggedShare: 0.5);

        var report = traffic.Join().Run([LogText.File(traffic.Lines(static handled => $"handled {handled.Request.TraceId}", TimeSpan.Zero))]);

        Assert.All(ErrorsAndAnswers(traffic, report), static pair =>
            Assert.Equal(pair.Request.IsLogged ? JoinOutcome.FoundByTraceId : JoinOutcome.NoLine, pair.Answer.Outcome));
        Assert.Contains(report.Notes, static note => note.EndsWith("joined by trace id only", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WithoutTimesAndTraceIds_SaysThatNothingCanBeJoined()
    {
        var traffic = new SyntheticTraffic(7).Add(200, _hours, paths: 5, errorShare: 0.1);

        var report = traffic.Join().Run([LogText.File(traffic.Lines(SyntheticTraffic.Uvicorn, TimeSpan.Zero))]);

        Assert.All(report.Answers, static answer => Assert.Equal(JoinOutcome.NotCovered, answer.Outcome));
        Assert.Contains(report.Notes, static note => note.Contains("nothing can be joined", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_ALogThatStartsLater_DoesNotCallWhatWasBeforeMissing()
    {
        var traffic = new SyntheticTraffic(8).Add(2_000, _hours, paths: 100, errorShare: 0.05, unloggedShare: 1);
        var from = traffic.Requests[1_000].Dispatched;
        var lines = traffic.Lines(SyntheticTraffic.Pino, TimeSpan.Zero).Skip(traffic.Requests.Take(1_000).Count(static request => request.IsLogged));

        var report = traffic.Join().Run([LogText.File(lines)]);

        Assert.All(ErrorsAndAnswers(traffic, report), pair =>
        {
            Assert.Equal(pair.Request.Dispatched < from, pair.Answer.Outcome == JoinOutcome.NotCovered);
            Assert.NotEqual(JoinOutcome.FoundByTraceId, pair.Answer.Outcome);
        });
    }

    // The sample of good requests has to hold some of any part of a log, however long that is.
    [Fact]
    public void Run_OnlyTheEndOfALongLog_IsRecognized()
    {
        var traffic = new SyntheticTraffic(12).Add(24_000, _hours, paths: 100, errorShare: 0.01, unloggedShare: 1);
        var from = traffic.Requests[20_000].Dispatched;
        var lines = traffic.Lines(SyntheticTraffic.Pino, TimeSpan.Zero).Skip(traffic.Requests.Take(20_000).Count(static request => request.IsLogged));

        var report = traffic.Join().Run([LogText.File(lines)]);

        var (before, within) = (ErrorsAndAnswers(traffic, report).Where(pair => pair.Request.Dispatched < from).ToArray(),
            ErrorsAndAnswers(traffic, report).Where(pair => pair.Request.Dispatched >= from).ToArray());
        Assert.All(before, static pair => Assert.Equal(JoinOutcome.NotCovered, pair.Answer.Outcome));
        Assert.InRange(within.Count(static pair => pair.Answer.Outcome == JoinOutcome.NoLine), within.Length * 0.8, within.Length);
    }

    [Fact]
    public void Run_TheLogOfAnotherTarget_SaysNothingOfThisOne()
    {
        var traffic = new SyntheticTraffic(9)
            .Add(1_000, _hours, paths: 100, errorShare: 0.05, unloggedShare: 1, target: 0)
            .Add(1_000, _hours, paths: 100, errorShare: 0.05, unloggedShare: 1, target: 1);
        var ofOne = new SyntheticTraffic(0);
        ofOne.Requests.AddRange(traffic.Requests.Where(static request => request.Target == 1));

        var report = traffic.Join().Run([LogText.File(ofOne.Lines(SyntheticTraffic.Pino, TimeSpan.FromSeconds(1)))]);

        Assert.All(
            ErrorsAndAnswers(traffic, report).Where(static pair => pair.Answer.Outcome == JoinOutcome.NoLine),
            static pair => Assert.Equal(1, pair.Request.Target));
        Assert.Contains(report.Answers, static answer => answer.Outcome == JoinOutcome.NoLine);
        Assert.Contains(report.Answers, static answer => answer.Outcome == JoinOutcome.NotCovered);
    }

    // A client that asks again at once: one of the two has a line, and to the second nobody can tell which.
    [Fact]
    public void Run_ARequestSentTwice_IsAmbiguousToTheSecondAndClearToTheMillisecond()
    {
        var traffic = new SyntheticTraffic(10).Add(500, _hours, paths: 100);
        traffic.Add(5_000, "/pay", isError: true, isLogged: false);
        traffic.Add(5_000.3, "/pay");

        var toTheSecond = traffic.Join().Run([LogText.File(traffic.Lines(SyntheticTraffic.Combined, TimeSpan.Zero))]);
        var toTheMillisecond = traffic.Join().Run([LogText.File(traffic.Lines(SyntheticTraffic.Pino, TimeSpan.Zero))]);

        Assert.NotEqual(JoinOutcome.FoundByTime, Assert.Single(toTheSecond.Answers).Outcome);
        Assert.Equal(JoinOutcome.NoLine, Assert.Single(toTheMillisecond.Answers).Outcome);
    }

    [Fact]
    public void Run_TooFewRequestsForTheClock_FindsNothingByTime()
    {
        var traffic = new SyntheticTraffic(11);
        traffic.Add(1, "/a", isError: true);

        var report = traffic.Join().Run([LogText.File(traffic.Lines(SyntheticTraffic.Pino, TimeSpan.Zero))]);

        var answer = Assert.Single(report.Answers);
        Assert.Equal((JoinOutcome.Ambiguous, 1), (answer.Outcome, answer.Candidates));
        Assert.False(report.Offsets[0]!.IsEstimated);
        Assert.Contains(report.Notes, static note => note.EndsWith("its clock is unknown, and nothing is found in it by time", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(JoinOutcome.FoundByTime, "found by time (offset -1.500 s, 1 candidate): status 200 after 0.023 s")]
    [InlineData(JoinOutcome.FoundByTraceId, "found by trace id: status 200 after 0.023 s")]
    [InlineData(JoinOutcome.NoLine, "no line: the request never reached the target's handler")]
    [InlineData(JoinOutcome.Ambiguous, "unknown: 1 candidate by time, which other requests may have written")]
    [InlineData(JoinOutcome.NotCovered, "unknown: the log does not cover that target and time")]
    public void Text_EachOutcome_SaysWhatIsKnown(JoinOutcome outcome, string expected) =>
        Assert.Equal(expected, new JoinAnswer
        {
            Outcome = outcome,
            Candidates = 1,
            Offset = TimeSpan.FromSeconds(-1.5),
            Entry = new TargetLogEntry { Status = 200, DurationMicroseconds = 23_000 },
        }.Text);

    private static Func<HandledRequest, string> Form(string name) => name switch
    {
        "combined" => SyntheticTraffic.Combined,
        "nginx" => SyntheticTraffic.Nginx,
        _ => SyntheticTraffic.Pino,
    };

    private static (SyntheticRequest Request, JoinAnswer Answer)[] ErrorsAndAnswers(SyntheticTraffic traffic, TargetLogJoinReport report) =>
        [.. traffic.Requests.Where(static request => request.IsError).OrderBy(static request => request.Dispatched).Zip(report.Answers)];

    private static (int False, int Unlogged) CountFalselyFound(SyntheticTraffic traffic, TargetLogJoinReport report)
    {
        var unlogged = ErrorsAndAnswers(traffic, report).Where(static pair => !pair.Request.IsLogged).ToArray();
        return (unlogged.Count(static pair => pair.Answer.Outcome == JoinOutcome.FoundByTime), unlogged.Length);
    }

    private static void AssertJoined(SyntheticTraffic traffic, TargetLogJoinReport report, double leastAnswered, double mostWrong)
    {
        var pairs = ErrorsAndAnswers(traffic, report);
        var answered = pairs.Where(static pair => pair.Answer.Outcome is JoinOutcome.FoundByTime or JoinOutcome.NoLine).ToArray();
        var wrong = answered.Count(static pair => pair.Request.IsLogged != (pair.Answer.Outcome == JoinOutcome.FoundByTime));
        Assert.True(answered.Length >= pairs.Length * leastAnswered, $"{answered.Length} of {pairs.Length} answered");
        Assert.True(wrong <= answered.Length * mostWrong, $"{wrong} of {answered.Length} wrong");
    }
}
