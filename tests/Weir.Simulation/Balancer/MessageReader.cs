using System.Globalization;
using System.Text;

namespace Weir.Simulation.Balancer;

/// <summary>
/// Reads HTTP/1.1 messages as a plain client or target would: written apart from the balancer's codec on purpose, so that
/// neither hides the other's mistakes. It knows only what this world's messages need.
/// </summary>
internal sealed class MessageReader(bool isResponse)
{
    private readonly StringBuilder _line = new();
    private State _state;
    private long _remaining;

    private enum State
    {
        StartLine,
        Fields,
        Length,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        UntilClose,
        Complete,
    }

    public MessageHead Head { get; private set; } = new();

    /// <summary>Asked when a response's head is there: does it answer HEAD?</summary>
    public Func<bool> AnswersHead { get; init; } = static () => false;

    /// <summary>Not a byte of a message has come since the last one's end.</summary>
    public bool IsBetweenMessages => _state == State.StartLine && _line.Length == 0;

    /// <summary>Behind the present head come bytes of a tunnel, until the connection ends.</summary>
    public void BeginTunnel()
    {
        _state = State.UntilClose;
        _remaining = long.MaxValue;
    }

    /// <summary>The connection ended in order. True: with it a body that lasted until then.</summary>
    public bool EndWithConnection()
    {
        bool ends = _state == State.UntilClose;
        _state = ends ? State.StartLine : _state;
        return ends;
    }

    /// <summary>Takes what it can of the input; <paramref name="bodyBytes"/> of what it took last are body.</summary>
    public MessageEvent Read(ReadOnlySpan<byte> input, out int consumed, out int bodyBytes)
    {
        consumed = bodyBytes = 0;
        while (true)
        {
            switch (_state)
            {
                case State.Complete:
                    _state = State.StartLine;
                    return MessageEvent.End;
                case State.Length or State.ChunkData or State.UntilClose:
                    bodyBytes = (int)Math.Min(input.Length - consumed, _remaining);
                    consumed += bodyBytes;
                    return TakeData(bodyBytes);
                default:
                    if (!TakeLine(input, ref consumed))
                    {
                        return MessageEvent.NeedMore;
                    }

                    string line = _line.ToString().TrimEnd('\r');
                    _line.Clear();
                    if (OnLine(line) is { } found)
                    {
                        return found;
                    }

                    break;
            }
        }
    }

    private MessageEvent TakeData(int bytes)
    {
        if (bytes == 0)
        {
            return MessageEvent.NeedMore;
        }

        if (_state != State.UntilClose)
        {
            _remaining -= bytes;
            if (_remaining == 0)
            {
                _state = _state == State.Length ? State.Complete : State.ChunkEnd;
            }
        }

        return MessageEvent.Body;
    }

    private bool TakeLine(ReadOnlySpan<byte> input, ref int consumed)
    {
        int end = input[consumed..].IndexOf((byte)'\n');
        int bytes = end < 0 ? input.Length - consumed : end;
        _line.Append(Encoding.Latin1.GetString(input.Slice(consumed, bytes)));
        consumed += end < 0 ? bytes : bytes + 1;
        // The CR stays, so that a line begun is never empty.
        return end >= 0;
    }

    private MessageEvent? OnLine(string line)
    {
        switch (_state)
        {
            case State.StartLine:
                Head = new MessageHead { StartLine = line };
                _state = State.Fields;
                return Head.IsValid(isResponse) ? null : MessageEvent.Malformed;
            case State.Fields when line.Length > 0:
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                Head.Fields.Add((line[..Math.Max(colon, 0)], line[(colon + 1)..].Trim()));
                return colon > 0 ? null : MessageEvent.Malformed;
            case State.Fields:
                BeginBody();
                return MessageEvent.Head;
            case State.ChunkSize:
                if (!long.TryParse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _remaining))
                {
                    return MessageEvent.Malformed;
                }

                _state = _remaining == 0 ? State.Trailers : State.ChunkData;
                return null;
            case State.ChunkEnd:
                _state = State.ChunkSize;
                return line.Length == 0 ? null : MessageEvent.Malformed;
            default:
                _state = line.Length == 0 ? State.Complete : State.Trailers;
                return null;
        }
    }

    private void BeginBody()
    {
        _remaining = 0;
        int status = isResponse ? Head.Status : 0;
        if (isResponse && (status is < 200 or 204 or 304 || AnswersHead()))
        {
            _state = State.Complete;
        }
        else if (Head["Transfer-Encoding"] == "chunked")
        {
            _state = State.ChunkSize;
        }
        else if (Head["Content-Length"] is { } length)
        {
            _remaining = long.Parse(length, CultureInfo.InvariantCulture);
            _state = _remaining == 0 ? State.Complete : State.Length;
        }
        else
        {
            _remaining = long.MaxValue;
            _state = isResponse ? State.UntilClose : State.Complete;
        }
    }
}
