using System.Text.Json;
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
        Server = new ServerDescription("Node.js v20.20.2", "Node's defaults", "keepAliveTimeout = 65000", true, ""),
        Close = new IdleClose
        {
            SaidSeconds = 5,
            SaysOnlyWhenAsked = false,
            Ages = [TimeSpan.FromSeconds(6)],
            StillOpen = 0,
            Limit = TimeSpan.FromSeconds(63),
            Fins = 1,
            ResetsLateBytes = true,
        },
        Phases =
        [
            Phase(ReproductionPhase.Race, 41, 17),
            Phase(ReproductionPhase.Fix, 64, 0),
            Phase(ReproductionPhase.FixAtIdleTimeout, 256, 0),
            Phase(ReproductionPhase.Protect, 41, 0),
        ],
        Duration = TimeSpan.FromSeconds(90),
    };

    private static PhaseReport Phase(ReproductionPhase phase, int requests, int failures) => new()
    {
        Phase = phase,
        Setting = "a setting",
        Requests = requests,
        Failures = failures,
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
        Duration = TimeSpan.FromSeconds(8),
    };

    [Fact]
    public void Table_OfAWholeRun_SaysWithEveryNoneHowFarItCanBeBelieved() => Assert.Equal(
        """
        SETTING                            REQUESTS  502  AT MOST (95 %)  RETRIED  WITHHELD   VERDICT
        as it is, behind ALB (observe)           41   17  55.5 %                0  0          the race
        fixed, same traffic                      64    0  4.6 %                 0  0          none in 64
        fixed, around the balancer's 60 s       256    0  1.2 %                 0  0          none in 256
        as it is, behind Weir (protect)          41    0  7.0 %                 0  43 of 128  none in 41

        """,
        ReproductionTable.Write(_report, new ReproductionOptions()));

    [Fact]
    public void Conclusion_OfAQuickRun_SaysWhatItLeftOut()
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, hasColours: false, hasTransientLine: false, TextTable.MaxWidth);

        new ReproductionText(terminal, new ReproductionOptions { Quick = true }).Conclude(_report);

        Assert.Contains("Not proved (--quick)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains(ReproductionTable.Legend, output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output.ToString());
        Assert.All(output.ToString().Split('\n'), static line => Assert.InRange(line.Length, 0, TextTable.MaxWidth));
    }

    [Fact]
    public void Conclusion_WithoutARace_AsksForNoFix()
    {
        string told = Tell(new ReproductionOptions(), text => text.Conclude(_report with
        {
            Outcome = ReproductionOutcome.NoRace,
            Server = _report.Server with { CanBeFixed = false },
            Phases = [],
        }));

        Assert.DoesNotContain("To do", told, StringComparison.Ordinal);
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
            text.OnPair(ReproductionPhase.Race, new RacePair(Entry("200 200"), Entry("502 -"), KnowsTargetLog: true, TargetLine: null));
        });

        Assert.Equal(isShown, told.Contains("no line: the request met a closed socket", StringComparison.Ordinal));
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
    public void Document_OfAWholeRun_KeepsToTheSchemaAndHasEveryPhase()
    {
        var pair = new RacePair(Entry("200 200"), Entry("502 -"), KnowsTargetLog: true, TargetLine: null);
        string json = JsonSerializer.Serialize(
            ReproductionDocument.Of(_report, [(ReproductionPhase.Race, pair)]), ReproductionJson.Readable.ReproductionDocument);
        JsonElement document = JsonDocument.Parse(json).RootElement;

        Assert.Empty(SchemaCheck.Of(Path.Combine(AppContext.BaseDirectory, "reproduce.schema.json")).ProblemsOf(document));
        Assert.Equal(1, document.GetProperty("version").GetInt32());
        Assert.Equal("story_held", document.GetProperty("outcome").GetString());
        Assert.Equal(
            ["race", "fix", "fix_at_idle_timeout", "protect"],
            document.GetProperty("phases").EnumerateArray().Select(static phase => phase.GetProperty("phase").GetString()));
        Assert.Equal(6, document.GetProperty("measured").GetProperty("agesSeconds")[0].GetDouble());
    }
}
