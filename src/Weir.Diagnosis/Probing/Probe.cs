using System.Globalization;
using System.Numerics;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// Measures one target: what it says of its connections, how many requests they get, when and how it closes idle ones and
/// silent ones. It sends GET requests only, and gives way where a target is held up by it. Owned by one command; runs once.
/// </summary>
public sealed class Probe(ProbeOptions options, IProbeObserver observer, TimeProvider time)
{
    // An answer this much slower than the first one, while silent connections are open, is held up by them.
    private const int HeldUpFactor = 20;

    private readonly ProbeRequest _request = new(options);
    private readonly string? _tlsName = options.Url.IsTls ? NameOf(options) : null;
    private ProbeTarget _target = null!;
    private long _silenceStart;
    private int _ended;

    /// <summary>Runs it. Throws <see cref="ProbeException"/> where nothing can be measured.</summary>
    /// <param name="cancel">Stops the probe; while only silent connections are waited for, it ends the waiting instead.</param>
    public async Task<ProbeReport> Run(CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        _target = await ProbeTarget.Find(options, time, cancel);
        ProbeMeasurement measurement = await Await(
            Contact(cancel), elapsed => new ProbeProgress("the first answers", elapsed, ProbeLimits.Answer * 2, null));
        string? sign = LoadBalancerSigns.Of(options.ConnectTo?.Host ?? options.Url.Host, measurement.Asked, measurement.NotAsked);
        observer.OnContact(measurement);
        if (sign is null)
        {
            measurement = await Measure(measurement, cancel);
        }

        return Conclude(measurement, sign, time.GetElapsedTime(start));
    }

    private ProbeReport Conclude(ProbeMeasurement measurement, string? sign, TimeSpan duration)
    {
        var idle = IdleSummary.Of(measurement.Idle);
        var verdict = ProbeVerdict.Of(measurement, idle, options.IdleTimeout, sign);
        ServerIdentity server = sign is null ? ServerFingerprints.Identify(ServerTraits.Of(measurement, idle)) : ServerIdentity.Unknown;
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
    private async Task<ProbeMeasurement> Contact(CancellationToken cancel)
    {
        using ProbeConnection asking = await Open(cancel);
        ProbeAnswer asked = await AnswerOf(asking, asks: true, cancel);
        asking.Dispose();
        using ProbeConnection plain = await Open(cancel);
        return new ProbeMeasurement
        {
            Target = _target.EndPoint.ToString(),
            OtherAddresses = _target.OtherAddresses,
            TlsProtocol = plain.TlsProtocol,
            HasUntrustedCertificate = plain.HasUntrustedCertificate,
            RoundTrip = plain.RoundTrip,
            Asked = asked,
            NotAsked = await AnswerOf(plain, asks: false, cancel),
        };
    }

    private async Task<ProbeAnswer> AnswerOf(ProbeConnection connection, bool asks, CancellationToken cancel)
    {
        AnswerOutcome outcome = await connection.Ask(_request.Of(asks), ProbeLimits.Answer, cancel);
        return outcome.Answer ?? throw new ProbeException(outcome.Fault switch
        {
            AnswerFault.TimedOut => $"{_target.EndPoint} gives no whole answer to GET {options.Url.Path} within {ProbeLimits.Answer.TotalSeconds:0} s",
            AnswerFault.Ended => $"{_target.EndPoint} closes the connection without an answer to GET {options.Url.Path}{(options.Url.IsTls ? "" : "; does it speak TLS? https://… probes that")}",
            _ => $"what {_target.EndPoint} answers to GET {options.Url.Path} is not HTTP/1.1{(options.Url.IsTls ? "" : "; does it speak TLS? https://… probes that")}",
        });
    }

    private async Task<ProbeMeasurement> Measure(ProbeMeasurement measurement, CancellationToken cancel)
    {
        measurement = measurement with
        {
            Counts = await Await(CountBoth(cancel), elapsed => new ProbeProgress(
                string.Create(CultureInfo.InvariantCulture, $"{options.MaxRequests} requests on one connection, twice"), elapsed, ProbeLimits.Counting * 2, null)),
        };
        observer.OnCounted(measurement);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<SilentReading> silent = await BeginSilence(measurement.Asked.Duration, silence.Token);
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

        observer.OnIdleMeasured(measurement);
        return measurement with { Silent = await AwaitSilence(silent, cancel) };
    }

    private async Task<CountReading[]> CountBoth(CancellationToken cancel) => [await Count(asks: true, cancel), await Count(asks: false, cancel)];

    private async Task<CountReading> Count(bool asks, CancellationToken cancel)
    {
        using ProbeConnection connection = await Open(cancel);
        long start = time.GetTimestamp();
        long bytes = 0;
        for (int answered = 0; ;)
        {
            TimeSpan left = ProbeLimits.Counting - time.GetElapsedTime(start);
            if (answered == options.MaxRequests || left <= TimeSpan.Zero || bytes > ProbeLimits.CountedBodyBytes)
            {
                return new CountReading(answered, CountOutcome.NoLimitMet);
            }

            AnswerOutcome outcome = await connection.Ask(_request.Of(asks), left, cancel);
            if (outcome.Answer is not { } answer)
            {
                return new CountReading(answered, outcome.Fault == AnswerFault.TimedOut ? CountOutcome.NoLimitMet : CountOutcome.Unannounced);
            }

            answered++;
            bytes += answer.BodyBytes;
            if (!answer.MayBeReused)
            {
                return new CountReading(answered, CountOutcome.Announced);
            }
        }
    }

    private async Task<List<IdleReading>> LeaveIdle(CancellationToken cancel)
    {
        var readings = new List<IdleReading>();
        for (int round = 1; round <= (options.Repeats ?? ProbeLimits.DefaultRepeats); round++)
        {
            long start = time.GetTimestamp();
            readings.AddRange(await LeaveIdle(round, cancel));
            if (options.Repeats is null && time.GetElapsedTime(start) > ProbeLimits.RepeatedRound)
            {
                break;
            }
        }

        return readings;
    }

    private async Task<IdleReading[]> LeaveIdle(int round, CancellationToken cancel)
    {
        _ended = 0;
        TimeSpan limit = options.WatchTime + (ProbeLimits.Stagger * (options.Connections - 1));
        string rounds = (round, options.Repeats) switch
        {
            (1, null) => "",
            (_, { } all) => string.Create(CultureInfo.InvariantCulture, $", round {round} of {all}"),
            _ => string.Create(CultureInfo.InvariantCulture, $", round {round} of {ProbeLimits.DefaultRepeats}"),
        };
        Task<IdleReading>[] readings = [.. Enumerable.Range(0, options.Connections)
            .Select(index => LeaveIdle(round, Asks(index), ProbeLimits.Stagger * index, cancel))];
        return await Await(Task.WhenAll(readings), elapsed => new ProbeProgress(
            string.Create(CultureInfo.InvariantCulture, $"{options.Connections} idle connections{rounds}"),
            elapsed,
            limit,
            _ended));
    }

    // Half of them, by the parity of the number's bits and not in turns: workers that are given connections in turn would see
    // one kind each, and what is theirs would seem to come of the asking.
    private static bool Asks(int index) => BitOperations.PopCount((uint)index) % 2 == 0;

    private async Task<IdleReading> LeaveIdle(int round, bool asks, TimeSpan delay, CancellationToken cancel)
    {
        var reading = new IdleReading { Round = round, Asked = asks, Outcome = IdleOutcome.Unanswered };
        await Task.Delay(delay, time, cancel);
        try
        {
            using ProbeConnection connection = await Open(cancel);
            AnswerOutcome outcome = await connection.Ask(_request.Of(asks), ProbeLimits.Answer, cancel);
            if (outcome.Answer is not { } answer)
            {
                return reading;
            }

            reading = reading with { Answer = answer };
            return answer.MayBeReused
                ? await Watch(connection, reading, answer.CompletedTimestamp, cancel)
                : reading with { Outcome = IdleOutcome.ClosedWithAnswer };
        }
        catch (ProbeException)
        {
            // It took other connections, and not this one.
            return reading;
        }
    }

    private async Task<IdleReading> Watch(ProbeConnection connection, IdleReading reading, long since, CancellationToken cancel)
    {
        Farewell farewell = await connection.WaitForEnd(options.WatchTime, cancel);
        reading = reading with { Age = time.GetElapsedTime(since, farewell.Timestamp), End = farewell.End, Farewell = farewell.FirstLine };
        if (farewell is { End: ConnectionEnd.None, Bytes: > 0 })
        {
            return reading with { Outcome = IdleOutcome.Talked };
        }

        if (farewell.End == ConnectionEnd.None)
        {
            return await ProveAlive(connection, reading, cancel);
        }

        Interlocked.Increment(ref _ended);
        LateByteAnswer late = farewell.End == ConnectionEnd.Fin
            ? await connection.SendLate(_request.Plain, cancel)
            : LateByteAnswer.Unknown;
        return reading with { Outcome = IdleOutcome.Closed, LateBytes = late };
    }

    // Silence proves nothing: whatever stands in between may have forgotten the connection.
    private async Task<IdleReading> ProveAlive(ProbeConnection connection, IdleReading reading, CancellationToken cancel)
    {
        AnswerOutcome outcome = await connection.Ask(_request.Of(reading.Asked), ProbeLimits.Answer, cancel);
        if (outcome.Answer is not null)
        {
            return reading with { Outcome = IdleOutcome.StillOpen };
        }

        // The request met the close itself.
        return connection.End == ConnectionEnd.Fin
            ? reading with { Outcome = IdleOutcome.Closed, End = ConnectionEnd.Fin }
            : reading with { Outcome = IdleOutcome.Lost };
    }

    // The outer task is done when the connections stand and are known to hold up nobody; the inner one is the measurement.
    private async Task<Task<SilentReading>> BeginSilence(TimeSpan usualAnswer, CancellationToken cancel)
    {
        if (options.SilentWait == TimeSpan.Zero)
        {
            return Task.FromResult(SilentReading.NotWaitedFor);
        }

        _silenceStart = time.GetTimestamp();
        var connections = new List<ProbeConnection>();
        for (int i = 0; i < ProbeLimits.SilentConnections; i++)
        {
            connections.Add(await ProbeConnection.Open(_target.EndPoint, null, time, cancel));
        }

        if (await IsHeldUp(usualAnswer, cancel))
        {
            connections.ForEach(static connection => connection.Dispose());
            return Task.FromResult(new SilentReading { Outcome = SilentOutcome.HoldsUpOthers });
        }

        return KeepSilent(connections, cancel);
    }

    private async Task<bool> IsHeldUp(TimeSpan usualAnswer, CancellationToken cancel)
    {
        TimeSpan limit = usualAnswer * HeldUpFactor > ProbeLimits.HeldUp ? usualAnswer * HeldUpFactor : ProbeLimits.HeldUp;
        try
        {
            using ProbeConnection connection = await Open(cancel);
            return (await connection.Ask(_request.Plain, limit, cancel)).Fault == AnswerFault.TimedOut;
        }
        catch (ProbeException)
        {
            return true;
        }
    }

    private async Task<SilentReading> KeepSilent(List<ProbeConnection> connections, CancellationToken cancel)
    {
        try
        {
            SilentReading[] readings = await Task.WhenAll(connections.Select(connection => KeepSilent(connection, cancel)));
            return readings.MinBy(static reading => (reading.Outcome != SilentOutcome.Closed, reading.Age))!;
        }
        finally
        {
            connections.ForEach(static connection => connection.Dispose());
        }
    }

    private async Task<SilentReading> KeepSilent(ProbeConnection connection, CancellationToken cancel)
    {
        Farewell farewell = await connection.WaitForEnd(options.SilentWait, cancel);
        var reading = new SilentReading
        {
            Outcome = SilentOutcome.Closed,
            Age = time.GetElapsedTime(connection.OpenedTimestamp, farewell.Timestamp),
            End = farewell.End,
            Farewell = farewell.FirstLine,
            StatusCode = farewell.StatusCode,
        };
        if (farewell.End != ConnectionEnd.None)
        {
            return reading;
        }

        if (farewell.Bytes > 0)
        {
            return reading with { Outcome = SilentOutcome.Talked };
        }

        return reading with { Outcome = await StillAnswers(connection, cancel) ? SilentOutcome.StillOpen : SilentOutcome.Lost };
    }

    private async Task<bool> StillAnswers(ProbeConnection silent, CancellationToken cancel)
    {
        try
        {
            if (_tlsName is not null)
            {
                await silent.Secure(_tlsName, cancel);
            }
        }
        catch (ProbeException)
        {
            return false;
        }

        return (await silent.Ask(_request.Plain, ProbeLimits.Answer, cancel)).Answer is not null;
    }

    private async Task<SilentReading> AwaitSilence(Task<SilentReading> silent, CancellationToken cancel)
    {
        try
        {
            return await Await(silent, _ => new ProbeProgress(
                $"{ProbeLimits.SilentConnections} connections that never said a word", time.GetElapsedTime(_silenceStart), options.SilentWait, null));
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
        catch (OperationCanceledException)
        {
            // It was told to stop.
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

    private Task<ProbeConnection> Open(CancellationToken cancel) => ProbeConnection.Open(_target.EndPoint, _tlsName, time, cancel);

    // Without a port, as a name in a certificate.
    private static string NameOf(ProbeOptions options) =>
        options.Host is { } host ? ProbeUrl.Parse($"https://{host}/", out _)?.Host ?? host : options.Url.Host;
}
