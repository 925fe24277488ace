using Weir.Http;

namespace Weir.Diagnosis.Probing;

/// <summary>
/// Reads answers off a connection, one after the other, with the parser of the balancer: what it refuses, a client behind a
/// balancer would not get either. Owned by one connection.
/// </summary>
internal sealed class AnswerReader(Stream stream, TimeProvider time)
{
    private const int BufferBytes = 16 * 1024;

    private readonly ResponseHead _head = new();
    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    /// <summary>Reads the answer to the request that was sent last.</summary>
    /// <param name="requestTimestamp">When the request's first byte was sent.</param>
    public async Task<AnswerOutcome> Read(long requestTimestamp, CancellationToken cancel)
    {
        do
        {
            AnswerFault fault = await ReadHead(cancel);
            if (fault != AnswerFault.None)
            {
                return fault;
            }
        }
        while (_head.IsInterim);

        // The head lies in the buffer only until its body is read.
        ProbeAnswer answer = ProbeAnswer.Of(_head);
        (long bodyBytes, AnswerFault bodyFault) = await ReadBody(cancel);
        if (bodyFault != AnswerFault.None)
        {
            return bodyFault;
        }

        long now = time.GetTimestamp();
        return answer with
        {
            BodyBytes = bodyBytes,
            CompletedTimestamp = now,
            Duration = time.GetElapsedTime(requestTimestamp, now),
        };
    }

    /// <summary>Hands over what was received behind the last answer.</summary>
    public void TakeRest(Unasked unasked)
    {
        unasked.Add(_buffer.AsSpan(_start, _end - _start));
        _start = _end;
    }

    private async Task<AnswerFault> ReadHead(CancellationToken cancel)
    {
        HeadScanner scanner = default;
        while (true)
        {
            if (_end > _start)
            {
                ParseStatus status = ResponseParser.Parse(
                    _head, RequestMethod.Get, _buffer, _start, _end, ref scanner, out int consumed);
                if (status != ParseStatus.NeedMore)
                {
                    _start += consumed;
                    return status == ParseStatus.Complete ? AnswerFault.None : AnswerFault.Malformed;
                }
            }

            if (!await Receive(cancel))
            {
                return AnswerFault.Ended;
            }
        }
    }

    private async Task<(long Bytes, AnswerFault Fault)> ReadBody(CancellationToken cancel)
    {
        BodyFraming framing = _head.Framing;
        return framing.Kind switch
        {
            BodyKind.Length => await ReadLength(framing.LengthBytes, cancel),
            BodyKind.Chunked => await ReadChunks(cancel),
            BodyKind.UntilClose => await ReadUntilClose(cancel),
            _ => (0, AnswerFault.None),
        };
    }

    private async Task<(long Bytes, AnswerFault Fault)> ReadLength(long length, CancellationToken cancel)
    {
        for (long left = length; ;)
        {
            int taken = (int)Math.Min(left, _end - _start);
            _start += taken;
            left -= taken;
            if (left == 0)
            {
                return (length, AnswerFault.None);
            }

            if (!await Receive(cancel))
            {
                return (length - left, AnswerFault.Ended);
            }
        }
    }

    private async Task<(long Bytes, AnswerFault Fault)> ReadUntilClose(CancellationToken cancel)
    {
        long bytes = 0;
        do
        {
            bytes += _end - _start;
            _start = _end;
        }
        while (await Receive(cancel));
        return (bytes, AnswerFault.None);
    }

    private async Task<(long Bytes, AnswerFault Fault)> ReadChunks(CancellationToken cancel)
    {
        ChunkedDecoder decoder = default;
        long bytes = 0;
        while (true)
        {
            while (_end > _start)
            {
                ChunkedStep step = decoder.Decode(_buffer.AsSpan(_start, _end - _start));
                _start += step.Consumed;
                bytes += step.Consumed;
                if (step.Status == ChunkedStatus.Complete)
                {
                    return (bytes, AnswerFault.None);
                }

                if (step.Status == ChunkedStatus.Malformed)
                {
                    return (bytes, AnswerFault.Malformed);
                }

                if (step.Status == ChunkedStatus.NeedMore)
                {
                    break;
                }
            }

            if (!await Receive(cancel))
            {
                return (bytes, AnswerFault.Ended);
            }
        }
    }

    private async Task<bool> Receive(CancellationToken cancel)
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
            if (_end == _buffer.Length)
            {
                // A head's own limits keep this from going on.
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }

        try
        {
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
            _end += count;
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
