using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.Diagnosis;
using Weir.Laboratory;
using Weir.Output;
using Weir.Tests.Schemas;

namespace Weir.Tests.Laboratory;

public sealed class ReproductionTextTests
{
    private static readonly ReproductionReport _report = new()
    {
        Outcome = ReproductionOutcome.StoryHeld,
        Verdict = "the race happened, and it was stopped",
        NotProved = [],
        ToDo = null,
        Options = new ReproductionOptions(),
        Server = new ServerDescription("Node.js v20.20.2", "Node's defaults", "keepAliveTimeout = 65000", true, ""),
        Close = new IdleClose
        {
            StatusesByMethod = new Dictionary<string, int[]> { ["POST"] = [201], ["GET"] = [200, 304] },
            KeepsConnections = true,
            SaidSeconds = 5,
            SaysOnlyWhenAsked = false,
            Ages = [TimeSpan.FromSeconds(6)],
            StillOpen = 0,
            Limit = TimeSpan.FromSeconds(63),
            Fins = 1,
            Resets = 0,
            ResetsLateBytes = true,
        },
        Phases =
        [
            Phase(ReproductionPhase.Race, 41, 17),
            Phase(ReproductionPhase.Fix, 64, 0) with { Expected = 26.5 },
            Phase(ReproductionPhase.FixAtIdleTimeout, 198, 0) with { Judged = 512, AtChosenAges = 256, OnNewConnections = 8, ClosedByBalancer = 58 },
            Phase(ReproductionPhase.Protect, 41, 0) with { Expected = 25, NearMisses = 20, Retried = 5 },
        ],
        Duration = TimeSpan.FromSeconds(90),
    };

    private static PhaseReport Phase(ReproductionPhase phase, int requests, int failures) => new()
    {
        Phase = phase,
        Setting = "a setting",
        Methods = ["GET", "POST"],
        Judged = 128,
        Failed = failures,
        FailedWith502 = failures,
        Faults = [],
        Balancer5xx = failures,
        Requests = requests,
        Failures = failures,
        FailuresByEnd = failures > 3 ? new Dictionary<string, int> { ["fin_then_rst"] = 3, ["fin"] = failures - 3 } : [],
        Other502s = 0,
        Undecided502s = 0,
        FailedAtTheMoment = failures,
        AtChosenAges = 64,
        OnNewConnections = 0,
        FailuresByMethod = new Dictionary<string, int> { ["GET"] = failures },
        FailuresHandled = 0,
        Sent = 128,
        Retried = 0,
        Withheld = phase == ReproductionPhase.Protect ? 43 : 0,
        NearMisses = 0,
        BalancersReport = null,
        ClosedByBalancer = 0,
        ClosedByTarget = 0,
        From = TimeSpan.FromSeconds(5.98),
        To = TimeSpan.FromSeconds(6.01),
        Readied = TimeSpan.FromMilliseconds(20),
        Duration = TimeSpan.FromSeconds(8),
    };

    private static readonly RacePair _pair = new(
        Entry("200 200"),
        Entry("502 -"),
        IsRace: true,
        IsUndecided: false,
        KnowsTargetLog: true,
        TargetLine: null,
        new BadGateway(BadGatewayKind.MetClose, "target_closed", "fin", "The target closed."));

    [Fact]
    public void Table_OfAWholeRun_SaysWithEveryNoneHowFarItCanBeBelieved() => Assert.Equal(
        """
        SETTING                       REQUESTS  AT RISK  502  OTHER  AT MOST  RETRIED  WITHHELD  VERDICT
        as is, behind ALB (observe)        128       41   17      0  55.5 %         0         0  the race
        fixed, same traffic                128       64    0      0  4.6 %          0         0  none in 64
        fixed, around 60 s of idling       512      198    0      0  1.5 %          0         0  none in 198
        as is, with Weir (protect)         128       41    0      0  7.0 %          5        43  none in 41

        """,
        ReproductionTable.Write(_report, new ReproductionOptions(), TextTable.MaxWidth));

    [Fact]
    public void Table_InANarrowTerminal_HasAColumnForEachPhase() => Assert.Equal(
        """
        SETTING   AS IS     FIXED       AROUND 60 s  PROTECT
        REQUESTS  128       128         512          128
        AT RISK   41        64          198          41
        502       17        0           0            0
        OTHER     0         0           0            0
        AT MOST   55.5 %    4.6 %       1.5 %        7.0 %
        RETRIED   0         0           0            5
        WITHHELD  0         0           0            43
        VERDICT   the race  none in 64  none in 198  none in 41

        """,
        ReproductionTable.Write(_report, new ReproductionOptions(), width: 80));

    [Fact]
    public void Conclusion_SaysWhatIsNotProvedAndWhatToDo()
    {
        string told = Tell(new ReproductionOptions(), static text => text.Conclude(_report with
        {
            NotProved = ["that the sun rises tomorrow"],
            ToDo = "get up early and look to the east, where the sun is expected to come up soon, and then run this command once more",
        }));

        Assert.Contains("\n✓ the race happened, and it was stopped. Took 90 s.\n  Not proved: that the sun rises tomorrow.\n  To do: get up", told, StringComparison.Ordinal);
        Assert.Contains(ReproductionTable.Legend, told.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', told);
        Assert.All(told.Split('\n'), static line => Assert.InRange(line.Length, 0, TextTable.MaxWidth));
    }

    [Theory]
    [InlineData(ReproductionOutcome.StoryBroke)]
    [InlineData(ReproductionOutcome.TooFewRequests)]
    public void Conclusion_OfAStoryThatDidNotHold_HasNoTick(ReproductionOutcome outcome) => Assert.DoesNotContain(
        "✓", Tell(new ReproductionOptions(), text => text.Conclude(_report with { Outcome = outcome })), StringComparison.Ordinal);

    [Fact]
    public void PhaseEnd_OfABrokenPhase_NamesEachFaultWithALine()
    {
        string told = Tell(new ReproductionOptions(), static text => text.OnPhaseEnds(_report.Phases[1] with
        {
            Failed = 3,
            Faults = [new FaultCount("500 by the target", 2, Entry("500 500").Line), new FaultCount("no answer within 15 s", 1, null)],
        }));

        Assert.StartsWith("✗ 3 of 128 requests failed: 2 × 500 by the target, 1 × no answer within 15 s.\n", told, StringComparison.Ordinal);
        Assert.Contains(" 500 500 98 277 ", told, StringComparison.Ordinal);
        Assert.DoesNotContain("✓", told, StringComparison.Ordinal);
    }

    [Fact]
    public void PhaseEnd_OfAFixedTargetThatClosesFirst_IsNoSuccess() => Assert.StartsWith(
        "✗ None of 128 requests failed, but the target was the first to close 7 idle connections.",
        Tell(new ReproductionOptions(), static text => text.OnPhaseEnds(_report.Phases[1] with { ClosedByTarget = 7 })),
        StringComparison.Ordinal);

    [Fact]
    public void PhaseEnd_WithTooFewAtRisk_IsNoSuccess() => Assert.StartsWith(
        "  None of 128 requests failed, but too few of them (64) came at that moment to tell.",
        Tell(new ReproductionOptions(), static text => text.OnPhaseEnds(_report.Phases[1] with { Expected = 2 })),
        StringComparison.Ordinal);

    [Fact]
    public void PhaseEnd_AroundTheIdleTimeout_SaysWhoCameBeforeAndAfterAndWhoClosedFirst() => Assert.Equal(
        """
        ✓ None of 512 requests failed. 198 of them came at that moment. 95 % sure: at most 1.5 % of such
          would.
          198 came just before the balancer's 60 s, and used connections that had been idle so long. 58 came
          just after: the balancer had closed the idle ones, and they went out on others (8 new, 50 just
          used). Of 58 idle connections that ended, the balancer's FIN came first in 58.

        """,
        Tell(new ReproductionOptions(), static text => text.OnPhaseEnds(_report.Phases[2])));

    [Fact]
    public void RaceBegins_SaysWhatIsNotAsInProduction()
    {
        string told = Tell(new ReproductionOptions(), static text => text.OnPhaseBegins(ReproductionPhase.Race)).ReplaceLineEndings(" ");

        Assert.Contains("(weir.pool.order=oldest_first)", told, StringComparison.Ordinal);
        Assert.Contains("(weir.stale_connection.round_trip_milliseconds=10)", told, StringComparison.Ordinal);
        Assert.Contains("bytes itself", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, "it goes on using them while the target closes")]
    [InlineData(5, "it closes them before the target does")]
    public void Measurement_SaysWhoClosesFirst(int idleTimeoutSeconds, string expected)
    {
        var options = new ReproductionOptions { IdleTimeout = TimeSpan.FromSeconds(idleTimeoutSeconds) };

        Assert.Contains(expected, Tell(options, static text => text.OnMeasured(_report.Close)), StringComparison.Ordinal);
    }

    // The rarer sight is the point of that variant.
    [Theory]
    [InlineData(RaceScenario.Closed, true)]
    [InlineData(RaceScenario.Handled, false)]
    public void Pair_ThatTheTargetNeverSaw_IsShownOnlyWhereThatIsTheStory(RaceScenario scenario, bool isShown)
    {
        string told = Tell(new ReproductionOptions { Scenario = scenario }, static text =>
        {
            text.OnPair(ReproductionPhase.Race, _pair);
        });

        Assert.Equal(isShown, told.Contains("no line: the request met a closed socket", StringComparison.Ordinal));
    }

    // Its status is at the end of the target's line.
    [Fact]
    public void Pair_ThatTheTargetHandled_HasTheWholeOfItsLine()
    {
        const string Line = "2026-11-27T09:09:34.847Z Root=1-6b0948ce-10d16fe431c4b1d9a7b60b7c POST /?n=1065 200";

        string told = Tell(new ReproductionOptions(), static text =>
            text.OnPair(ReproductionPhase.Fix, _pair with { Line = Entry("200 200"), IsRace = false, BadGateway = null, TargetLine = Line }));

        Assert.EndsWith($" later, same connection.\n  Target's log: {Line}\n\n", told, StringComparison.Ordinal);
        Assert.All(told.Split('\n'), static line => Assert.InRange(line.Length, 0, TextTable.MaxWidth));
    }

    [Fact]
    public void Pair_OfAnother502_SaysThatItIsNotTheRace()
    {
        RacePair other = _pair with { IsRace = false, BadGateway = _pair.BadGateway! with { Kind = BadGatewayKind.TakenThenClosed } };

        string told = Tell(new ReproductionOptions(), text =>
        {
            for (int i = 0; i < 9; i++)
            {
                text.OnPair(ReproductionPhase.Race, other);
            }
        });

        Assert.Contains("\n  Not the race: the target had got the request, and closed without an answer.\n", told, StringComparison.Ordinal);
        Assert.Contains("Target's log: no line\n", told, StringComparison.Ordinal);
        Assert.Equal(2, told.Split('✗').Length - 1);
    }

    // Neither the race nor surely something else: whoever looks for it is sent to the target's log.
    [Fact]
    public void Pair_ThatIsUndecided_SaysThatItMayBeTheRace()
    {
        RacePair undecided = _pair with
        {
            IsRace = false,
            IsUndecided = true,
            BadGateway = _pair.BadGateway! with { Kind = BadGatewayKind.TakenThenClosed, IsAtIdleClose = true },
        };

        string told = Regex.Replace(Tell(new ReproductionOptions(), text => text.OnPair(ReproductionPhase.Race, undecided)), @"\s+", " ");

        Assert.Contains(
            "Perhaps the race, and not counted as one: the target had got the request, and closed without an answer, just when it closes idle connections, for idleness or because of what was asked.",
            told,
            StringComparison.Ordinal);
    }

    // Numbers that are hardly ever anything but 0 have no column, and are told all the same.
    [Fact]
    public void Numbers_WithoutAColumn_AreToldWhereTheyAreNot0()
    {
        PhaseReport race = _report.Phases[0] with { Failed = 20, Undecided502s = 3, RefusedOtherwise = 4, Unseen5xx = 2 };
        ReproductionReport report = _report with { Phases = [race, .. _report.Phases.Skip(1)] };

        string told = Tell(_http2, text => text.Conclude(report));

        Assert.Equal(
            [
                "as is (observe): 3 of OTHER undecided, which may or may not be the race.",
                "as is (observe): 4 refused otherwise than by an idle close, and sent again; not in REFUSED.",
                "as is (observe): 2 5xx by the balancer's own count that no line of its log has; not in OTHER.",
            ],
            ReproductionTable.Besides(report, _http2));
        Assert.All(ReproductionTable.Besides(report, _http2), sentence => Assert.Contains(sentence, told, StringComparison.Ordinal));
        Assert.Empty(ReproductionTable.Besides(_report, _http2));

        string end = Regex.Replace(Tell(_http2, text => text.OnPhaseEnds(race)), @"\s+", " ");
        Assert.Contains("Of 3 of those only the target can tell whether they are the race", end, StringComparison.Ordinal);
        Assert.Contains("4 requests were refused by a GOAWAY that left the target only when they had arrived, and sent again", end, StringComparison.Ordinal);
    }

    [Fact]
    public void PhaseEnd_OfTheRace_SaysWhatTheRelayAndTheExplainLogHadOfIt()
    {
        string told = Tell(new ReproductionOptions(), static text => text.OnPhaseEnds(_report.Phases[0])).ReplaceLineEndings(" ");

        Assert.Contains("17 of 41 requests that met the moment got 502 (17 GET).", told, StringComparison.Ordinal);
        Assert.Contains("The target had closed before they reached it, as the relay saw;", told, StringComparison.Ordinal);
        Assert.EndsWith("had: 14 × fin, 3 × fin_then_rst. ", told, StringComparison.Ordinal);
    }

    [Fact]
    public void PhaseEnd_OfARaceWithOther502sBesides_DoesNotCountThem()
    {
        string told = Tell(new ReproductionOptions(), static text => text.OnPhaseEnds(_report.Phases[0] with
        {
            Other502s = 2,
            Faults = [new FaultCount("502 by the balancer: something else", 2, null)],
        }));

        Assert.Contains("17 of 41 requests that met the moment got 502 for it (17 GET).", told, StringComparison.Ordinal);
        Assert.Contains("\n  Besides, of all 128 requests: 2 × 502 by the balancer: something else.\n", told, StringComparison.Ordinal);
    }

    [Fact]
    public void PhaseEnd_OfAPhaseThatWasCutShort_SaysWhy()
    {
        const string Reason = "another round of 44.0 s would leave too little of the 6 min for the whole";

        string told = Tell(new ReproductionOptions(), text => text.OnPhaseEnds(_report.Phases[1] with { Shortened = Reason }));

        Assert.Contains($"Cut short: {Reason}.", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Remark_LongerThanALine_IsWrapped()
    {
        string told = Tell(new ReproductionOptions(), static text => text.OnServer(
            _report.Server with { Remark = "It handles a request in 20 ms and closes when its idle time is over, even in the middle of that." }));

        Assert.Contains("even in the", told, StringComparison.Ordinal);
        Assert.All(told.Split('\n'), static line => Assert.InRange(line.Length, 0, TextTable.MaxWidth));
    }

    private static string Tell(ReproductionOptions options, Action<ReproductionText> tell)
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, hasColours: false, hasTransientLine: false, TextTable.MaxWidth);
        tell(new ReproductionText(terminal, options));
        return output.ToString();
    }

    private static AccessLogEntry Entry(string codes) => AccessLogEntry.Parse(
        "http 2026-11-24T00:08:08.350663Z app/reproduce/d2b34e1e9a2a7c15 127.0.0.1:54410 127.0.0.1:43199 0.000 0.005 -1 " + codes
        + " 98 277 \"GET http://127.0.0.1:40001/?n=66 HTTP/1.1\" \"agent\" - - arn \"Root=1-6b04b84e-dbd5e0755bc76e75a3b95571\"")!;

    [Fact]
    public void Measurement_SaysWhatCountsAsAGoodAnswer() => Assert.Contains(
        "  answers   GET 200 or 304, POST 201: any other answer counts as failed later on\n",
        Tell(new ReproductionOptions(), static text => text.OnMeasured(_report.Close)),
        StringComparison.Ordinal);

    [Fact]
    public void Document_OfAnyOutcome_KeepsToTheSchema() => Assert.All(
        Enum.GetValues<ReproductionOutcome>().Where(static outcome => outcome <= ReproductionOutcome.SentAgain),
        static outcome =>
        {
            ReproductionReport report = _report with
            {
                Outcome = outcome,
                NotProved = ["something"],
                ToDo = "something",
                Phases = [_report.Phases[1] with { Failed = 2, Faults = [new FaultCount("500 by the target", 2, null)] }, _refused],
            };
            string json = JsonSerializer.Serialize(ReproductionDocument.Of(report, []), ReproductionJson.Readable.ReproductionDocument);
            using var document = JsonDocument.Parse(json);

            Assert.Empty(SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "reproduce.schema.json")).ProblemsOf(document.RootElement));
            Assert.Equal("something", document.RootElement.GetProperty("to_do").GetString());
        });

    [Fact]
    public void Document_OfAWholeRun_KeepsToTheSchemaAndHasEveryPhase()
    {
        PhaseReport odd = _report.Phases[0] with
        {
            RefusedOtherwise = 4,
            Unseen5xx = 2,
            Undecided502s = 3,
            GoAways = [new GoAwayCount("INTERNAL_ERROR", 7)],
        };
        string json = JsonSerializer.Serialize(
            ReproductionDocument.Of(_report with { Phases = [odd, .. _report.Phases.Skip(1)] }, [(ReproductionPhase.Race, _pair)]), ReproductionJson.Readable.ReproductionDocument);
        JsonElement document = JsonDocument.Parse(json).RootElement;

        Assert.Empty(SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "reproduce.schema.json")).ProblemsOf(document));
        Assert.Equal(1, document.GetProperty("version").GetInt32());
        Assert.Equal("story_held", document.GetProperty("outcome").GetString());
        Assert.Equal("met_close", document.GetProperty("failures")[0].GetProperty("kind").GetString());
        Assert.Equal(
            ["race", "fix", "fix_at_idle_timeout", "protect"],
            document.GetProperty("phases").EnumerateArray().Select(static phase => phase.GetProperty("phase").GetString()));
        Assert.Equal(6, document.GetProperty("measured").GetProperty("ages_seconds")[0].GetDouble());
        JsonElement race = document.GetProperty("phases")[0];
        Assert.Equal((4, 2, 3), (race.GetProperty("refused_otherwise").GetInt32(), race.GetProperty("unseen_5xx").GetInt32(), race.GetProperty("undecided_502s").GetInt32()));
        Assert.Equal("""[{"code":"INTERNAL_ERROR","count":7}]""", Regex.Replace(race.GetProperty("go_aways").GetRawText(), @"\s", ""));
        Assert.False(document.GetProperty("failures")[0].GetProperty("is_undecided").GetBoolean());
        Assert.Equal("oldest_first", document.GetProperty("laboratory").GetProperty("pool_order").GetString());
        Assert.Equal(10, document.GetProperty("laboratory").GetProperty("round_trip_milliseconds").GetDouble());
    }

    private static readonly ReproductionOptions _http2 = new() { IsHttp2 = true, Https = true };

    private static readonly PhaseReport _refused = Phase(ReproductionPhase.Race, 33, 0) with
    {
        FailuresByMethod = new Dictionary<string, int>(),
        SentAgain = 23,
        SentAgainByMethod = new Dictionary<string, int> { ["POST"] = 11, ["GET"] = 12 },
    };

    [Fact]
    public void Table_OverHttp2_HasAColumnForWhatWasRefused() => Assert.Equal(
        """
        SETTING          REQUESTS  AT RISK  502  OTHER  REFUSED  AT MOST  RETRIED  WITHHELD  VERDICT
        as is (observe)       128       33    0      0       23  8.7 %          0         0  sent again

        """,
        ReproductionTable.Write(_report with { Phases = [_refused] }, _http2, TextTable.MaxWidth));

    [Fact]
    public void PhaseEnd_WhereTheCloseIsAnnounced_SaysHowManyMetItAndWhyNoneWasLost()
    {
        string told = Tell(_http2, static text => text.OnPhaseEnds(_refused));
        told = Regex.Replace(told, @"\s+", " ");

        Assert.StartsWith(
            " None of 33 requests that came at that moment got 502 for it. 23 met the close (12 GET and 11 POST), and were answered all the same.",
            told,
            StringComparison.Ordinal);
        Assert.Contains("The target had said GOAWAY, which names the last stream that it has looked at", told, StringComparison.Ordinal);
        Assert.Contains("AWS does not say whether ALB does.", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "None met a close and had to be sent again.")]
    [InlineData(1, "1 request met the close (1 POST), and was answered all the same. The target had said GOAWAY")]
    [InlineData(3, "3 requests met the close (3 POST), and were answered all the same. The target had said GOAWAY")]
    public void ProtectionsEnd_OverHttp2_SaysOfEachRequestOneThing(int sentAgain, string expected)
    {
        PhaseReport report = Phase(ReproductionPhase.Protect, 86, 0) with
        {
            SentAgain = sentAgain,
            SentAgainByMethod = sentAgain == 0 ? new Dictionary<string, int>() : new Dictionary<string, int> { ["POST"] = sentAgain },
            Retried = 0,
        };
        string told = Regex.Replace(Tell(_http2, text => text.OnPhaseEnds(report)), @"\s+", " ");
        Assert.Contains(expected, told, StringComparison.Ordinal);
        Assert.Equal(sentAgain == 0, told.Contains("None met a close", StringComparison.Ordinal));
    }

    [Fact]
    public void Conclusion_WhereTheCloseIsAnnounced_HasATick() => Assert.Contains(
        "✓ the race happened", Tell(_http2, static text => text.Conclude(_report with { Outcome = ReproductionOutcome.SentAgain })), StringComparison.Ordinal);

    [Fact]
    public void RaceBegins_OverHttp2_SaysWhySoManyTargets()
    {
        string told = Tell(_http2, static text => text.OnPhaseBegins(ReproductionPhase.Race));
        told = Regex.Replace(told, @"\s+", " ");

        Assert.Contains("client over HTTP/2, with TLS → weir", told, StringComparison.Ordinal);
        Assert.Contains("share a connection: weir has 64 targets here", told, StringComparison.Ordinal);
        Assert.DoesNotContain("oldest_first", told, StringComparison.Ordinal);
        Assert.DoesNotContain("no proxy may send a POST twice", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 0, "with GOAWAY (NO_ERROR) and FIN, and answers what comes later with RST")]
    [InlineData(0, 1, 0, "with FIN and no GOAWAY, and answers what comes later with RST")]
    [InlineData(0, 0, 1, "with RST and no GOAWAY")]
    [InlineData(1, 0, 1, "with GOAWAY (NO_ERROR) and RST")]
    [InlineData(1, 0, 0, "with GOAWAY (NO_ERROR), and leaves the rest to the balancer")]
    public void Measurement_OverHttp2_SaysWhetherTheCloseIsAnnounced(int goAways, int fins, int resets, string expected)
    {
        IdleClose close = _report.Close with
        {
            SaidSeconds = null,
            GoAways = goAways,
            GoAwayCode = goAways > 0 ? "NO_ERROR" : null,
            Fins = fins,
            Resets = resets,
            ResetsLateBytes = fins > 0 ? true : null,
        };

        string told = Tell(_http2, text => text.OnMeasured(close));

        Assert.Contains($"  closes    after 6.000 s, {expected}\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("keep-alive", told, StringComparison.Ordinal);
    }
}
