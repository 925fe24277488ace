using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Hpack;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Decodes the field blocks of one peer as their pieces come, each into a buffer that its stream may keep. Owned by the
/// connection; between two blocks it holds no buffer.
/// </summary>
internal sealed class FieldBlockInput(
    BufferPool buffers,
    int maxSectionBytes = Http2Limits.FieldSectionBytes,
    int maxFieldBytes = Http2Limits.CompressedFieldBytes,
    bool joinsCookies = true)
{
    // A request's head with cookies fits; a longer one makes the buffer grow.
    private const int HeadBytes = 4 * 1024;

    private readonly HpackDecoder _decoder = new(maxFieldBytes: maxFieldBytes);
    private byte[]? _buffer;

    // A field that has come in part.
    private byte[]? _kept;
    private int _keptBytes;

    /// <summary>The fields of the present block, or of the last one as long as its buffer is.</summary>
    public FieldSection Section { get; } = new(maxSectionBytes, joinsCookies: joinsCookies);

    /// <summary>
    /// Of a target's answers, whose heads have a limit of their own. One field that is over it costs the answer, and one that is far
    /// over it the connection.
    /// </summary>
    public static FieldBlockInput OfTarget(BufferPool buffers) =>
        new(buffers, HttpLimits.ResponseHeadersBytes, 2 * HttpLimits.ResponseHeadersBytes, joinsCookies: false);

    public void Begin()
    {
        _buffer = buffers.Rent(HeadBytes);
        Section.Begin(_buffer);
    }

    /// <summary>Takes the next piece: false if it is no field block.</summary>
    public bool TryRead(ReadOnlySpan<byte> piece, bool isLast)
    {
        ReadOnlySpan<byte> input = _keptBytes == 0 ? piece : Join(piece);
        while (true)
        {
            HpackStatus status = _decoder.Decode(input, isLast, Section, out int consumed);
            input = input[consumed..];
            switch (status)
            {
                case HpackStatus.NeedRoom:
                    Grow();
                    break;
                case HpackStatus.NeedMore:
                    Keep(input);
                    return true;
                default:
                    ReleaseKept();
                    return status == HpackStatus.Complete;
            }
        }
    }

    /// <summary>The block's buffer becomes the caller's.</summary>
    public byte[] TakeBuffer()
    {
        byte[] taken = _buffer!;
        _buffer = null;
        return taken;
    }

    /// <summary>Gives back what is held.</summary>
    public void Release()
    {
        if (_buffer is not null)
        {
            buffers.Return(_buffer);
            _buffer = null;
        }

        ReleaseKept();
    }

    // What the limits allow of a block fits the largest buffer: of a request twice for its cookies, of an answer with a field that
    // comes to more than half as much again once it is decompressed.
    private void Grow()
    {
        byte[] larger = buffers.Rent(Section.Buffer.Length + 1);
        Section.Move(larger);
        buffers.Return(_buffer!);
        _buffer = larger;
    }

    private Span<byte> Join(ReadOnlySpan<byte> piece)
    {
        int bytes = _keptBytes + piece.Length;
        if (_kept!.Length < bytes)
        {
            byte[] larger = buffers.Rent(bytes);
            _kept.AsSpan(0, _keptBytes).CopyTo(larger);
            buffers.Return(_kept);
            _kept = larger;
        }

        piece.CopyTo(_kept.AsSpan(_keptBytes));
        return _kept.AsSpan(0, bytes);
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            ReleaseKept();
            return;
        }

        // The rest may lie in the same memory, further on.
        _kept ??= buffers.Rent(rest.Length);
        rest.CopyTo(_kept);
        _keptBytes = rest.Length;
    }

    private void ReleaseKept()
    {
        if (_kept is not null)
        {
            buffers.Return(_kept);
            _kept = null;
        }

        _keptBytes = 0;
    }
}
