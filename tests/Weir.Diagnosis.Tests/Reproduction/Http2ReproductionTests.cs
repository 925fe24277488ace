using Weir.Diagnosis.Tests.Probing;
using Weir.Http.Http2;

namespace Weir.Diagnosis.Tests;

/// <summary>The laboratory over HTTP/2: what meets a close is refused where the target says GOAWAY, and lost where it does not.</summary>
public sealed class Http2ReproductionTests
{
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(3);

    private static Task<ReproductionReport> Run(ScriptedTarget target) => new Reproduction(
        new ReproductionOptions
        {
            Target = target.EndPoint,
            IsHttp2 = true,
            Https = true,
            Methods = ["GET", "POST"],
            // A window that a busy machine does not miss.
            Latency = TimeSpan.FromMilliseconds(30),
            Connections = 16,
            // What is protected then are requests that may be sent again, however a busy machine moves the closes.
            LearnsFromHints = false,
            Quick = true,
        },
        SilentObserver.Instance).Run(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Run_OnATargetThatSaysGoAway_ShowsThatRequestsAreSentAgainAndNoneIsLost()
    {
        using ScriptedTarget target = ClosingHttp2Target.After(_idle, saysGoAway: true);

        ReproductionReport report = await Run(target);

        Assert.True(report.Outcome == ReproductionOutcome.SentAgain, report.Verdict);
        Assert.Equal((8, "NO_ERROR"), (report.Close.GoAways, report.Close.GoAwayCode));
        PhaseReport race = Assert.Single(report.Phases);
        Assert.Equal((0, 0, 0), (race.Failures, race.Failed, (int)race.Balancer5xx));
        Assert.True(race.SentAgain >= ReproductionConclusion.NeededRaces, report.Verdict);
        Assert.Equal(["GET", "POST"], race.SentAgainByMethod.Keys.Order());
        Assert.True(race.Requests >= race.SentAgain, $"{race.Requests} at risk, {race.SentAgain} sent again");
        Assert.Contains("AWS does not say whether ALB sends again", report.ToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATargetThatClosesWithoutGoAway_ShowsTheRaceOfPostsTooAndTheProtection()
    {
        using ScriptedTarget target = ClosingHttp2Target.After(_idle, saysGoAway: false);

        ReproductionReport report = await Run(target);

        Assert.True(report.Outcome is ReproductionOutcome.StoryHeld or ReproductionOutcome.TooFewRequests, report.Verdict);
        Assert.Equal((0, 8), (report.Close.GoAways, report.Close.Ages.Length));
        Assert.Equal([ReproductionPhase.Race, ReproductionPhase.Protect], report.Phases.Select(static phase => phase.Phase));
        Assert.True(report.Phases[0].Failures >= ReproductionConclusion.NeededRaces, report.Verdict);
        Assert.Equal(["GET", "POST"], report.Phases[0].FailuresByMethod.Keys.Order());
        Assert.Equal(0, report.Phases[1].Failed);
    }

    // A program that is busy when its timer ends: its kernel has taken the request, and it closes its sending side without having
    // read it, and swallows what comes.
    [Fact]
    public async Task Run_OnATargetThatHalfClosesWithRequestsUnread_DoesNotTakeThemForAnotherFault()
    {
        var busy = TimeSpan.FromMilliseconds(60);
        using ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var http2 = new Http2Target(connection);
            await http2.Greet();
            while (await http2.ReadRequest(_idle - busy) is { StreamId: var streamId })
            {
                await http2.Answer(streamId);
            }

            await Task.Delay(busy, connection.Until);
            await connection.HalfClose();
        });

        ReproductionReport report = await Run(target);

        Assert.True(report.Outcome is ReproductionOutcome.StoryHeld or ReproductionOutcome.TooFewRequests, report.Verdict);
        Assert.Equal(0, report.Phases[0].Other502s);
        Assert.True(report.Phases[0].Failures >= ReproductionConclusion.NeededRaces, report.Verdict);
    }

    // Each connection's second request is its end, whenever it comes: near the idle close nobody could tell, and long before it does.
    [Fact]
    public async Task Run_OnATargetThatClosesOnAccountOfARequest_FindsThatByAskingLongBeforeTheClose()
    {
        using ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var http2 = new Http2Target(connection);
            await http2.Greet();
            TimeSpan idle = _idle + TimeSpan.FromMilliseconds(connection.Number % 8 * 100);
            if (await http2.ReadRequest(idle) is { StreamId: var streamId })
            {
                await http2.Answer(streamId);
                await http2.ReadRequest(idle);
            }
        });

        ReproductionReport report = await Run(target);

        Assert.True(report.Outcome == ReproductionOutcome.OtherFailures, report.Verdict);
        PhaseReport race = Assert.Single(report.Phases);
        Assert.True(race.Other502s >= ReproductionConclusion.NeededRaces, report.Verdict);
        Assert.Equal(16, race.Controls);
        Assert.Contains("× 502 by the balancer: the target had got the request, and closed without an answer", report.Verdict, StringComparison.Ordinal);
    }

    // An error is something that the target holds against the balancer.
    [Fact]
    public async Task Run_OnATargetWhoseGoAwayNamesAnError_SaysSo()
    {
        using ScriptedTarget target = ClosingHttp2Target.After(_idle, saysGoAway: true, Http2ErrorCode.EnhanceYourCalm);

        ReproductionReport report = await Run(target);

        Assert.True(report.Outcome == ReproductionOutcome.SentAgain, report.Verdict);
        Assert.Equal("ENHANCE_YOUR_CALM", report.Close.GoAwayCode);
        Assert.Equal("ENHANCE_YOUR_CALM", Assert.Single(report.Phases[0].GoAways).Code);
        Assert.Contains("; the target's GOAWAY names an error, ENHANCE_YOUR_CALM on ", report.Verdict, StringComparison.Ordinal);
    }

    // It would be refused all the same by a balancer whose group is of HTTP2.
    [Fact]
    public async Task Run_OnATargetOfHttp1Only_SaysSo()
    {
        using BuiltInServer target = BuiltInServer.Start(_idle, _idle, RaceScenario.Closed);
        var options = new ReproductionOptions { Target = target.EndPoint, IsHttp2 = true, Https = true };

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => new Reproduction(options, SilentObserver.Instance).Run(TestContext.Current.CancellationToken));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.EndsWith(
            "or with one that is not HTTP/2, to GET /; does it speak TLS, or HTTP/1.1 only? https://… tries the one, --protocol-version HTTP1 the other",
            problem.Message,
            StringComparison.Ordinal);
    }
}
