using System.Text;
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
        ProbeAnswer answer = Describe();
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

    /// <summary>Takes what was received behind the last answer, and says how many bytes that is; the first of them go to <paramref name="first"/>.</summary>
    public int TakeRest(Span<byte> first, out int kept)
    {
        int rest = _end - _start;
        kept = Math.Min(rest, first.Length);
        _buffer.AsSpan(_start, kept).CopyTo(first);
        _start = _end;
        return rest;
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

    private ProbeAnswer Describe() => new()
    {
        StatusCode = _head.StatusCode,
        CompletedTimestamp = 0,
        Duration = TimeSpan.Zero,
        MayBeReused = _head.Reusable,
        TimeoutSeconds = Given(_head.KeepAliveTimeoutSeconds),
        MaxRequests = Given(_head.KeepAliveMaxRequests),
        SaysKeepAlive = (_head.ConnectionOptions & ConnectionOptions.KeepAlive) != 0,
        Server = Field("Server"u8) is { } server ? PrintableText.Of(server) : null,
        HasReason = _head.Reason.Length > 0,
        FieldNames = FieldNames(),
        Cookies = Cookies(),
    };

    private static int? Given(int number) => number == ResponseHead.Absent ? null : number;

    private string? Field(ReadOnlySpan<byte> name) =>
        _head.Fields.IndexOf(name) is var index and >= 0 ? Encoding.Latin1.GetString(_head.Fields.Value(index)) : null;

    private string[] FieldNames()
    {
        string[] names = new string[_head.Fields.Count];
        for (int index = 0; index < names.Length; index++)
        {
            names[index] = PrintableText.Of(Encoding.Latin1.GetString(_head.Fields.Name(index)));
        }

        return names;
    }

    private List<string> Cookies()
    {
        var names = new List<string>();
        for (int index = -1; (index = _head.Fields.IndexOf("Set-Cookie"u8, index + 1)) >= 0;)
        {
            string cookie = Encoding.Latin1.GetString(_head.Fields.Value(index));
            names.Add(PrintableText.Of(cookie.Split('=', 2)[0].Trim()));
        }

        return names;
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
