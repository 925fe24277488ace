namespace Weir.Diagnosis.Probing;

/// <summary>
/// Connections that never say a word: how long the target bears them. It gives way where they hold up others. Owned by the probe.
/// </summary>
internal sealed class SilentConnections(ProbeOptions options, ProbeRequest request, ProbeConnector connector, TimeProvider time, long probeStart)
{
    // An answer this much slower than the first one, while silent connections are open, is held up by them.
    private const int HeldUpFactor = 20;

    private long _start;

    /// <summary>How long they have been open.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>The outer task is done when the connections stand and are known to hold up nobody; the inner one is the measurement.</summary>
    public async Task<Task<SilentReading>> Begin(TimeSpan usualAnswer, CancellationToken cancel)
    {
        _start = time.GetTimestamp();
        if (options.SilentWait == TimeSpan.Zero)
        {
            return Task.FromResult(SilentReading.NotWaitedFor);
        }

        var connections = new List<ProbeConnection>();
        for (int i = 0; i < ProbeLimits.SilentConnections; i++)
        {
            connections.Add(await connector.OpenSilentPatiently(cancel));
        }

        if (await IsHeldUp(usualAnswer, cancel))
        {
            connections.ForEach(static connection => connection.Dispose());
            return Task.FromResult(new SilentReading { Outcome = SilentOutcome.HoldsUpOthers });
        }

        return Watch(connections, cancel);
    }

    private async Task<bool> IsHeldUp(TimeSpan usualAnswer, CancellationToken cancel)
    {
        TimeSpan limit = usualAnswer * HeldUpFactor > ProbeLimits.HeldUp ? usualAnswer * HeldUpFactor : ProbeLimits.HeldUp;
        try
        {
            using ProbeConnection connection = await connector.Open(cancel);
            return (await connection.Ask(request, asks: false, limit, cancel)).Fault == AnswerFault.TimedOut;
        }
        catch (ProbeException exception)
        {
            return !exception.IsRefusal;
        }
    }

    private async Task<SilentReading> Watch(List<ProbeConnection> connections, CancellationToken cancel)
    {
        try
        {
            SilentReading[] readings = await Task.WhenAll(connections.Select(connection => Watch(connection, cancel)));
            SilentReading reading = readings.MinBy(static reading => (reading.Outcome != SilentOutcome.Closed, reading.Age))!;
            bool isOver = reading.Outcome is SilentOutcome.Closed or SilentOutcome.Lost;
            return isOver && await connector.WasGone(cancel) ? reading with { Outcome = SilentOutcome.Restarted } : reading;
        }
        finally
        {
            connections.ForEach(static connection => connection.Dispose());
        }
    }

    private async Task<SilentReading> Watch(ProbeConnection connection, CancellationToken cancel)
    {
        Farewell farewell = await connection.WaitForEnd(options.SilentWait, cancel);
        var reading = new SilentReading
        {
            Outcome = SilentOutcome.Closed,
            Age = time.GetElapsedTime(connection.OpenedTimestamp, farewell.EndTimestamp),
            EndedAt = time.GetElapsedTime(probeStart, farewell.EndTimestamp),
            End = farewell.End,
            Farewell = farewell.FirstLine,
            StatusCode = farewell.StatusCode,
            GoAway = farewell.GoAway,
        };
        if (farewell.End != ConnectionEnd.None || farewell.GoAway is not null)
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
            if (connector.TlsName is { } name)
            {
                await silent.Secure(name, connector.IsHttp2, cancel);
            }
        }
        catch (ProbeException)
        {
            return false;
        }

        return (await silent.Ask(request, asks: false, ProbeLimits.Answer, cancel)).Answer is not null;
    }
}
