using Weir.Diagnosis.Tests.Probing;
using Weir.Http.Http2;

namespace Weir.Diagnosis.Tests;

public sealed class IdleCloseMeasurementTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);
    private static readonly string[] _methods = ["GET", "POST"];

    [Fact]
    public async Task Run_OnATargetThatCloses_TellsWhatItSaysAndWhatItDoes()
    {
        TimeSpan close = TimeSpan.FromMilliseconds(300);
        using BuiltInServer target = BuiltInServer.Start(TimeSpan.FromSeconds(5), close, RaceScenario.Closed);

        IdleClose measured = await new IdleCloseMeasurement(target.EndPoint, "/", _methods, _limit).Run(CancellationToken.None);

        Assert.Equal(5, measured.SaidSeconds);
        Assert.Equal(["GET", "POST"], measured.StatusesByMethod.Keys.Order());
        Assert.All(measured.StatusesByMethod.Values, static statuses => Assert.Equal([200], statuses));
        Assert.Equal(0, measured.StillOpen);
        Assert.Equal(measured.Ages.Length, measured.Fins);
        Assert.True(measured.ResetsLateBytes);
        // A timer may be late on a busy machine; early it must not be, but for the grain of its clock. An age counts from
        // where the answer was noticed, which may be late as well, but not on most connections.
        Assert.InRange(measured.Median, close - TimeSpan.FromMilliseconds(20), _limit);
    }

    [Fact]
    public async Task Run_OnATargetThatOutlivesIt_CountsWhatIsStillOpen()
    {
        using BuiltInServer target = BuiltInServer.Start(_limit, _limit, RaceScenario.Closed);

        IdleClose measured = await new IdleCloseMeasurement(target.EndPoint, "/", _methods, TimeSpan.FromMilliseconds(100)).Run(CancellationToken.None);

        Assert.Empty(measured.Ages);
        Assert.True(measured.StillOpen > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_OverHttp2_TellsWhetherACloseIsAnnounced(bool saysGoAway)
    {
        TimeSpan close = TimeSpan.FromMilliseconds(300);
        using ScriptedTarget target = ClosingHttp2Target.After(close, saysGoAway);

        IdleClose measured = await new IdleCloseMeasurement(target.EndPoint, "/", _methods, _limit, isHttp2: true).Run(CancellationToken.None);

        Assert.All(measured.StatusesByMethod.Values, static statuses => Assert.Equal([200], statuses));
        Assert.Equal(["GET", "POST"], measured.StatusesByMethod.Keys.Order());
        Assert.True(measured.KeepsConnections);
        Assert.Equal((0, 8), (measured.StillOpen, measured.Ages.Length));
        Assert.Equal(saysGoAway ? (8, "NO_ERROR") : (0, null), (measured.GoAways, measured.GoAwayCode));
        Assert.InRange(measured.Median, close - TimeSpan.FromMilliseconds(20), _limit);
    }

    // Neither TLS nor another version of HTTP is what helps there.
    [Theory]
    [InlineData("goaway", "says GOAWAY (ENHANCE_YOUR_CALM)")]
    [InlineData("refused", "says RST_STREAM (REFUSED_STREAM)")]
    [InlineData("reset", "says RST_STREAM")]
    [InlineData("end", "ends the connection")]
    [InlineData("broken", "sends what breaks the protocol")]
    public async Task Run_OverHttp2_OnATargetThatDoesNotAnswer_SaysWhatItDid(string how, string expected)
    {
        using ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var peer = new Http2Target(connection);
            await peer.Greet();
            if (await peer.ReadRequest(_limit) is { StreamId: var streamId })
            {
                await (how switch
                {
                    "goaway" => peer.SayGoAway(0, Http2ErrorCode.EnhanceYourCalm),
                    "refused" => peer.Reset(streamId, Http2ErrorCode.RefusedStream),
                    "end" => Task.CompletedTask,
                    // SETTINGS of one byte.
                    "broken" => connection.Send([0, 0, 1, 4, 0, 0, 0, 0, 0, 0]),
                    _ => peer.Reset(streamId, Http2ErrorCode.InternalError),
                });
            }
        });

        ReproductionException problem = await Assert.ThrowsAsync<ReproductionException>(
            () => new IdleCloseMeasurement(target.EndPoint, "/", _methods, _limit, isHttp2: true).Run(CancellationToken.None));

        Assert.Equal(ReproductionOutcome.ServerDidNotStart, problem.Outcome);
        Assert.Equal(
            $"the target at {target.EndPoint} speaks HTTP/2, and {expected} instead of an answer to GET /; its log of this time says why", problem.Message);
    }
}
