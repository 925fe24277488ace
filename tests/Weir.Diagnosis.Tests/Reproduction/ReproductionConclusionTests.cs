namespace Weir.Diagnosis.Tests;

public sealed class ReproductionConclusionTests
{
    private static readonly ReproductionOptions _options = new();

    private static readonly ServerDescription _ours = new("Node.js v20", "Node's defaults", "keepAliveTimeout = 65000", CanBeFixed: true, "");

    private static readonly ServerDescription _theirs = new("127.0.0.1:80", "as it is", "keep-alive of 65 s or more", CanBeFixed: false, "");

    private static PhaseReport Phase(ReproductionPhase phase, int requests, int failures = 0) => new()
    {
        Phase = phase,
        Setting = phase == ReproductionPhase.Fix ? "keepAliveTimeout = 65000" : "Node's defaults",
        Methods = ["GET", "POST"],
        Judged = 128,
        Failed = failures,
        FailedWith502 = failures,
        Faults = [],
        Balancer5xx = failures,
        Requests = requests,
        Failures = failures,
        FailuresByEnd = failures > 0 ? new Dictionary<string, int> { ["fin"] = failures } : [],
        Other502s = 0,
        Undecided502s = 0,
        FailedAtTheMoment = failures,
        FailuresByMethod = failures > 1 ? new Dictionary<string, int> { ["GET"] = failures / 2, ["POST"] = failures - (failures / 2) } : [],
        FailuresHandled = 0,
        AtChosenAges = 64,
        OnNewConnections = 0,
        Retried = 0,
        Withheld = 0,
        NearMisses = 0,
        BalancersReport = null,
        ClosedByBalancer = 20,
        ClosedByTarget = 0,
        From = TimeSpan.FromSeconds(5.98),
        To = TimeSpan.FromSeconds(6.01),
        Readied = TimeSpan.FromMilliseconds(20),
        Duration = TimeSpan.FromSeconds(8),
        Sent = 128,
    };

    private static readonly PhaseReport _race = Phase(ReproductionPhase.Race, 40, 20) with { ClosedByTarget = 40 };
    private static readonly PhaseReport _fix = Phase(ReproductionPhase.Fix, 64) with { Expected = 32 };
    private static readonly PhaseReport _proof = Phase(ReproductionPhase.FixAtIdleTimeout, 44);
    private static readonly PhaseReport _protect = Phase(ReproductionPhase.Protect, 40) with { Expected = 12, ClosedByTarget = 40 };

    private static ReproductionConclusion Of(params PhaseReport[] phases) => new(_options, _ours, phases, []);

    private static PhaseReport Broken(PhaseReport phase, string what) =>
        phase with { Failed = 1, Faults = [new FaultCount(what, 1, "a line")] };

    // Equal is not enough, and neither is it that most outlive the balancer. Source: docs/race.md
    [Theory]
    [InlineData(ReproductionOutcome.OutlivesBalancer, new double[0])]
    [InlineData(ReproductionOutcome.OutlivesBalancer, new[] { 61.5, 62, 62 })]
    [InlineData(ReproductionOutcome.NoRace, new[] { 60.0, 60.001, 60.002 })]
    [InlineData(ReproductionOutcome.NoRace, new[] { 5.0, 62, 62 })]
    [InlineData(null, new[] { 6.0, 6.001, 6.002 })]
    public void WhyNoRace_ByHowLongTheTargetKeepsConnections(ReproductionOutcome? expected, double[] ages)
    {
        var close = new IdleClose
        {
            StatusesByMethod = new Dictionary<string, int[]> { ["GET"] = [200], ["POST"] = [200] },
            KeepsConnections = true,
            SaidSeconds = null,
            SaysOnlyWhenAsked = false,
            Ages = [.. ages.Select(TimeSpan.FromSeconds)],
            StillOpen = 8 - ages.Length,
            Limit = TimeSpan.FromSeconds(63),
            Fins = ages.Length,
            Resets = 0,
            ResetsLateBytes = null,
        };

        (ReproductionOutcome Outcome, string Sentence)? why = ReproductionConclusion.WhyNoRace(_options, close);

        Assert.Equal(expected, why?.Outcome);
        Assert.Equal(expected == ReproductionOutcome.NoRace, why?.Sentence.Contains("must outlive the balancer by", StringComparison.Ordinal) == true);
    }

    // As one of HTTP/2 only answers HTTP/1.1: its good answers may keep their connections.
    [Theory]
    [InlineData(403, true)]
    [InlineData(200, false)]
    public void WhyNoRace_OfATargetThatEndsConnectionsWithErrors_SaysThatItsAnswersAreErrors(int status, bool isError)
    {
        var close = new IdleClose
        {
            StatusesByMethod = new Dictionary<string, int[]> { ["GET"] = [status] },
            KeepsConnections = false,
            SaidSeconds = null,
            SaysOnlyWhenAsked = false,
            Ages = [TimeSpan.Zero],
            StillOpen = 0,
            Limit = TimeSpan.FromSeconds(63),
            Fins = 1,
            Resets = 0,
            ResetsLateBytes = null,
        };

        (ReproductionOutcome Outcome, string Sentence) why = ReproductionConclusion.WhyNoRace(_options, close)!.Value;

        Assert.Equal(ReproductionOutcome.NeverReused, why.Outcome);
        Assert.Equal(
            isError, why.Sentence.EndsWith("It answers 403, and many servers end a connection with an error: --path names a path that it serves", StringComparison.Ordinal));
    }

    [Fact]
    public void Conclude_WhereNothingFailed_Holds()
    {
        ReproductionConclusion conclusion = Of(_race, _fix, _proof, _protect);

        Assert.Equal(ReproductionOutcome.StoryHeld, conclusion.Conclude().Outcome);
        Assert.Empty(conclusion.NotProved());
        Assert.Null(conclusion.ToDo());
    }

    [Theory]
    [InlineData(ReproductionPhase.Fix, "504 by the balancer")]
    [InlineData(ReproductionPhase.Fix, "500 by the target")]
    [InlineData(ReproductionPhase.FixAtIdleTimeout, "no answer within 15 s")]
    [InlineData(ReproductionPhase.Protect, "no line in the access log")]
    [InlineData(ReproductionPhase.Protect, "5xx by the balancer's own count only")]
    public void Conclude_WhereAnythingFailedInAnyWay_BreaksAndNamesIt(ReproductionPhase phase, string what)
    {
        PhaseReport[] phases = [.. ((PhaseReport[])[_race, _fix, _proof, _protect])
            .Select(report => report.Phase == phase ? Broken(report, what) : report)];

        (ReproductionOutcome outcome, string sentence) = Of(phases).Conclude();

        Assert.Equal(ReproductionOutcome.StoryBroke, outcome);
        Assert.StartsWith("1 of 128 requests failed with ", sentence, StringComparison.Ordinal);
        Assert.EndsWith($": 1 × {what}", sentence, StringComparison.Ordinal);
    }

    // Whatever the target does wrong besides the race shows in the phases that must be without a fault.
    [Fact]
    public void Conclude_WhereTheRaceHadOtherFaultsBesides_Holds() => Assert.Equal(
        ReproductionOutcome.StoryHeld, Of(Broken(_race, "500 by the target"), _fix, _proof, _protect).Conclude().Outcome);

    [Theory]
    [InlineData(ReproductionPhase.Fix)]
    [InlineData(ReproductionPhase.FixAtIdleTimeout)]
    public void Conclude_WhereTheFixedTargetClosesFirst_Breaks(ReproductionPhase phase)
    {
        PhaseReport[] phases = [.. ((PhaseReport[])[_race, _fix, _proof, _protect])
            .Select(report => report.Phase == phase ? report with { ClosedByTarget = 1 } : report)];

        (ReproductionOutcome outcome, string sentence) = Of(phases).Conclude();

        Assert.Equal(ReproductionOutcome.StoryBroke, outcome);
        Assert.Contains("the first to close 1 idle connection with", sentence, StringComparison.Ordinal);
    }

    public static TheoryData<PhaseReport, string> TooFew() => new()
    {
        { _fix with { Expected = 2.9 }, "of 64 at that moment 2.9 would have failed at the rate of the race, and 3 are needed" },
        { _fix with { Requests = 0, Expected = 0, Shortened = "there was no time" }, "3 are needed; there was no time" },
        { _proof with { Requests = 2 }, "2 came just before it" },
        { _proof with { AtChosenAges = 46 }, "2 just after it" },
        { _proof with { ClosedByBalancer = 0 }, "closed 0 idle connections" },
        { _protect with { Expected = 2 }, "2 would have met the close without it" },
    };

    [Theory]
    [MemberData(nameof(TooFew))]
    public void Conclude_WhereTooFewRequestsWereAtRisk_DoesNotHold(PhaseReport few, string expected)
    {
        PhaseReport[] phases = [.. ((PhaseReport[])[_race, _fix, _proof, _protect])
            .Select(report => report.Phase == few.Phase ? few : report)];

        ReproductionConclusion conclusion = Of(phases);

        (ReproductionOutcome outcome, string sentence) = conclusion.Conclude();
        Assert.Equal(ReproductionOutcome.TooFewRequests, outcome);
        Assert.StartsWith("too few requests to tell", sentence, StringComparison.Ordinal);
        Assert.Contains(expected, sentence, StringComparison.Ordinal);
        Assert.EndsWith("too few requests to tell", Assert.Single(conclusion.NotProved()), StringComparison.Ordinal);
    }

    [Fact]
    public void Conclude_OfATargetThatCannotBeFixed_SaysThatTheFixWasNotTriedAndWhatToSet()
    {
        var conclusion = new ReproductionConclusion(_options, _theirs, [_race, _protect], []);

        (ReproductionOutcome outcome, string sentence) = conclusion.Conclude();
        Assert.Equal(ReproductionOutcome.StoryHeld, outcome);
        Assert.Contains("the fix was not tried; with weir.stale_connection.mode=protect the race did not happen", sentence, StringComparison.Ordinal);
        Assert.Contains("longer keep-alive of the target", Assert.Single(conclusion.NotProved()), StringComparison.Ordinal);
        Assert.StartsWith("give the target a keep-alive of 65 s or more", conclusion.ToDo(), StringComparison.Ordinal);
    }

    [Fact]
    public void NotProved_OfAQuickRun_NamesTheIdleTimeout()
    {
        var conclusion = new ReproductionConclusion(_options with { Quick = true }, _ours, [_race, _fix, _protect], []);

        Assert.Equal(ReproductionOutcome.StoryHeld, conclusion.Conclude().Outcome);
        Assert.Equal("that nothing fails around the balancer's own 60 s: --quick leaves that out", Assert.Single(conclusion.NotProved()));
    }

    [Fact]
    public void Conclude_WhereAPartWasLeftOut_IsTimeOverUnlessSomethingBroke()
    {
        var whole = new ReproductionConclusion(_options, _ours, [_race, _fix, _protect], [ReproductionPhase.FixAtIdleTimeout]);
        var broken = new ReproductionConclusion(
            _options, _ours, [_race, Broken(_fix, "500 by the target")], [ReproductionPhase.FixAtIdleTimeout, ReproductionPhase.Protect]);

        Assert.Equal(ReproductionOutcome.TimeOver, whole.Conclude().Outcome);
        Assert.Equal("the fix around the balancer's own idle timeout: there was no time for it", Assert.Single(whole.NotProved()));
        Assert.Equal(ReproductionOutcome.TimeOver, whole.ConcludeInTheMiddle().Outcome);
        Assert.Equal(ReproductionOutcome.StoryBroke, broken.ConcludeInTheMiddle().Outcome);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0)]
    public void Conclude_WithFewerThanFiveRaces_ShowsNothing(int failures)
    {
        var conclusion = new ReproductionConclusion(_options, _theirs, [Phase(ReproductionPhase.Race, 40, failures)], []);

        Assert.Equal(ReproductionOutcome.NoRace, conclusion.Conclude().Outcome);
        Assert.Null(conclusion.ToDo());
    }

    // A longer keep-alive does not end them, and with them nothing shows what does end the race.
    [Theory]
    [InlineData(5, 0, 20)]
    [InlineData(30, 0, 0)]
    [InlineData(5, 21, 20)]
    public void Conclude_WhereOther502sCameBesides_EndsWithThem(int others, int undecided, int races)
    {
        var conclusion = new ReproductionConclusion(
            _options,
            _theirs,
            [Phase(ReproductionPhase.Race, 40, races) with
            {
                Other502s = others,
                Undecided502s = undecided,
                Faults = [new FaultCount("502 by the balancer: the target had got the request", others + undecided, null)],
            }],
            []);

        (ReproductionOutcome outcome, string sentence) = conclusion.Conclude();
        Assert.Equal(ReproductionOutcome.OtherFailures, outcome);
        Assert.StartsWith(
            $"{others} of 128 requests got a 502 that is not the race, and that a longer keep-alive does not end: {others + undecided} × 502 by the balancer",
            sentence,
            StringComparison.Ordinal);
        Assert.EndsWith(races > 0 ? "20 met the close besides" : "None met a close", sentence, StringComparison.Ordinal);
        Assert.Empty(conclusion.NotProved());
        Assert.Null(conclusion.ToDo());
    }

    // One at a time, each slowly: the first connections are closed before the last are idle.
    [Fact]
    public void Conclude_OfTooFewRacesOfASlowTarget_SaysToTryFewerConnections()
    {
        PhaseReport race = Phase(ReproductionPhase.Race, 1) with { Readied = TimeSpan.FromSeconds(9.6) };

        Assert.EndsWith(
            "; the target took 9.6 s for 64 requests that came at once, so that they did not meet closes: try fewer --connections",
            Of(race).Conclude().Sentence,
            StringComparison.Ordinal);
        Assert.DoesNotContain("--connections", Of(race with { Readied = TimeSpan.FromSeconds(1) }).Conclude().Sentence, StringComparison.Ordinal);
    }

    // Of every target some come just when it closes, with the request unread; of one whose timer goes on while it works, many.
    [Theory]
    [InlineData(6)]
    [InlineData(40)]
    public void Conclude_WhereSomeAreUndecided_HoldsAllTheSame(int undecided) => Assert.Equal(
        ReproductionOutcome.StoryHeld,
        Of(_race with { Undecided502s = undecided, Other502s = 1 }, _fix, _proof, _protect).Conclude().Outcome);

    // Only the target can tell, and so whoever asks is told neither that it is the race nor that it is none.
    [Fact]
    public void Conclude_WhereAllAreUndecided_ShowsNothingAndSaysWhere()
    {
        ReproductionConclusion conclusion = Of(Phase(ReproductionPhase.Race, 40) with { Failed = 21, FailedWith502 = 21, Undecided502s = 21 });

        (ReproductionOutcome outcome, string sentence) = conclusion.Conclude();
        Assert.Equal(ReproductionOutcome.NoRace, outcome);
        Assert.Contains(
            "; of 21 that got 502 it is open why: the target had got the request, and ended the connection in the moment in which it ends idle ones, be it for idleness or on account of the request, which its log of this time tells",
            sentence,
            StringComparison.Ordinal);
        Assert.Null(conclusion.ToDo());
    }

    // Whether it shows in the race or later is chance, as far as the target is concerned; what Weir itself has set up fails by the setting.
    [Theory]
    [InlineData(false, 5, 5, ReproductionOutcome.OtherFailures)]
    [InlineData(false, 5, 6, ReproductionOutcome.StoryBroke)]
    [InlineData(false, 4, 4, ReproductionOutcome.StoryBroke)]
    [InlineData(true, 5, 5, ReproductionOutcome.StoryBroke)]
    public void Conclude_WhereOther502sCameWithTheProtectionOnly_IsTheTargetsFaultIfItIsNotOurs(
        bool isOurs, int others, int failed, ReproductionOutcome expected)
    {
        PhaseReport failing = _protect with
        {
            Failed = failed,
            Other502s = others,
            Faults = [new FaultCount("502 by the balancer: the target had got the request", failed, null)],
        };

        (ReproductionOutcome outcome, string sentence) =
            new ReproductionConclusion(_options, isOurs ? _ours : _theirs, [_race, failing], []).Conclude();

        Assert.Equal(expected, outcome);
        Assert.Equal(
            expected == ReproductionOutcome.OtherFailures,
            sentence.EndsWith("the target's log of this time says why. 20 met the close besides", StringComparison.Ordinal));
    }

    // Long before its close a target that ends connections on account of requests does so too: whether it does is asked once.
    [Theory]
    [InlineData(1, 4, 0, 0, true)]
    [InlineData(0, 4, 0, 0, false)]
    [InlineData(9, 0, 5, 0, false)]
    [InlineData(9, 0, 0, 64, false)]
    public void Control_IsNeededOnceWhereSomeAreUndecidedAndTheVerdictIsOpen(int undecided, int races, int others, int controls, bool expected)
    {
        PhaseReport race = Phase(ReproductionPhase.Race, 40, races) with { Undecided502s = undecided, Other502s = others, Controls = controls };

        Assert.Equal(expected, ReproductionConclusion.NeedsControl(race));
        Assert.Equal(
            controls > 0 && undecided > 0, Of(race).Conclude().Sentence.Contains("; 64 at half that age got none for it, which speaks for idleness", StringComparison.Ordinal));
    }

    // It meant something by it.
    [Fact]
    public void Conclusion_WhereGoAwayNamesAnError_SaysSoInEveryVerdict()
    {
        GoAwayCount[] goAways = [new("NO_ERROR", 30), new("ENHANCE_YOUR_CALM", 9), new("INTERNAL_ERROR", 1)];
        const string Words = "; the target's GOAWAY names an error, ENHANCE_YOUR_CALM on 9 connections, INTERNAL_ERROR on 1 connection, where one that closes for idleness says NO_ERROR: ";
        PhaseReport broken = Broken(_protect, "502 by the balancer: the request met the target's close") with { GoAways = goAways };
        (ReproductionOutcome Outcome, string Sentence)[] all =
        [
            Of(_refused with { GoAways = goAways }).Conclude(),
            Of(Phase(ReproductionPhase.Race, 40) with { GoAways = goAways }).Conclude(),
            Of(Phase(ReproductionPhase.Race, 40) with { Other502s = 5, GoAways = goAways }).Conclude(),
            Of(_race, _fix, _proof, broken).Conclude(),
        ];

        Assert.Equal(
            [ReproductionOutcome.SentAgain, ReproductionOutcome.NoRace, ReproductionOutcome.OtherFailures, ReproductionOutcome.StoryBroke],
            all.Select(static end => end.Outcome));
        Assert.All(all, static end => Assert.Contains(Words, end.Sentence, StringComparison.Ordinal));
        Assert.DoesNotContain(
            "GOAWAY names", Of(_refused with { GoAways = [new GoAwayCount("NO_ERROR", 30)] }).Conclude().Sentence, StringComparison.Ordinal);
    }

    // A race of 128 requests, 64 of them at chosen ages; what came less often than that may still become another verdict.
    [Theory]
    [InlineData(true, ReproductionPhase.Protect, 0, 0, 0, 9, 64, false)]
    [InlineData(true, ReproductionPhase.Protect, 1, 1, 0, 9, 32, true)]
    [InlineData(false, ReproductionPhase.Protect, 1, 1, 0, 9, 32, true)]
    [InlineData(true, ReproductionPhase.Fix, 1, 1, 0, 0, 32, true)]
    [InlineData(true, ReproductionPhase.Fix, 1, 0, 0, 0, 32, true)]
    [InlineData(false, ReproductionPhase.Protect, 6, 0, 5, 9, 32, true)]
    // It has not learned yet, and perhaps never will.
    [InlineData(true, ReproductionPhase.Protect, 1, 1, 0, 0, 32, false)]
    [InlineData(true, ReproductionPhase.Protect, 1, 1, 0, 0, 64, true)]
    // None is the race so far; and five of them are another verdict where the target is not ours.
    [InlineData(true, ReproductionPhase.Protect, 4, 0, 4, 9, 32, false)]
    [InlineData(true, ReproductionPhase.Protect, 4, 0, 4, 9, 64, true)]
    [InlineData(false, ReproductionPhase.Protect, 4, 0, 4, 9, 64, false)]
    [InlineData(false, ReproductionPhase.Protect, 5, 0, 5, 9, 32, false)]
    [InlineData(false, ReproductionPhase.Protect, 5, 0, 5, 9, 64, true)]
    public void Phase_IsDecidedOnlyWhereMoreRequestsWouldChangeNothing(
        bool isOurs, ReproductionPhase phase, int failed, int races, int others, int withheld, int atChosenAges, bool expected)
    {
        PhaseReport report = Phase(phase, 30, races) with
        {
            Judged = 96,
            Failed = failed,
            Other502s = others,
            Withheld = withheld,
            AtChosenAges = atChosenAges,
            Faults = failed > 0 ? [new FaultCount("something", failed, null)] : [],
        };
        var conclusion = new ReproductionConclusion(_options, isOurs ? _ours : _theirs, [_race], []);

        Assert.Equal(
            expected ? "it has failed after 96 requests, and more would not change that; the race took 128" : null, conclusion.WhyDecided(report));
    }

    // So early that no request comes at the moment, and none ever would.
    [Theory]
    [InlineData(32, false)]
    [InlineData(64, true)]
    public void Fix_ThatClosesEarly_IsDecidedByTheTrafficOfTheRace(int atChosenAges, bool expected)
    {
        PhaseReport report = _fix with { Requests = 0, ClosedByTarget = 9, AtChosenAges = atChosenAges };

        Assert.Equal(
            expected ? "the target has closed first after 128 requests, and more would not change that; the race took 128" : null,
            Of(_race).WhyDecided(report));
    }

    // A line of the log may come late, and with it what failed is known.
    [Fact]
    public void Phase_WhoseOnlyFaultIsTheBalancersCount_IsNotDecided() =>
        Assert.Null(Of(_race).WhyDecided(_protect with { Unseen5xx = 1, Faults = [new FaultCount("5xx by the balancer's own count only", 1, null)] }));

    // Whoever reads that the protection failed is to know what of it.
    [Theory]
    [InlineData(0, 1, 0, "; weir did not learn from the target's closes after how long it closes idle connections, and without that it saves only what may be sent twice")]
    [InlineData(9, 1, 0, "")]
    [InlineData(9, 0, 1, "; none of these is the race, and a longer keep-alive does not end them")]
    [InlineData(9, 0, 0, "")]
    public void Conclude_WhereTheProtectionBroke_SaysWhatFailed(int withheld, int races, int others, string expected)
    {
        PhaseReport failing = Broken(_protect, "502 by the balancer") with { Withheld = withheld, Failures = races, Other502s = others };

        (ReproductionOutcome outcome, string sentence) = Of(_race, _fix, _proof, failing).Conclude();

        Assert.Equal(ReproductionOutcome.StoryBroke, outcome);
        Assert.EndsWith($"1 × 502 by the balancer{expected}", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Conclude_OfTooFewRaces_NamesWhatElseFailed() => Assert.EndsWith(
        "; besides, 3 × 502 by the balancer: the target had got the request",
        Of(Phase(ReproductionPhase.Race, 40, 1) with { Faults = [new FaultCount("502 by the balancer: the target had got the request", 3, null)] })
            .Conclude().Sentence,
        StringComparison.Ordinal);

    private static readonly PhaseReport _refused = Phase(ReproductionPhase.Race, 40) with
    {
        SentAgain = 22,
        SentAgainByMethod = new Dictionary<string, int> { ["GET"] = 11, ["POST"] = 11 },
    };

    [Fact]
    public void Conclusion_WhereTheCloseIsAnnounced_SaysThatNoneWasLostAndWhatNobodyKnows()
    {
        (ReproductionOutcome outcome, string sentence) = Of(_refused).Conclude();

        Assert.Equal(ReproductionOutcome.SentAgain, outcome);
        Assert.StartsWith("22 requests met the target's close, and none got 502: ", sentence, StringComparison.Ordinal);
        Assert.StartsWith(
            "let the target outlive the balancer here too (keepAliveTimeout = 65000): AWS does not say", Of(_refused).ToDo(), StringComparison.Ordinal);
        Assert.Empty(Of(_refused).NotProved());
    }

    // Whoever is told that none was lost, or that either method can be sent again, must be able to believe it.
    [Fact]
    public void Conclusion_WhereOneWasLostOrAMethodIsMissingOrTheyAreTooFew_ClaimsNothing()
    {
        PhaseReport[] phases =
        [
            _refused with { Failed = 1, FailedWith502 = 1, Failures = 1, FailuresByMethod = new Dictionary<string, int> { ["GET"] = 1 } },
            _refused with { Failed = 1, FailedWith502 = 1, Other502s = 1 },
            _refused with { Failed = 1, FailedWith502 = 1, Faults = [new FaultCount("502 by the balancer: nothing is known of it", 1, null)] },
            Broken(_refused, "5xx by the balancer's own count only") with { Unseen5xx = 1 },
            _refused with { SentAgainByMethod = new Dictionary<string, int> { ["GET"] = 22 } },
            _refused with { SentAgain = ReproductionConclusion.NeededRaces - 1 },
        ];

        Assert.All(phases, static phase => Assert.Equal(ReproductionOutcome.NoRace, Of(phase).Conclude().Outcome));
        Assert.All(phases, static phase => Assert.False(ReproductionConclusion.IsEnough(_options, phase)));
        Assert.Contains(" at that moment met the close and got 502 in 8 s; 5 are needed, and one of each method; 22 were refused by GOAWAY, sent again and answered", Of(phases[0]).Conclude().Sentence, StringComparison.Ordinal);
        Assert.Null(Of(phases[0]).ToDo());
    }

    // What stops the bursts is what is concluded from them.
    [Fact]
    public void Conclusion_WhereTheCloseIsAnnouncedAndSomethingElseThan502Failed_NamesItBesides()
    {
        PhaseReport phase = Broken(_refused, "503 by the target");

        (ReproductionOutcome outcome, string sentence) = Of(phase).Conclude();
        Assert.Equal(ReproductionOutcome.SentAgain, outcome);
        Assert.EndsWith("; besides, 1 × 503 by the target", sentence, StringComparison.Ordinal);
        Assert.True(ReproductionConclusion.IsEnough(_options, phase));
        Assert.False(ReproductionConclusion.IsEnough(_options, phase with { SentAgain = ReproductionConclusion.EnoughSentAgain - 1 }));
    }

    [Fact]
    public void Conclude_WhereRequestsWereRefusedOtherwise_SaysSo() => Assert.EndsWith(
        "; 7 requests were refused, not by an idle close: the target said GOAWAY only when they had arrived",
        Of(Phase(ReproductionPhase.Race, 40) with { RefusedOtherwise = 7 }).Conclude().Sentence,
        StringComparison.Ordinal);
}
