using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Takes the framing off one HTTP/1.1 body. What it decodes of a chunked body is moved together in place, so that each
/// receive becomes one piece. Part of a client or target stream, begun anew for each message.
/// </summary>
internal struct Http1BodyReader
{
    private BodyKind _kind;
    private long _remaining;
    private ChunkedDecoder _decoder;

    /// <summary>The body was read to its end.</summary>
    public bool Ended { get; private set; }

    /// <summary>Bytes of body and framing taken so far.</summary>
    public long RawBytes { get; private set; }

    /// <summary>The most that may be received without reading into the next message.</summary>
    public readonly long ReceiveLimit => _kind == BodyKind.Length ? _remaining : long.MaxValue;

    /// <summary>What is wrong with its chunks.</summary>
    public readonly ChunkedFault Fault => _decoder.Fault;

    public void Begin(BodyFraming framing)
    {
        _kind = framing.Kind;
        _remaining = framing.LengthBytes;
        _decoder = default;
        RawBytes = 0;
        Ended = _kind == BodyKind.None || (_kind == BodyKind.Length && _remaining == 0);
    }

    /// <summary>Takes what <paramref name="input"/> holds of the body: possibly nothing.</summary>
    /// <param name="mayOverwriteBefore">The bytes before the unread ones are not needed any more.</param>
    public BodyChunk Take(Http1Input input, bool mayOverwriteBefore)
    {
        if (Ended)
        {
            return BodyChunk.End;
        }

        int start = input.Start;
        int room = mayOverwriteBefore ? start : 0;
        if (_kind == BodyKind.Chunked)
        {
            return TakeChunked(input, room);
        }

        int count = (int)Math.Min(input.End - start, ReceiveLimit);
        input.Consume(count);
        RawBytes += count;
        if (_kind == BodyKind.Length)
        {
            _remaining -= count;
            Ended = _remaining == 0;
        }

        return new BodyChunk
        {
            Buffer = input.Buffer,
            Offset = start,
            Count = count,
            RoomBefore = room,
            RoomAfter = input.HasBytes ? 0 : BodyChunk.FramingAfter,
            IsLast = Ended,
        };
    }

    /// <summary>The peer's direction ended: the end of the body, or its being cut off.</summary>
    public BodyChunk EndOfInput(Connection connection)
    {
        if (_kind == BodyKind.UntilClose && connection.EndedInOrder)
        {
            Ended = true;
            return BodyChunk.End;
        }

        return BodyChunk.Failed(StreamStatus.Ended);
    }

    private BodyChunk TakeChunked(Http1Input input, int room)
    {
        int start = input.Start;
        int end = start;
        byte[] buffer = input.Buffer;
        while (true)
        {
            int at = input.Start;
            ChunkedStep step = _decoder.Decode(input.Unread);
            input.Consume(step.Consumed);
            RawBytes += step.Consumed;
            switch (step.Status)
            {
                case ChunkedStatus.Data:
                    // Framing stood between this stretch and the one before: close the gap.
                    buffer.AsSpan(at + step.Offset, step.Length).CopyTo(buffer.AsSpan(end));
                    end += step.Length;
                    continue;
                case ChunkedStatus.Malformed:
                    return BodyChunk.Failed(StreamStatus.Malformed);
                default:
                    Ended = step.Status == ChunkedStatus.Complete;
                    int trailersBytes = Ended ? TrailerFields.RemoveForbidden(buffer.AsSpan(at + step.Offset, step.Length)) : 0;
                    // Behind the data there is now as much free room as framing was taken off; at the end of what
                    // was received, the reserve of the buffer's end as well. Trailers stand in that room.
                    int roomAfter = trailersBytes > 0 ? 0 : input.Start - end + (input.HasBytes ? 0 : BodyChunk.FramingAfter);
                    return new BodyChunk
                    {
                        Buffer = buffer,
                        Offset = start,
                        Count = end - start,
                        RoomBefore = room,
                        RoomAfter = roomAfter,
                        IsLast = Ended,
                        TrailersOffset = at + step.Offset,
                        TrailersBytes = trailersBytes,
                    };
            }
        }
    }
}
