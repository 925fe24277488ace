namespace Weir.Diagnosis.Probing;

/// <summary>HTTP/2 on a probe's connection: one request after the other, each on a stream of its own. Owned by it.</summary>
internal sealed class Http2Dialogue(Stream stream, TimeProvider time) : IDialogue
{
    private const int BufferBytes = 32 * 1024;

    private readonly Http2Session _session = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    public GoAway? GoAway => _session.GoAway;

    public Http2Settings? Settings => _session.Settings;

    public async Task<AnswerOutcome> Ask(ProbeRequest request, bool asks, CancellationToken cancel)
    {
        // Whoever has heard the farewell begins nothing more.
        if (GoAway is not null)
        {
            return AnswerFault.Refused;
        }

        long start = time.GetTimestamp();
        try
        {
            await Send(_session.Begin(request.OverHttp2), cancel);
            while (_session is { State: StreamState.Open, IsBroken: false } && await Receive(cancel))
            {
                await Process(cancel);
            }
        }
        catch (IOException)
        {
            // A reset.
        }

        long now = time.GetTimestamp();
        return _session switch
        {
            { State: StreamState.Answered } => _session.Answer! with
            {
                MayBeReused = GoAway is null,
                CompletedTimestamp = now,
                Duration = time.GetElapsedTime(start, now),
            },
            { State: StreamState.Refused } => AnswerFault.Refused,
            { State: StreamState.Reset } => AnswerFault.StreamReset,
            { IsBroken: true } or { State: StreamState.Malformed } => AnswerFault.Malformed,
            _ => AnswerFault.Ended,
        };
    }

    public async Task<bool> ReadToEnd(Unasked unasked, CancellationToken cancel)
    {
        Deadline? afterGoAway = null;
        try
        {
            while (true)
            {
                if (_session.IsBroken)
                {
                    unasked.Add(_buffer.AsSpan(_start, _end - _start));
                    _start = _end;
                }

                // Some wait for the other side to go.
                afterGoAway ??= GoAway is null ? null : new Deadline(ProbeLimits.AfterGoAway, time, cancel);
                if (!await Receive(afterGoAway?.Token ?? cancel))
                {
                    return true;
                }

                await Process(cancel);
            }
        }
        catch (OperationCanceledException) when (afterGoAway is not null && !cancel.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            afterGoAway?.Dispose();
        }
    }

    private async Task Process(CancellationToken cancel)
    {
        _start += _session.Read(_buffer.AsSpan(_start, _end - _start), time.GetTimestamp());
        await Send(_session.TakeReplies(), cancel);
    }

    private async Task Send(byte[] bytes, CancellationToken cancel)
    {
        try
        {
            await stream.WriteAsync(bytes, cancel);
        }
        catch (IOException)
        {
            // What the target said before it closed may still be there to read.
        }
    }

    // The session leaves less than a frame's head behind.
    private async Task<bool> Receive(CancellationToken cancel)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += count;
        return count > 0;
    }
}
