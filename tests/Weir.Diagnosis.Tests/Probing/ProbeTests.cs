using System.Net;
using System.Net.Sockets;
using Weir.Diagnosis.Probing;

namespace Weir.Diagnosis.Tests.Probing;

public sealed class ProbeTests
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(5);

    // A timer may be late on a busy machine; early it must not be, but for the grain of its clock.
    private static readonly TimeSpan _grain = TimeSpan.FromMilliseconds(30);

    private static ProbeUrl Url(IPEndPoint target) => ProbeUrl.Parse($"http://{target}/", out _)!;

    private static ProbeOptions Options(IPEndPoint target) => new()
    {
        Url = Url(target),
        Connections = 4,
        Repeats = 1,
        MaxRequests = 5,
        SilentWait = TimeSpan.Zero,
    };

    private static Task<ProbeReport> Run(ProbeOptions options, RecordingObserver? observer = null) =>
        RunUntil(options, observer ?? new RecordingObserver(), TestContext.Current.CancellationToken);

    private static Task<ProbeReport> RunUntil(ProbeOptions options, RecordingObserver observer, CancellationToken cancel) =>
        new Probe(options, observer, TimeProvider.System).Run(cancel);

    [Fact]
    public async Task Run_OnATargetThatCloses_MeasuresWhenAndHow()
    {
        using var target = ScriptedTarget.ClosingAfter(_short, "Connection: keep-alive\r\nKeep-Alive: timeout=5, max=9\r\n");

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((ProbeOutcome.NotSafe, ProbeReason.ClosesEarlier), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.Equal((5, 9), (report.Measurement.TimeoutSeconds, report.Measurement.Asked.MaxRequests));
        Assert.False(report.Measurement.SaysTimeoutOnlyWhenAsked);
        Assert.Equal(report.Measurement.Idle.Count, report.Idle.Closed);
        Assert.InRange(report.Idle.Ages[0], _short - _grain, _long);
        Assert.Equal((ConnectionEnd.Fin, LateByteAnswer.Reset), (report.Idle.End, report.Idle.LateBytes));
        Assert.All(report.Measurement.Counts, static count => Assert.Equal(new CountReading(5, CountOutcome.NoLimitMet), count));
        Assert.NotEmpty(report.Fixes);
    }

    [Fact]
    public async Task Run_OnAMachineSoBusyThatEveryTimerIsLate_StillSeesTheReset()
    {
        using var target = ScriptedTarget.ClosingAfter(_short);

        ProbeReport report = await new Probe(Options(target.EndPoint), new RecordingObserver(), new LateClock()).Run(TestContext.Current.CancellationToken);

        Assert.Equal((ConnectionEnd.Fin, LateByteAnswer.Reset), (report.Idle.End, report.Idle.LateBytes));
    }

    [Fact]
    public async Task Run_OnATargetThatHalfCloses_SeesThatLateRequestsAreSwallowed()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            await connection.AnswerUntilIdle(_short);

            await connection.HalfClose();
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((ConnectionEnd.Fin, LateByteAnswer.Swallowed), (report.Idle.End, report.Idle.LateBytes));
    }

    [Fact]
    public async Task Run_OnATargetThatResets_TellsRstFromFin()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            await connection.AnswerUntilIdle(_short);

            connection.Reset();
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((ConnectionEnd.Rst, LateByteAnswer.Unknown), (report.Idle.End, report.Idle.LateBytes));
    }

    [Fact]
    public async Task Run_OnATargetThatSendsAPageAsItCloses_RemarksIt()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            await connection.AnswerUntilIdle(_short);

            await connection.Send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n\u001b[31mgone");
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal("HTTP/1.1 408 Request Timeout", report.Idle.Farewell);
        Assert.Contains(report.Remarks, static remark => remark.Contains("HTTP/1.1 408 Request Timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OnATargetThatOutlivesTheWatch_ProvesItByAnAnswer()
    {
        using var target = ScriptedTarget.ClosingAfter(_long);
        ProbeOptions options = Options(target.EndPoint) with { IdleTimeout = TimeSpan.FromSeconds(1) };
        var clock = new FastClock();
        var observer = new RecordingObserver
        {
            WhenCounted = () => clock.Shorten(options.WatchTime, TimeSpan.FromMilliseconds(500)).Shorten(ProbeLimits.ProgressInterval, TimeSpan.FromMilliseconds(50)),
        };
        ProbeReport report = await new Probe(options, observer, clock).Run(CancellationToken.None);

        Assert.Equal((ProbeOutcome.Safe, ProbeReason.StillOpen), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.Equal(4, report.Idle.StillOpen);
        Assert.InRange(report.Idle.Watched, options.WatchTime - TimeSpan.FromSeconds(1), _long);
        Assert.Empty(report.Fixes);
        ProbeProgress[] idle = [.. observer.Progress.Where(static progress => progress.What == "4 idle connections")];
        Assert.True(idle[^1].Left < idle[0].Left);
        Assert.Matches(@"^step 3 of 3: 4 idle connections, 0 closed after \d s; at most \d s to go$", idle[0].ToString());
    }

    [Fact]
    public async Task Run_WhereConnectionsDieWithoutAWord_IsNotFooledBySilence()
    {
        // An idle connection answers one request, and no more: the probe then waits for nothing but its own limits.
        ProbeOptions options = Options(new IPEndPoint(IPAddress.Loopback, 0)) with { IdleTimeout = TimeSpan.FromSeconds(1) };
        var clock = new FastClock();
        int idle = 0;
        using var target = ScriptedTarget.Of(async connection =>
        {
            int answers = connection.Number <= ScriptedConnection.Busy ? int.MaxValue : 1;
            for (; answers > 0 && await connection.ReadRequest(_long) is not null; answers--)
            {
                await connection.Answer();
            }

            if (answers == 0 && Interlocked.Increment(ref idle) == options.Connections)
            {
                clock.Shorten(options.WatchTime, TimeSpan.FromMilliseconds(100)).Shorten(ProbeLimits.Answer, TimeSpan.FromMilliseconds(500));
            }

            await connection.Ignore();
        });

        ProbeReport report = await new Probe(options with { Url = Url(target.EndPoint) }, new RecordingObserver(), clock).Run(CancellationToken.None);

        Assert.Equal((ProbeOutcome.NotSafe, ProbeReason.Lost), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.Equal(4, report.Idle.Lost);
    }

    [Theory]
    [InlineData("noise\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task Run_WhereIdleConnectionsGetBytesUnasked_IsNotFooledByThem(string unasked)
    {
        ProbeOptions options = Options(new IPEndPoint(IPAddress.Loopback, 0)) with { IdleTimeout = TimeSpan.FromSeconds(1) };
        var clock = new FastClock();
        int idle = 0;
        // An idle connection gets two answers for its one request.
        using var target = ScriptedTarget.Of(async connection =>
        {
            while (await connection.ReadRequest(_long) is not null)
            {
                await connection.Answer();
                if (connection.Number > ScriptedConnection.Busy)
                {
                    await connection.Send(unasked);
                    if (Interlocked.Increment(ref idle) == options.Connections)
                    {
                        clock.Shorten(options.WatchTime, TimeSpan.FromMilliseconds(500));
                    }

                    await connection.Ignore();
                }
            }
        });

        ProbeReport report = await new Probe(options with { Url = Url(target.EndPoint) }, new RecordingObserver(), clock).Run(CancellationToken.None);

        Assert.Equal((ProbeOutcome.NotMeasured, ProbeReason.Talks), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.Equal((4, 0), (report.Idle.Talked, report.Idle.StillOpen));
        Assert.Equal(unasked.Split("\r\n")[0], report.Idle.Talk);
    }

    [Fact]
    public async Task Run_WhereTheAnswerEndsEveryConnection_IsSafe()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            if (await connection.ReadRequest(_long) is not null)
            {
                await connection.Answer("Connection: close\r\n");
            }
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((ProbeOutcome.Safe, ProbeReason.KeepsNoConnection), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.All(report.Measurement.Counts, static count => Assert.Equal(new CountReading(1, CountOutcome.Announced), count));
    }

    [Fact]
    public async Task Run_WhereTheRequestsOfAConnectionAreLimited_TellsAnnouncedFromUnannounced()
    {
        using var announcing = Limited(2, "Connection: close\r\n");
        using var silent = Limited(2, "");

        ProbeReport[] reports = await Task.WhenAll(Run(Options(announcing.EndPoint)), Run(Options(silent.EndPoint)));

        Assert.Equal(new CountReading(3, CountOutcome.Announced), reports[0].Measurement.Count);
        Assert.Equal(new CountReading(3, CountOutcome.Unannounced), reports[1].Measurement.Count);

        static ScriptedTarget Limited(int free, string last) => ScriptedTarget.Of(async connection =>
        {
            for (int requests = 0; await connection.ReadUntilIdle(_short) is not null; requests++)
            {
                await connection.Answer(requests == free ? last : "");
                if (requests == free)
                {
                    return;
                }
            }
        });
    }

    [Fact]
    public async Task Run_WhereTheTimeoutIsSaidOnlyToThoseWhoAsk_SaysSo()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            while (await connection.ReadUntilIdle(_short) is { } head)
            {
                await connection.Answer(head.Contains("Connection: keep-alive", StringComparison.Ordinal) ? "Keep-Alive: timeout=7\r\n" : "");
            }
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal(7, report.Measurement.TimeoutSeconds);
        Assert.True(report.Measurement.SaysTimeoutOnlyWhenAsked);
    }

    [Fact]
    public async Task Run_WhereWorkersDiffer_FindsBothGroups()
    {
        // In turns to either worker, of each kind of requests by themselves: on a busy machine they may come in another order than they
        // were sent in.
        int asking = 0, plain = 0;
        using var target = ScriptedTarget.Of(async connection =>
        {
            if (await connection.ReadUntilIdle(_long) is not { } head)
            {
                return;
            }

            int turn = head.Contains("Connection: keep-alive", StringComparison.Ordinal) ? Interlocked.Increment(ref asking) : Interlocked.Increment(ref plain);
            TimeSpan idle = turn % 2 == 0 ? _short : TimeSpan.FromSeconds(2.5);
            do
            {
                await connection.Answer();
            }
            while (await connection.ReadUntilIdle(idle) is not null);
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.True(report.Idle.Differs);
        // One round has two of each. On a busy machine two ends may come at one moment, as in a restart, and a round more tells.
        int half = report.Measurement.Idle.Count / 2;
        Assert.Equal([half, half], report.Idle.Groups.Select(static group => group.Connections));
        Assert.Equal(4, report.Measurement.Idle.DistinctBy(static reading => (reading.Asked, reading.Age > TimeSpan.FromSeconds(2))).Count());
        // Workers that are given connections in turn see both kinds of requests, or their times would be taken for an effect of the asking.
        Assert.Equal([true, false, false, true], report.Measurement.Idle.Take(4).Select(static reading => reading.Asked));
        Assert.Contains(report.Remarks, static remark => remark.StartsWith("Connections to this one address behave differently", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Server: awselb/2.0\r\n", "its Server header is awselb/2.0")]
    [InlineData("Set-Cookie: AWSALB=abc; Path=/\r\n", "it sets the cookie AWSALB")]
    [InlineData("Set-Cookie: AWSALBTGCORS=abc; Path=/\r\n", "it sets the cookie AWSALBTGCORS")]
    public async Task Run_OnALoadBalancer_SaysSoAndMeasuresNothing(string field, string sign)
    {
        using var target = ScriptedTarget.ClosingAfter(_long, field);

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal(sign, report.LoadBalancerSign);
        Assert.Equal((ProbeOutcome.NotMeasured, ProbeReason.LoadBalancer), (report.Verdict.Outcome, report.Verdict.Reason));
        Assert.Empty(report.Measurement.Idle);
    }

    [Fact]
    public async Task Run_OnSilentConnections_MeasuresTheirCloseAndItsPage()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            bool isSilent = connection.Number is > ScriptedConnection.Busy and <= ScriptedConnection.Busy + ProbeLimits.SilentConnections;
            if (isSilent)
            {
                await connection.ReadRequest(_short);
            }
            else
            {
                await connection.AnswerUntilIdle(_short);
            }

            await connection.Send(isSilent ? "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n" : "");
        });

        ProbeReport report = await Run(Options(target.EndPoint) with { SilentWait = _long });

        SilentReading silent = report.Measurement.Silent;
        Assert.Equal((SilentOutcome.Closed, ConnectionEnd.Fin, 408), (silent.Outcome, silent.End, silent.StatusCode));
    }

    [Fact]
    public async Task Run_WhereASilentConnectionHoldsUpOthers_GivesWay()
    {
        using var turn = new SemaphoreSlim(1);
        using var target = ScriptedTarget.Of(async connection =>
        {
            await turn.WaitAsync(connection.Until);
            try
            {
                if (await connection.ReadRequest(_long) is not null)
                {
                    await connection.Answer("Connection: close\r\n");
                }
            }
            finally
            {
                turn.Release();
            }
        });

        ProbeReport report = await Run(Options(target.EndPoint) with { SilentWait = _long });

        Assert.Equal(SilentOutcome.HoldsUpOthers, report.Measurement.Silent.Outcome);
        Assert.Equal(ProbeReason.KeepsNoConnection, report.Verdict.Reason);
    }

    [Fact]
    public async Task Run_StoppedWhileOnlySilenceIsWaitedFor_TellsWhatIsKnown()
    {
        using var stop = new CancellationTokenSource();
        using var target = ScriptedTarget.ClosingAfter(_short);
        var observer = new RecordingObserver { WhenIdleIsMeasured = stop.Cancel };

        ProbeReport report = await RunUntil(Options(target.EndPoint) with { SilentWait = _long }, observer, stop.Token);

        Assert.Equal(SilentOutcome.NotWaitedFor, report.Measurement.Silent.Outcome);
        Assert.Equal(ProbeReason.ClosesEarlier, report.Verdict.Reason);
        Assert.Equal(["contact", "counted", "idle"], observer.Calls);
    }

    [Fact]
    public async Task Run_WithHeadersAndHost_SendsThemWithEveryRequest()
    {
        var heads = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var target = ScriptedTarget.Of(async connection =>
        {
            while (await connection.ReadUntilIdle(_short) is { } head)
            {
                heads.Enqueue(head);
                await connection.Answer();
            }
        });
        ProbeOptions options = Options(target.EndPoint) with
        {
            Url = ProbeUrl.Parse("http://shop.example:8080/health?deep=1", out _)!,
            ConnectTo = new DnsEndPoint(target.EndPoint.Address.ToString(), target.EndPoint.Port),
            Headers = [new("X-Forwarded-Proto", "https")],
            UserAgent = "weir-probe/1.2.3",
        };

        await Run(options);

        Assert.All(heads, static head =>
        {
            Assert.StartsWith("GET /health?deep=1 HTTP/1.1\r\nHost: shop.example:8080\r\n", head, StringComparison.Ordinal);
            Assert.Contains("\r\nX-Forwarded-Proto: https\r\n", head, StringComparison.Ordinal);
            Assert.Contains("\r\nUser-Agent: weir-probe/1.2.3\r\n", head, StringComparison.Ordinal);
        });
        Assert.Contains(heads, static head => head.Contains("\r\nConnection: keep-alive\r\n", StringComparison.Ordinal));
        Assert.Contains(heads, static head => !head.Contains("Connection:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WhereNobodyListens_SaysSo()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(() => Run(Options((IPEndPoint)socket.LocalEndPoint!)));

        Assert.EndsWith("refuses connections: nothing listens there", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Hostile { get; } = new()
    {
        // what begins the answer, what is repeated as long as anybody reads, what the probe says
        { "HTTP/1.1 200 OK\r\n", $"X-Filler: {new string('x', 200)}\r\n", "is not HTTP/1.1" },
        { $"HTTP/1.1 200 {new string('x', 100_000)}", "x", "is not HTTP/1.1" },
        { "", "HTTP/1.1 103 Early Hints\r\n\r\n", "gives no whole answer to GET / within 30 s" },
        { "HTTP/1.1 200 OK\r\n\r\n", new string('x', 10_000), "gives no whole answer to GET / within 30 s" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", "gives no whole answer to GET / within 30 s" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Run_WhereTheAnswerHasNoEnd_StopsReading(string begin, string repeated, string expected)
    {
        using var target = ScriptedTarget.Of(async connection =>
        {
            await connection.ReadRequest(_long);
            await connection.Send(begin);
            while (true)
            {
                await connection.Send(repeated);
            }
        });

        // Where thirty seconds have to pass; the other answers are long enough when they have come.
        TimeProvider time = expected.EndsWith("30 s", StringComparison.Ordinal)
            ? new FastClock().Shorten(ProbeLimits.Answer, TimeSpan.FromMilliseconds(500))
            : TimeProvider.System;
        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(
            () => new Probe(Options(target.EndPoint), new RecordingObserver(), time).Run(TestContext.Current.CancellationToken));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhereTheAnswerTrickles_GivesUpInTheEnd()
    {
        using var target = ScriptedTarget.Of(static async connection =>
        {
            await connection.ReadRequest(_long);
            await connection.Trickle("HTTP/1.1 200 OK\r\nX-Slow: " + new string('x', 10_000));
        });
        var observer = new RecordingObserver();
        FastClock clock = new FastClock().Shorten(ProbeLimits.Answer, TimeSpan.FromSeconds(1)).Shorten(ProbeLimits.ProgressInterval, TimeSpan.FromMilliseconds(50));

        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(
            () => new Probe(Options(target.EndPoint), observer, clock).Run(TestContext.Current.CancellationToken));

        Assert.EndsWith("gives no whole answer to GET / within 30 s", exception.Message, StringComparison.Ordinal);
        Assert.Contains(observer.Progress, static progress => progress.What == "the first answers");
    }

    [Fact]
    public async Task Run_WhereEveryTextIsHostile_ShowsPrintableTextOfABoundedLength()
    {
        const string Evil = "\u001b]0;x\u0007\u001b[2J\u009b31m\u00e9[red]";
        using var target = ScriptedTarget.Of(static async connection =>
        {
            while (await connection.ReadUntilIdle(_short) is not null)
            {
                await connection.Answer($"Server: {Evil}{new string('s', 1_000)}\r\nSet-Cookie: {Evil}=1\r\n");
            }

            await connection.Send($"{Evil}\r\n");
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        string[] texts = [report.Measurement.Asked.Server!, .. report.Measurement.Asked.Cookies, report.Idle.Farewell, .. report.Remarks];
        Assert.All(texts, static text => Assert.DoesNotContain(text, static c => c is < ' ' or (> '~' and < '\u00a0')));
        Assert.Equal(80, report.Measurement.Asked.Server!.Length);
    }

    [Theory]
    [InlineData(301, ProbeOutcome.NotSafe)]
    [InlineData(401, ProbeOutcome.NotSafe)]
    [InlineData(503, ProbeOutcome.NotSafe)]
    public async Task Run_OfAnyStatus_MeasuresTheConnectionAndFollowsNothing(int status, ProbeOutcome outcome)
    {
        using var target = ScriptedTarget.Of(async connection =>
        {
            while (await connection.ReadUntilIdle(_short) is not null)
            {
                await connection.Send($"HTTP/1.1 {status} Told\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n");
            }
        });

        ProbeReport report = await Run(Options(target.EndPoint));

        Assert.Equal((status, outcome), (report.Measurement.Asked.StatusCode, report.Verdict.Outcome));
        Assert.Equal(report.Measurement.Idle.Count, report.Idle.Closed);
        Assert.Equal(status >= 400, report.Remarks.Any(remark => remark.StartsWith($"The target answers {status}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "is not HTTP/1.1")]
    [InlineData("", "closes the connection without an answer")]
    public async Task Run_WhereNoHttpIsSpoken_SaysSo(string answer, string expected)
    {
        using var target = ScriptedTarget.Of(async connection =>
        {
            await connection.ReadRequest(_long);
            await connection.Send(answer);
        });

        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(() => Run(Options(target.EndPoint)));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OverTlsOnAPlainPort_NamesTheUrlThatFits()
    {
        using var target = ScriptedTarget.Of(async connection =>
        {
            await connection.Read(_long);
            await connection.Send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        });

        ProbeException exception = await Assert.ThrowsAsync<ProbeException>(
            () => Run(Options(target.EndPoint) with { Url = ProbeUrl.Parse($"https://{target.EndPoint}/", out _)! }));

        Assert.Equal($"{target.EndPoint} speaks plain HTTP, and not TLS: http://… probes that", exception.Message);
    }
}
