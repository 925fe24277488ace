using System.Net;
using Weir.Diagnosis.Probing;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>The probe over HTTP/2, against targets that do what real ones seldom do; real ones are probed end to end.</summary>
public sealed class Http2ProbeTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _grain = TimeSpan.FromMilliseconds(30);

    private static ProbeOptions Options(IPEndPoint target) => new()
    {
        Url = ProbeUrl.Parse($"http://{target}/a?b=1", out _)!,
        IsHttp2 = true,
        Connections = 4,
        Repeats = 1,
        MaxRequests = 5,
        SilentWait = TimeSpan.Zero,
        UserAgent = "weir-probe/1.2.3",
    };

    private static Task<ProbeReport> Run(ProbeOptions options, TimeProvider? time = null) =>
        new Probe(options, new RecordingObserver(), time ?? TimeProvider.System).Run(TestContext.Current.CancellationToken);

    // Where the probe waits for silent ones at all.
    private static bool IsSilent(ScriptedConnection connection) =>
        connection.Number is > Http2Target.Busy and <= Http2Target.Busy + ProbeLimits.SilentConnections;

    // Answers what comes, and ends an idle connection as it is told.
    private static ScriptedTarget Closing(Func<Http2Target, int, Task> end) => ScriptedTarget.Of(async connection =>
    {
        var target = new Http2Target(connection);
        await target.Greet((SettingId.MaxConcurrentStreams, 7));
        int last = 0;
        while (await target.ReadUntilIdle(_short) is { } request)
        {
            last = request.StreamId;
            await target.Answer(last);
        }

        await end(target, last);
    });

    [Fact]
    public async Task Run_OnATargetThatSaysGoAwayAndCloses_MeasuresBoth()
    {
        using ScriptedTarget target = Closing(static (target, last) => target.SayGoAway(last));

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((ProbeOutcome.NotSafe, ProbeReason.ClosesEarlier), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.InRange(report.Idle.Ages[0], _short - _grain, _long);
        Assert.Equal((4, "NO_ERROR", ConnectionEnd.Fin), (report.Idle.GoAways, report.Idle.GoAwayCode, report.Idle.End));
        Assert.Equal((4, LateByteAnswer.Reset), (report.Idle.Closed, report.Idle.LateBytes));
        Assert.Null(report.Idle.ClosesTls);
        Assert.Equal(new Http2Settings(7, 65_535, 16_384, 4_096, null), report.Measurement.Http2);
        Assert.Equal("scripted", report.Measurement.Asked.Server);
        Assert.Equal([new CountReading(5, CountOutcome.NoLimitMet)], report.Measurement.Counts);
        Assert.Null(report.Server.Key);
        Assert.Contains(report.Remarks, static remark => remark.StartsWith("It says GOAWAY before it closes", StringComparison.Ordinal));
        Assert.EndsWith("/a?b=1 --http2 --idle-timeout 60", report.Fixes[0].Check, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnATargetThatClosesWithoutGoAway_SaysThatNobodyKnowsThen()
    {
        using ScriptedTarget target = Closing(static (_, _) => Task.CompletedTask);

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((4, 0, null), (report.Idle.Closed, report.Idle.GoAways, report.Idle.GoAwayCode));
        Assert.Contains(report.Remarks, static remark => remark.StartsWith("Of 4 connections it closed 4 without GOAWAY", StringComparison.Ordinal));
    }

    // A server may leave it to the client to close; and a graceful end says first that it will say it.
    [Fact]
    public async Task Run_OnATargetThatOnlySaysGoAway_CountsToWhereItIsFinal()
    {
        using ScriptedTarget target = ScriptedTarget.Of(static async connection =>
        {
            var target = new Http2Target(connection);
            await target.Greet();
            int last = 0;
            while (await target.ReadUntilIdle(_short) is { } request)
            {
                last = request.StreamId;
                await target.Answer(last);
            }

            await target.SayGoAway(int.MaxValue);
            Assert.Null(await target.ReadRequest(_short));
            await target.SayGoAway(last, Http2ErrorCode.EnhanceYourCalm);
            await target.ReadRequest(_long);
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((4, "ENHANCE_YOUR_CALM", ConnectionEnd.None), (report.Idle.GoAways, report.Idle.GoAwayCode, report.Idle.End));
        Assert.InRange(report.Idle.Ages[0], (_short * 2) - _grain, _long);
        Assert.Null(report.Idle.GoAwayAhead);
    }

    [Fact]
    public async Task Run_OnATargetThatOutlivesTheWatch_ProvesItByAnotherStreamAndAnswersItsPings()
    {
        var others = new System.Collections.Concurrent.ConcurrentQueue<string>();
        ProbeReport report;
        // All scripts are over when it is disposed of.
        using (ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var target = new Http2Target(connection);
            try
            {
                await target.Greet();
                while (await target.ReadRequest(_long) is { } request)
                {
                    await target.Answer(request.StreamId);
                    await target.Ping();
                }
            }
            finally
            {
                others.Enqueue(string.Join(", ", target.Others));
            }
        }))
        {
            ProbeOptions options = Options(target.EndPoint) with { IdleTimeout = TimeSpan.FromSeconds(1) };
            report = await Run(options, new FastClock().Shorten(options.WatchTime, TimeSpan.FromMilliseconds(500)));
        }

        Assert.Equal((ProbeOutcome.Safe, ProbeReason.StillOpen, 4), (report.Verdict.Outcome, report.Verdict.Reason, report.Idle.StillOpen));
        Assert.Contains(others, static said => said == "Settings, WindowUpdate, Settings ACK, Ping ACK");
    }

    [Fact]
    public async Task Run_WhereTheRequestsOfAConnectionAreLimited_TellsGoAwayFromAMereClose()
    {
        using ScriptedTarget announcing = Limited(static (target, last) => target.SayGoAway(last));
        using ScriptedTarget refusing = Limited(static (target, last) => target.SayGoAway(last - 2));
        using ScriptedTarget silent = Limited(static (_, _) => Task.CompletedTask);

        ProbeReport[] reports = await Task.WhenAll(((ScriptedTarget[])[announcing, refusing, silent]).Select(static target => Run(Options(target.EndPoint))));

        Assert.Equal(new CountReading(3, CountOutcome.Announced), reports[0].Measurement.Count);
        Assert.Equal(new CountReading(2, CountOutcome.Announced), reports[1].Measurement.Count);
        Assert.Equal(new CountReading(3, CountOutcome.Unannounced), reports[2].Measurement.Count);
        Assert.Contains(reports[2].Remarks, static remark => remark.Contains("after 3 requests without GOAWAY", StringComparison.Ordinal));

        // The last of three: answered before the end, or refused.
        static ScriptedTarget Limited(Func<Http2Target, int, Task> end) => ScriptedTarget.Of(async connection =>
        {
            var target = new Http2Target(connection);
            await target.Greet();
            int requests = 0;
            while (await target.ReadUntilIdle(_short) is { } request)
            {
                if (++requests < 3)
                {
                    await target.Answer(request.StreamId);
                    continue;
                }

                await end(target, request.StreamId);
                await target.Answer(request.StreamId);
                return;
            }
        });
    }

    // As one does whose idle time was over before the probe said its first word.
    [Fact]
    public async Task Run_WhereTheFirstRequestIsRefused_AsksOnceMoreOnAnotherConnection()
    {
        // The first connection only finds the address.
        using ScriptedTarget target = ScriptedTarget.Of(static async connection =>
        {
            var target = new Http2Target(connection);
            await target.Greet();
            int last = 0;
            if (connection.Number != 2)
            {
                while (await target.ReadUntilIdle(_short, Http2Target.Busy + 1) is { } request)
                {
                    last = request.StreamId;
                    await target.Answer(last);
                }
            }

            await target.SayGoAway(last);
        });

        Assert.Equal(4, (await Run(Options(target.EndPoint))).Idle.Closed);
    }

    // A server may greet first; nothing of that is an answer to bytes that nobody sent.
    [Fact]
    public async Task Run_OnSilentConnections_SaysNothingEvenWhenItIsGreeted()
    {
        int wordsOfTheSilent = 0;
        using ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var target = new Http2Target(connection);
            await target.Greet();
            int last = 0;
            while (await (IsSilent(connection) ? target.ReadRequest(_short) : target.ReadUntilIdle(_short)) is { } request)
            {
                last = request.StreamId;
                await target.Answer(last);
            }

            Interlocked.Add(ref wordsOfTheSilent, last == 0 ? target.Others.Count : 0);
            await target.SayGoAway(last, Http2ErrorCode.SettingsTimeout);
        });

        ProbeReport report = await Run(Options(target.EndPoint) with { SilentWait = _long });

        SilentReading silent = report.Measurement.Silent;
        Assert.Equal((SilentOutcome.Closed, "SETTINGS_TIMEOUT", ""), (silent.Outcome, silent.GoAway?.Code, silent.Farewell));
        Assert.InRange(silent.Age, _short - _grain, _long);
        Assert.Equal(0, wordsOfTheSilent);
    }

    // As Kestrel does, and here in pieces.
    [Fact]
    public async Task Run_OnSilentConnections_UnderstandsAGoAwayWithoutSettings()
    {
        using ScriptedTarget target = ScriptedTarget.Of(static async connection =>
        {
            var target = new Http2Target(connection);
            bool isGreeted = false;
            while (await (IsSilent(connection) ? target.ReadRequest(_short) : target.ReadUntilIdle(_short)) is { } request)
            {
                if (!isGreeted)
                {
                    await target.Greet();
                }

                isGreeted = true;
                await target.Answer(request.StreamId);
            }

            foreach (byte[] piece in !isGreeted ? ((byte[])[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]).Chunk(10) : [])
            {
                await connection.Send(piece);
                await connection.Read(TimeSpan.FromMilliseconds(50));
            }
        });

        SilentReading silent = (await Run(Options(target.EndPoint) with { SilentWait = _long })).Measurement.Silent;

        Assert.Equal((SilentOutcome.Closed, "INTERNAL_ERROR", ""), (silent.Outcome, silent.GoAway?.Code, silent.Farewell));
    }

    [Fact]
    public async Task Run_WithHeadersAndHost_SendsThemAsFieldsOfHttp2()
    {
        var requests = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var target = new Http2Target(connection);
            // A table of no size: the next block has to begin with that.
            await target.Greet((SettingId.HeaderTableSize, 0));
            while (await target.ReadUntilIdle(_short) is { } request)
            {
                requests.Enqueue(request.Fields);
                await target.Answer(request.StreamId);
            }
        });

        await Run(Options(target.EndPoint) with { Host = "shop.example", Headers = [new("X-Forwarded-Proto", "https"), new("X-Long", new string('x', 2000))] });

        Assert.All(requests, static request => Assert.Equal(
            $":method: GET\n:scheme: http\n:authority: shop.example\n:path: /a?b=1\nx-forwarded-proto: https\nx-long: {new string('x', 2000)}\nuser-agent: weir-probe/1.2.3\naccept: */*",
            request));
    }

    public static TheoryData<string, string> NoAnswers { get; } = new()
    {
        // what the target does, what the probe says
        { "http1", "gives an answer to GET /a?b=1 that is not HTTP/2; does it speak HTTP/1.1 only, or TLS?" },
        { "reset", "resets the stream of GET /a?b=1 in place of an answer" },
        { "refuse", "refuses GET /a?b=1 without looking at it" },
        { "goaway", "refuses GET /a?b=1 without looking at it" },
        { "close", "closes the connection without an answer to GET /a?b=1; does it speak HTTP/1.1 only, or TLS?" },
        { "block", "gives an answer to GET /a?b=1 that is not HTTP/2" },
        { "pings", "gives no whole answer to GET /a?b=1 within 30 s" },
    };

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task Run_WhereNoAnswerComes_SaysWhatCame(string does, string expected)
    {
        using ScriptedTarget target = ScriptedTarget.Of(async connection =>
        {
            var target = new Http2Target(connection);
            if (does == "http1")
            {
                await connection.Read(_long);
                await connection.Send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
                return;
            }

            await target.Greet();
            if (await target.ReadRequest(_long) is not { StreamId: var streamId })
            {
                // The first that got no answer ends the probe, and with it connections that had not asked yet.
                return;
            }

            await (does switch
            {
                "reset" => target.Reset(streamId, Http2ErrorCode.InternalError),
                "refuse" => target.Reset(streamId, Http2ErrorCode.RefusedStream),
                "goaway" => target.SayGoAway(0),
                // HEADERS that end their stream with an index that no table has.
                "block" => connection.Send([0, 0, 2, 1, 5, 0, 0, 0, 1, 0xff, 0x7f]),
                "pings" => PingOn(),
                _ => Task.CompletedTask,
            });
            if (does is not "close")
            {
                await target.ReadRequest(_long);
            }

            async Task PingOn()
            {
                while (!connection.Until.IsCancellationRequested)
                {
                    await target.Ping();
                    await Task.Delay(TimeSpan.FromMilliseconds(1), connection.Until);
                }
            }
        });

        // Only where thirty seconds have to pass.
        TimeProvider time = does is "pings" ? new FastClock().Shorten(ProbeLimits.Answer, TimeSpan.FromMilliseconds(500)) : TimeProvider.System;
        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(() => Run(Options(target.EndPoint), time));

        Assert.StartsWith($"{target.EndPoint} {expected}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OverHttp11OnATargetOfHttp2_NamesTheOption()
    {
        using ScriptedTarget target = ScriptedTarget.Of(static async connection =>
        {
            await new Http2Target(connection).Greet();
            await connection.Read(_long);
        });

        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(() => Run(Options(target.EndPoint) with { IsHttp2 = false }));

        Assert.EndsWith("https://… probes the one, --http2 the other", exception.Message, StringComparison.Ordinal);
    }
}
