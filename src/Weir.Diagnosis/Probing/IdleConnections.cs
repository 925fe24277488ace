using System.Numerics;

namespace Weir.Diagnosis.Probing;

/// <summary>Leaves connections idle after an answer, several at once, and sees what becomes of them. Owned by the probe.</summary>
internal sealed class IdleConnections(ProbeOptions options, ProbeRequest request, ProbeConnector connector, TimeProvider time, long probeStart)
{
    private int _ended;
    private bool _wasRefused;

    /// <summary>How many of the round's connections have ended so far.</summary>
    public int Ended => _ended;

    /// <summary>The longest that one round can take.</summary>
    public static TimeSpan RoundLimit(ProbeOptions options) => options.WatchTime + (ProbeLimits.Stagger * (options.Connections - 1));

    public async Task<IdleRound> Measure(int round, CancellationToken cancel)
    {
        _ended = 0;
        _wasRefused = false;
        IdleReading[] readings = await Task.WhenAll(Enumerable.Range(0, options.Connections)
            .Select(index => Measure(round, !options.IsHttp2 && Asks(index), ProbeLimits.Stagger * index, cancel)));
        return new IdleRound(readings, await connector.WasGone(cancel) || _wasRefused);
    }

    // Half of them, by the parity of the number's bits and not in turns: workers that are given connections in turn would see
    // one kind each, and what is theirs would seem to come of the asking.
    private static bool Asks(int index) => BitOperations.PopCount((uint)index) % 2 == 0;

    private async Task<IdleReading> Measure(int round, bool asks, TimeSpan delay, CancellationToken cancel)
    {
        var reading = new IdleReading { Round = round, Asked = asks, Outcome = IdleOutcome.Unanswered };
        await Task.Delay(delay, time, cancel);
        try
        {
            using ProbeConnection connection = await connector.Open(cancel);
            AnswerOutcome outcome = await connection.Ask(request, asks, ProbeLimits.Answer, cancel);
            if (outcome.Answer is not { } answer)
            {
                return reading;
            }

            reading = reading with { Answer = answer };
            return answer.MayBeReused
                ? await Watch(connection, reading, answer.CompletedTimestamp, cancel)
                : reading with { Outcome = IdleOutcome.ClosedWithAnswer };
        }
        catch (ProbeException exception)
        {
            // It took other connections, and not this one.
            _wasRefused |= exception.IsRefusal;
            return reading;
        }
    }

    private async Task<IdleReading> Watch(ProbeConnection connection, IdleReading reading, long since, CancellationToken cancel)
    {
        Farewell farewell = await connection.WaitForEnd(options.WatchTime, cancel);
        reading = reading with
        {
            Age = time.GetElapsedTime(since, farewell.EndTimestamp),
            EndedAt = time.GetElapsedTime(probeStart, farewell.EndTimestamp),
            End = farewell.End,
            Farewell = farewell.FirstLine,
            ClosesTls = farewell.ClosesTls,
            GoAway = farewell.GoAway,
            GoAwayAhead = farewell is { GoAway: { } said, End: not ConnectionEnd.None }
                ? time.GetElapsedTime(said.Timestamp, farewell.Timestamp)
                : null,
        };
        bool isOpen = farewell is { End: ConnectionEnd.None, GoAway: null };
        if (isOpen && farewell.Bytes > 0)
        {
            return reading with { Outcome = IdleOutcome.Talked };
        }

        if (isOpen)
        {
            return await ProveAlive(connection, reading, cancel);
        }

        Interlocked.Increment(ref _ended);
        LateByteAnswer late = farewell.End == ConnectionEnd.Fin
            ? await connection.SendLate(request.Plain, cancel)
            : LateByteAnswer.Unknown;
        return reading with { Outcome = IdleOutcome.Closed, LateBytes = late };
    }

    // Silence proves nothing: whatever stands in between may have forgotten the connection.
    private async Task<IdleReading> ProveAlive(ProbeConnection connection, IdleReading reading, CancellationToken cancel)
    {
        AnswerOutcome outcome = await connection.Ask(request, reading.Asked, ProbeLimits.Answer, cancel);
        if (outcome.Answer is not null)
        {
            return reading with { Outcome = IdleOutcome.StillOpen };
        }

        // The request met the close itself.
        return connection.End == ConnectionEnd.Fin || connection.GoAway is not null
            ? reading with { Outcome = IdleOutcome.Closed, End = connection.End, GoAway = connection.GoAway }
            : reading with { Outcome = IdleOutcome.Lost };
    }
}
