using System.Text;
using Weir.Http;

namespace Weir.Fuzz.Oracles;

/// <summary>
/// Reads one direction of a connection as the balancer would: heads and bodies, one after the other, from bytes that
/// come in pieces. It moves its buffer at every piece, so that nothing can depend on where the bytes lie.
/// </summary>
internal abstract class ConversationReader : IConversation
{
    private readonly StringBuilder _log = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private HeadScanner _scanner;
    private ChunkedDecoder _decoder;
    private BodyFraming _framing;
    private BodyDigest _digest = new();
    private long _remaining;
    private bool _inBody;
    private bool _ended;

    /// <summary>The first rule that was broken, or null.</summary>
    public string? Fault { get; protected set; }

    /// <summary>All that was read, as text.</summary>
    public string Log => _ended ? _log.ToString() : $"{_log}left={_end - _start} body={_inBody} {_digest}";

    public void Feed(ReadOnlySpan<byte> piece)
    {
        // A new place in a new buffer, with junk around it.
        int start = (_start * 7 + piece.Length) % 13;
        byte[] moved = new byte[start + (_end - _start) + piece.Length + 3];
        moved.AsSpan().Fill((byte)'\n');
        _buffer.AsSpan(_start.._end).CopyTo(moved.AsSpan(start));
        piece.CopyTo(moved.AsSpan(start + _end - _start));
        _end = start + _end - _start + piece.Length;
        _start = start;
        _buffer = moved;
        while (!_ended && (_inBody ? ReadBody() : ReadHead()))
        {
        }
    }

    protected abstract ParseStatus Parse(
        byte[] buffer, int start, int end, ref HeadScanner scanner, out int consumed);

    /// <summary>The framing of the head just completed; the head may be checked here.</summary>
    protected abstract BodyFraming Completed();

    protected abstract string Describe();

    private bool ReadHead()
    {
        if (_start == _end)
        {
            return false;
        }

        ParseStatus status = Parse(_buffer, _start, _end, ref _scanner, out int consumed);
        if (consumed < 0 || consumed > _end - _start || (status != ParseStatus.Complete && consumed != 0))
        {
            Fault ??= $"consumed {consumed} of {_end - _start} with {status}";
        }

        if (status == ParseStatus.NeedMore)
        {
            return false;
        }

        _log.Append(status).Append(' ').Append(Describe());
        _ended = status == ParseStatus.Refused;
        if (_ended)
        {
            return false;
        }

        _framing = Completed();
        _start += consumed;
        _decoder = default;
        _digest = new BodyDigest();
        _remaining = _framing.LengthBytes;
        _inBody = true;
        return true;
    }

    private bool ReadBody()
    {
        switch (_framing.Kind)
        {
            case BodyKind.None:
                return EndBody();
            case BodyKind.UntilClose:
                _digest.Add(_buffer.AsSpan(_start.._end));
                _start = _end;
                return false;
            case BodyKind.Length:
                int length = (int)Math.Min(_remaining, _end - _start);
                _digest.Add(_buffer.AsSpan(_start, length));
                _start += length;
                _remaining -= length;
                return _remaining == 0 && EndBody();
            default:
                return ReadChunked();
        }
    }

    private bool ReadChunked()
    {
        Span<byte> input = _buffer.AsSpan(_start.._end);
        ChunkedStep step = _decoder.Decode(input);
        if (step.Consumed < 0 || step.Consumed > input.Length || step.Offset + step.Length > step.Consumed)
        {
            Fault ??= $"{step} of {input.Length}";
            _ended = true;
            return false;
        }

        _start += step.Consumed;
        switch (step.Status)
        {
            case ChunkedStatus.Data:
                _digest.Add(input.Slice(step.Offset, step.Length));
                return true;
            case ChunkedStatus.Complete:
                Span<byte> trailers = input.Slice(step.Offset, step.Length);
                trailers = trailers[..TrailerFields.RemoveForbidden(trailers)];
                _log.Append("trailers ").Append(Encoding.Latin1.GetString(trailers));
                return EndBody();
            case ChunkedStatus.Malformed:
                // Where it stops within the line may differ with the pieces; that it stops, and why, may not.
                _log.Append(_decoder.Fault).Append('\n');
                _ended = true;
                return false;
            default:
                return false;
        }
    }

    private bool EndBody()
    {
        _log.Append("body ").Append(_digest).Append('\n');
        _digest = new BodyDigest();
        _inBody = false;
        return true;
    }
}
