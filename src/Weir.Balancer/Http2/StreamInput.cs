using Weir.Http;
using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The body that comes on one stream on its way to the other side: what has come and was not taken, and the piece that
/// was taken last. It holds never more than the stream's window. Owned by the stream; pooled with it.
/// </summary>
internal sealed class StreamInput(BufferPool buffers)
{
    private byte[]? _buffer;
    private int _bytes;
    private int _trailersBytes;
    private byte[]? _lent;
    private int _lentBytes;
    private int _passedOn;

    /// <summary>The peer has sent everything.</summary>
    public bool IsEnded { get; private set; }

    public bool HasBytes => _bytes > 0;

    /// <summary>Adds a stretch of DATA.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        data.CopyTo(Room(data.Length));
        _bytes += data.Length;
    }

    /// <summary>Adds the trailers that may go on, as lines; false if they are more than a chunked body may have.</summary>
    public bool TryAddTrailers(FieldSection section)
    {
        if (section.SizeBytes > HttpLimits.TrailerBytes || section.Count > HttpLimits.TrailerCount)
        {
            return false;
        }

        // Four bytes more a field are less than the overhead that its size counts.
        var writer = new HeadWriter(Room(BodyChunk.FramingAfter + section.SizeBytes)[BodyChunk.FramingAfter..]);
        for (int i = 0; i < section.Count; i++)
        {
            if (!TrailerFields.IsForbidden(section[i].Known))
            {
                writer.AppendField(section.Name(i), section.Value(i));
            }
        }

        _trailersBytes = writer.Length;
        return true;
    }

    /// <summary>The peer has said that nothing follows.</summary>
    public void End() => IsEnded = true;

    /// <summary>Everything that is here, as one piece that is valid until the next one is taken.</summary>
    public BodyChunk Take()
    {
        ReturnLent();
        if (_bytes == 0 && _trailersBytes == 0)
        {
            return IsEnded ? BodyChunk.End : new BodyChunk { Buffer = [] };
        }

        var chunk = new BodyChunk
        {
            Buffer = _buffer!,
            Offset = BodyChunk.FramingBefore,
            Count = _bytes,
            RoomBefore = BodyChunk.FramingBefore,
            RoomAfter = _trailersBytes > 0 ? 0 : BodyChunk.FramingAfter,
            IsLast = IsEnded,
            TrailersOffset = BodyChunk.FramingBefore + _bytes + BodyChunk.FramingAfter,
            TrailersBytes = _trailersBytes,
        };
        _lent = _buffer;
        _lentBytes = _bytes;
        _buffer = null;
        _bytes = _trailersBytes = 0;
        return chunk;
    }

    /// <summary>Bytes of the piece before the present one, or of everything after <see cref="Release"/>: the peer may send as many more.</summary>
    public int TakePassedOn()
    {
        int passedOn = _passedOn;
        _passedOn = 0;
        return passedOn;
    }

    /// <summary>Nobody wants the rest, nor what was taken: whoever sent that has ended.</summary>
    public void Release()
    {
        ReturnLent();
        Drop();
    }

    /// <summary>Nobody wants the rest. The piece that was taken is still being sent, perhaps.</summary>
    public void Drop()
    {
        _passedOn += _bytes;
        if (_buffer is not null)
        {
            buffers.Return(_buffer);
            _buffer = null;
        }

        _bytes = _trailersBytes = 0;
    }

    /// <summary>Forgets everything but the memory.</summary>
    public void Reset()
    {
        Release();
        _passedOn = 0;
        IsEnded = false;
    }

    private void ReturnLent()
    {
        if (_lent is not null)
        {
            buffers.Return(_lent);
            _lent = null;
        }

        _passedOn += _lentBytes;
        _lentBytes = 0;
    }

    // Behind what is there, with room for the framing of the next hop before and after.
    private Span<byte> Room(int more)
    {
        int used = BodyChunk.FramingBefore + _bytes;
        int needed = used + more + BodyChunk.FramingAfter;
        if (_buffer is null || _buffer.Length < needed)
        {
            byte[] larger = buffers.Rent(needed);
            if (_buffer is not null)
            {
                _buffer.AsSpan(0, used).CopyTo(larger);
                buffers.Return(_buffer);
            }

            _buffer = larger;
        }

        return _buffer.AsSpan(used, more);
    }
}
