using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>A target that restarts while it is probed: never is that told as an idle timeout.</summary>
public sealed class RestartedTargetTests
{
    private const int Connections = 4;

    private const int LastIdle = ScriptedConnection.Busy + Connections;

    private static readonly TimeSpan _long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _down = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _grain = TimeSpan.FromMilliseconds(30);

    private static Task<ProbeReport> Run(ScriptedTarget target, TimeSpan silentWait = default, RecordingObserver? observer = null) => new Probe(
        new ProbeOptions
        {
            Url = ProbeUrl.Parse($"http://{target.EndPoint}/", out _)!,
            Connections = Connections,
            Repeats = 1,
            MaxRequests = 5,
            SilentWait = silentWait,
        },
        observer ?? new RecordingObserver(),
        TimeProvider.System).Run(TestContext.Current.CancellationToken);

    private static async Task Answer(ScriptedConnection connection, TimeSpan idle, Action? onLastIdle = null)
    {
        while (await connection.ReadUntilIdle(idle) is not null)
        {
            await connection.Answer();
            if (connection.Number == LastIdle)
            {
                onLastIdle?.Invoke();
            }
        }
    }

    [Fact]
    public async Task Run_WhereTheTargetStopsAndComesBack_MeasuresAgainAndSaysSo()
    {
        var idle = TimeSpan.FromMilliseconds(700);
        ScriptedTarget target = null!;
        using (target = ScriptedTarget.Of(connection => Answer(connection, idle, () => target.Restart(_down))))
        {
            ProbeReport report = await Run(target);

            Assert.True(report.Measurement.HasSeenRestart);
            Assert.Equal((Connections, Connections), (report.Idle.Restarted, report.Idle.Closed));
            Assert.InRange(report.Idle.Ages[0], idle - _grain, _long);
            Assert.All(report.Measurement.Idle, static reading => Assert.Equal(reading.Round == 1, reading.Outcome == IdleOutcome.Restarted));
            Assert.StartsWith("The target restarted while it was probed: it refused connections", report.Remarks[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_WhereTheTargetEndsAllConnectionsAndGoesOnListening_TakesThatForNoTimeout()
    {
        var idle = TimeSpan.FromSeconds(3);
        ScriptedTarget target = null!;
        using (target = ScriptedTarget.Of(connection => Answer(connection, idle, () => target.EndConnections())))
        {
            ProbeReport report = await Run(target);

            Assert.False(report.Measurement.HasSeenRestart);
            Assert.Equal(Connections, report.Idle.Restarted);
            Assert.InRange(report.Idle.Ages[0], idle - _grain, _long);
            Assert.StartsWith("The target seems to have restarted, or been reloaded: 4 connections are not counted", report.Remarks[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_WhereTheTargetRestartsInEveryRound_SaysThatItIsNotMeasured()
    {
        int answered = 0;
        ScriptedTarget target = null!;
        using (target = ScriptedTarget.Of(async connection =>
        {
            if (await connection.ReadRequest(_long) is null)
            {
                return;
            }

            await connection.Answer();
            // The first two are the contact, the next two are counted on.
            if (Interlocked.Increment(ref answered) is var number && number > 4 && number % Connections == 0)
            {
                target.Restart(_down);
            }

            while (await connection.ReadRequest(_long) is not null)
            {
                await connection.Answer();
            }
        }))
        {
            ProbeReport report = await Run(target);

            Assert.Equal((ProbeOutcome.NotMeasured, ProbeReason.Restarted), (report.Verdict.Outcome, report.Verdict.Reason));
            Assert.Equal((1 + ProbeLimits.RestartRepeats) * Connections, report.Idle.Restarted);
            Assert.Empty(report.Fixes);
        }
    }

    [Fact]
    public async Task Run_WhereTheTargetRestartsWhileOnlySilenceIsWaitedFor_WaitsAgain()
    {
        var silence = TimeSpan.FromMilliseconds(900);
        bool hasRestarted = false;
        using var target = ScriptedTarget.Of(async connection =>
        {
            // Behind the restart there are silent connections only, but for one that asks whether they hold it up.
            if (hasRestarted)
            {
                await (await connection.ReadRequest(silence) is null ? Task.CompletedTask : connection.Answer());
            }
            else
            {
                await connection.AnswerUntilIdle(TimeSpan.FromMilliseconds(300));
            }
        });
        var observer = new RecordingObserver
        {
            WhenIdleIsMeasured = () =>
            {
                hasRestarted = true;
                target.Restart(_down);
            },
        };

        ProbeReport report = await Run(target, _long, observer);

        Assert.Equal(SilentOutcome.Closed, report.Measurement.Silent.Outcome);
        Assert.InRange(report.Measurement.Silent.Age, silence - _grain, _long);
        Assert.Equal(ProbeReason.ClosesEarlier, report.Verdict.Reason);
    }

    [Fact]
    public async Task Run_WhereTheTargetRestartsWhileRequestsAreCounted_CountsAgain()
    {
        int requests = 0;
        ScriptedTarget target = null!;
        using (target = ScriptedTarget.Of(async connection =>
        {
            // A busy machine may be long in sending the first one.
            for (TimeSpan limit = _long; await connection.ReadRequest(limit) is not null; limit = TimeSpan.FromSeconds(1))
            {
                if (Interlocked.Increment(ref requests) == 5)
                {
                    target.Restart(_down);
                }

                await connection.Answer();
            }
        }))
        {
            ProbeReport report = await Run(target);

            Assert.All(report.Measurement.Counts, static count => Assert.Equal(new CountReading(5, CountOutcome.NoLimitMet), count));
            Assert.True(report.Measurement.HasSeenRestart);
        }
    }

    [Fact]
    public async Task Run_WhereTheTargetStopsForGood_SaysThatItStopped()
    {
        ScriptedTarget target = null!;
        using (target = ScriptedTarget.Of(connection => Answer(connection, _long, () => target.Restart(_long))))
        {
            ProbeException exception = await Assert.ThrowsAsync<ProbeException>(() => new Probe(
                new ProbeOptions { Url = ProbeUrl.Parse($"http://{target.EndPoint}/", out _)!, Connections = Connections, MaxRequests = 5, SilentWait = TimeSpan.Zero },
                new RecordingObserver(),
                new FastClock().Shorten(ProbeLimits.RestartInterval, TimeSpan.FromMilliseconds(2))).Run(TestContext.Current.CancellationToken));

            Assert.Contains("has answered, and then stopped while it was probed", exception.Message, StringComparison.Ordinal);
        }
    }
}
