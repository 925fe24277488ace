namespace Weir.Diagnosis.Probing;

/// <summary>
/// Measures one target: what it says of its connections, how many requests they get, when and how it closes idle ones and
/// silent ones. It sends GET requests only, gives way where a target is held up by it, and measures again what a restart of
/// the target spoilt. Owned by one command; runs once.
/// </summary>
public sealed class Probe(ProbeOptions options, IProbeObserver observer, TimeProvider time)
{
    private readonly ProbeRequest _request = new(options);
    private readonly string? _tlsName = options.Url.IsTls ? NameOf(options) : null;
    private ProbeSchedule _schedule = new(options);
    private ProbeConnector _connector = null!;
    private IdleConnections _idle = null!;
    private SilentConnections _silent = null!;

    /// <summary>Runs it. Throws <see cref="ProbeException"/> where nothing can be measured.</summary>
    /// <param name="cancel">Stops the probe; while only silent connections are waited for, it ends the waiting instead.</param>
    public async Task<ProbeReport> Run(CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        var target = await ProbeTarget.Find(options, time, cancel);
        _connector = new ProbeConnector(target.EndPoint, _tlsName, options.IsHttp2, time);
        _idle = new IdleConnections(options, _request, _connector, time, start);
        _silent = new SilentConnections(options, _request, _connector, time, start);
        ProbeMeasurement measurement = await Await(Contact(target.OtherAddresses, cancel), _schedule.Contact);
        _schedule = new ProbeSchedule(options, measurement.Asked.Duration);
        string? sign = LoadBalancerSigns.Of(options.ConnectTo?.Host ?? options.Url.Host, measurement.Asked, measurement.NotAsked);
        observer.OnContact(measurement);
        if (sign is null)
        {
            measurement = await Measure(measurement, cancel);
        }

        return Conclude(measurement with { HasSeenRestart = _connector.HasSeenRestart }, sign, time.GetElapsedTime(start));
    }

    private ProbeReport Conclude(ProbeMeasurement measurement, string? sign, TimeSpan duration)
    {
        var idle = IdleSummary.Of(measurement.Idle);
        var verdict = ProbeVerdict.Of(measurement, idle, options.IdleTimeout, sign);
        // What tells servers apart is of HTTP/1.1.
        ServerIdentity server = sign is null && !options.IsHttp2 ? ServerFingerprints.Identify(ServerTraits.Of(measurement, idle)) : ServerIdentity.Unknown;
        return new ProbeReport
        {
            Options = options,
            Measurement = measurement,
            Idle = idle,
            LoadBalancerSign = sign,
            Server = server,
            Verdict = verdict,
            Fixes = ProbeFixes.For(verdict, idle, server, options),
            Remarks = ProbeRemarks.Of(measurement, idle, server),
            Duration = duration,
        };
    }

    // One connection after the other: a target with one worker would let the second wait for the first to be closed.
    private async Task<ProbeMeasurement> Contact(int otherAddresses, CancellationToken cancel)
    {
        ProbeAnswer asked = await FirstAnswer(asks: true, static (_, answer) => answer, cancel);
        return await FirstAnswer(
            asks: false,
            (connection, answer) => new ProbeMeasurement
            {
                Target = _connector.Target.ToString(),
                OtherAddresses = otherAddresses,
                TlsProtocol = connection.TlsProtocol,
                HasUntrustedCertificate = connection.HasUntrustedCertificate,
                Http2 = connection.Settings,
                RoundTrip = connection.RoundTrip,
                Asked = asked,
                NotAsked = answer,
            },
            cancel);
    }

    // What a target refuses is asked once more, as by a balancer: it may have closed for the age of a connection that was slow to speak.
    private async Task<T> FirstAnswer<T>(bool asks, Func<ProbeConnection, ProbeAnswer, T> describe, CancellationToken cancel)
    {
        for (bool again = false; ; again = true)
        {
            using ProbeConnection connection = await _connector.Open(cancel);
            AnswerOutcome outcome = await connection.Ask(_request, asks, ProbeLimits.Answer, cancel);
            if (outcome.Answer is { } answer)
            {
                return describe(connection, answer);
            }

            if (again || outcome.Fault != AnswerFault.Refused)
            {
                throw new ProbeException($"{_connector.Target} {WhyNoAnswer(outcome.Fault)}");
            }
        }
    }

    private string WhyNoAnswer(AnswerFault fault) => fault switch
    {
        AnswerFault.TimedOut => $"gives no whole answer to GET {options.Url.Path} within {ProbeLimits.Answer.TotalSeconds:0} s",
        AnswerFault.Ended => $"closes the connection without an answer to GET {options.Url.Path}{PerhapsAnother}",
        AnswerFault.Refused => $"refuses GET {options.Url.Path} without looking at it (GOAWAY or REFUSED_STREAM)",
        AnswerFault.StreamReset => $"resets the stream of GET {options.Url.Path} in place of an answer",
        _ => $"gives an answer to GET {options.Url.Path} that is not {(options.IsHttp2 ? "HTTP/2" : "HTTP/1.1")}{PerhapsAnother}",
    };

    // What else may be spoken there.
    private string PerhapsAnother => options switch
    {
        { IsHttp2: true, Url.IsTls: false } => "; does it speak HTTP/1.1 only, or TLS? Without --http2 the one is probed, https://… probes the other",
        { IsHttp2: true } => "",
        { Url.IsTls: true } => "; does it speak HTTP/2 only? --http2 probes that",
        _ => "; does it speak TLS, or HTTP/2 only? https://… probes the one, --http2 the other",
    };

    private async Task<ProbeMeasurement> Measure(ProbeMeasurement measurement, CancellationToken cancel)
    {
        measurement = measurement with { Counts = await Await(CountAll(cancel), _schedule.Counting) };
        observer.OnCounted(measurement);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<SilentReading> silent = await _silent.Begin(measurement.Asked.Duration, silence.Token);
        try
        {
            if (!measurement.KeepsNoConnection)
            {
                measurement = measurement with { Idle = await LeaveIdle(cancel) };
            }
        }
        catch
        {
            await silence.CancelAsync();
            await Settle(silent);
            throw;
        }

        observer.OnIdleMeasured(measurement with { HasSeenRestart = _connector.HasSeenRestart });
        return measurement with { Silent = await AwaitSilence(silent, measurement, cancel) };
    }

    private async Task<CountReading[]> CountAll(CancellationToken cancel) => options.IsHttp2
        ? [await CountAgain(asks: false, cancel)]
        : [await CountAgain(asks: true, cancel), await CountAgain(asks: false, cancel)];

    // A target that is gone straight after its close has not counted requests.
    private async Task<CountReading> CountAgain(bool asks, CancellationToken cancel)
    {
        for (int again = 0; ; again++)
        {
            CountReading reading = await Count(asks, cancel);
            if (reading.Outcome != CountOutcome.Unannounced || again == ProbeLimits.RestartRepeats || !await _connector.WasGone(cancel))
            {
                return reading;
            }
        }
    }

    private async Task<CountReading> Count(bool asks, CancellationToken cancel)
    {
        using ProbeConnection connection = await _connector.OpenPatiently(cancel);
        long start = time.GetTimestamp();
        long bytes = 0;
        for (int answered = 0; ;)
        {
            TimeSpan left = ProbeLimits.Counting - time.GetElapsedTime(start);
            if (answered == options.MaxRequests || left <= TimeSpan.Zero || bytes > ProbeLimits.CountedBodyBytes)
            {
                return new CountReading(answered, CountOutcome.NoLimitMet);
            }

            AnswerOutcome outcome = await connection.Ask(_request, asks, left, cancel);
            if (outcome.Answer is not { } answer)
            {
                return new CountReading(answered, outcome.Fault switch
                {
                    AnswerFault.Refused => CountOutcome.Announced,
                    AnswerFault.TimedOut or AnswerFault.StreamReset => CountOutcome.NoLimitMet,
                    _ => CountOutcome.Unannounced,
                });
            }

            answered++;
            bytes += answer.BodyBytes;
            if (!answer.MayBeReused)
            {
                return new CountReading(answered, CountOutcome.Announced);
            }
        }
    }

    private async Task<IReadOnlyList<IdleReading>> LeaveIdle(CancellationToken cancel)
    {
        var rounds = new List<IdleRound>();
        IReadOnlyList<IdleReading> judged = [];
        int planned = options.Repeats ?? ProbeLimits.DefaultRepeats;
        for (int again = 0; rounds.Count < planned + again;)
        {
            long start = time.GetTimestamp();
            int round = rounds.Count + 1;
            rounds.Add(await Await(
                _idle.Measure(round, cancel), elapsed => _schedule.Idle(round, planned + again, elapsed, _idle.Ended, _silent.Elapsed)));
            judged = RestartSigns.Judge(rounds);
            if (options.Repeats is null && time.GetElapsedTime(start) > ProbeLimits.RepeatedRound)
            {
                planned = Math.Min(planned, round);
            }

            if (round == planned + again && again < ProbeLimits.RestartRepeats && RestartSigns.AreEverywhere(judged))
            {
                again++;
            }
        }

        return judged;
    }

    private async Task<SilentReading> AwaitSilence(Task<SilentReading> silent, ProbeMeasurement measurement, CancellationToken cancel)
    {
        try
        {
            for (int again = 0; ; again++)
            {
                SilentReading reading = await Await(silent, _ => _schedule.Silence(_silent.Elapsed));
                if (!RestartSigns.AreOf(reading, measurement.Idle))
                {
                    return reading;
                }

                if (again == ProbeLimits.RestartRepeats)
                {
                    return reading with { Outcome = SilentOutcome.Restarted };
                }

                silent = await _silent.Begin(measurement.Asked.Duration, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // All that the verdict needs is known.
            return SilentReading.NotWaitedFor;
        }
    }

    private static async Task Settle(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception) when (exception is OperationCanceledException or ProbeException)
        {
            // It was told to stop, or found out what the probe ends with anyway.
        }
    }

    private async Task<T> Await<T>(Task<T> work, Func<TimeSpan, ProbeProgress> describe)
    {
        long start = time.GetTimestamp();
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(ProbeLimits.ProgressInterval, time, CancellationToken.None));
            if (!work.IsCompleted)
            {
                observer.OnProgress(describe(time.GetElapsedTime(start)));
            }
        }

        return await work;
    }

    // Without a port, as a name in a certificate.
    private static string NameOf(ProbeOptions options) =>
        options.Host is { } host ? ProbeUrl.Parse($"https://{host}/", out _)?.Host ?? host : options.Url.Host;
}
