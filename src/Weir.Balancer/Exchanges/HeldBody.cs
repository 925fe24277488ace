using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What was sent of a request's body, kept while the request may have to be sent again on another connection. Holds no
/// buffer for a request without a body, nor for one that must not be sent twice. One belongs to each exchange.
/// </summary>
internal sealed class HeldBody(BufferPool buffers)
{
    private byte[]? _buffer;
    private int _bytes;
    private int _trailersBytes;
    private int _limitBytes;
    private bool _hasLast;

    /// <summary>Everything that was sent is here, so it can be sent again.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>A request begins of which up to <paramref name="limitBytes"/> are to be held.</summary>
    public void Begin(int limitBytes)
    {
        _limitBytes = limitBytes;
        IsWhole = true;
    }

    /// <summary>This piece is sent next.</summary>
    public void Add(in BodyChunk chunk)
    {
        if (!IsWhole)
        {
            return;
        }

        _hasLast = chunk.IsLast;
        if (chunk.Count + chunk.TrailersBytes == 0)
        {
            return;
        }

        if (_bytes + chunk.Count + chunk.TrailersBytes > _limitBytes)
        {
            Release();
            return;
        }

        MakeRoom(chunk.Count + chunk.TrailersBytes);
        chunk.Span.CopyTo(_buffer.AsSpan(BodyChunk.FramingBefore + _bytes));
        _bytes += chunk.Count;
        // Only the last piece has trailers; they stand behind the room that the framing needs.
        chunk.Trailers.CopyTo(_buffer.AsSpan(TrailersOffset));
        _trailersBytes = chunk.TrailersBytes;
    }

    /// <summary>All that was sent, as one piece. Valid until the release.</summary>
    public BodyChunk ToChunk() => new()
    {
        Buffer = _buffer ?? [],
        Offset = _buffer is null ? 0 : BodyChunk.FramingBefore,
        Count = _bytes,
        RoomBefore = _buffer is null ? 0 : BodyChunk.FramingBefore,
        RoomAfter = _buffer is null || _trailersBytes > 0 ? 0 : BodyChunk.FramingAfter,
        IsLast = _hasLast,
        TrailersOffset = _trailersBytes > 0 ? TrailersOffset : 0,
        TrailersBytes = _trailersBytes,
    };

    /// <summary>Holds nothing from now on.</summary>
    public void Release()
    {
        if (_buffer is not null)
        {
            buffers.Return(_buffer);
            _buffer = null;
        }

        _bytes = _trailersBytes = 0;
        _hasLast = IsWhole = false;
    }

    private int TrailersOffset => BodyChunk.FramingBefore + _bytes + BodyChunk.FramingAfter;

    private void MakeRoom(int more)
    {
        int needed = TrailersOffset + more;
        if (_buffer is not null && _buffer.Length >= needed)
        {
            return;
        }

        byte[] larger = buffers.Rent(needed);
        _buffer?.AsSpan(0, BodyChunk.FramingBefore + _bytes).CopyTo(larger);
        if (_buffer is not null)
        {
            buffers.Return(_buffer);
        }

        _buffer = larger;
    }
}
