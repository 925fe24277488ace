using System.Diagnostics;

namespace Weir.Http.Http2.Frames;

/// <summary>
/// Takes frames apart as their bytes come in, at any boundaries. Owned by the connection. It never copies, and checks
/// all that can be known without knowing streams: sizes, stream 0, padding, and that field blocks are not interrupted.
/// Source: RFC 9113 §4, §6.
/// </summary>
public struct FrameReader
{
    private readonly int _maxFrameBytes;
    private State _state;
    private bool _hasSettings;

    // The stream whose field block is open, or 0.
    private int _blockStreamId;
    private int _contentBytes;
    private int _skippedBytes;

    private FrameReader(State state, int maxFrameBytes)
    {
        _state = state;
        _maxFrameBytes = maxFrameBytes;
    }

    private enum State : byte
    {
        Preface,
        Header,
        Content,
        Skip,
        Failed,
    }

    /// <summary>What a client sends before its first frame. Source: RFC 9113 §3.4.</summary>
    public static ReadOnlySpan<byte> ClientPreface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>The frame of the last step.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>What the last step found wrong.</summary>
    public Http2Fault Fault { get; private set; }

    /// <summary>True while a field block is open, when nothing but its continuation may come.</summary>
    public readonly bool IsInFieldBlock => _blockStreamId != 0;

    /// <summary>Reads what a client sends, its preface first.</summary>
    public static FrameReader ForServer(int maxFrameBytes = Http2Limits.FrameBytes) =>
        new(State.Preface, maxFrameBytes);

    /// <summary>Reads what a server sends.</summary>
    public static FrameReader ForClient(int maxFrameBytes = Http2Limits.FrameBytes) => new(State.Header, maxFrameBytes);

    /// <summary>
    /// Goes on reading. Bytes not consumed must be there again at the next call, with more behind them: they are fewer
    /// than <see cref="Http2Limits.UnreadFrameBytes"/>.
    /// </summary>
    public FrameStep Read(ReadOnlySpan<byte> input)
    {
        int position = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = input[position..];
            switch (_state)
            {
                case State.Preface:
                    if (!TryReadPreface(rest, out bool isWhole))
                    {
                        return FailConnection(Http2Fault.InvalidPreface, position);
                    }

                    if (!isWhole)
                    {
                        return new FrameStep(FrameStatus.NeedMore, position, 0, 0, false);
                    }

                    position += ClientPreface.Length;
                    _state = State.Header;
                    break;
                case State.Header:
                    return ReadHeader(rest, position);
                case State.Content:
                    return ReadContent(rest, position);
                case State.Skip:
                    int skipped = Math.Min(_skippedBytes, rest.Length);
                    position += skipped;
                    _skippedBytes -= skipped;
                    if (_skippedBytes > 0)
                    {
                        return new FrameStep(FrameStatus.NeedMore, position, 0, 0, false);
                    }

                    _state = State.Header;
                    break;
                default:
                    return new FrameStep(FrameStatus.ConnectionFault, position, 0, 0, false);
            }
        }
    }

    private static bool TryReadPreface(ReadOnlySpan<byte> rest, out bool isWhole)
    {
        int known = Math.Min(rest.Length, ClientPreface.Length);
        isWhole = known == ClientPreface.Length;
        return rest[..known].SequenceEqual(ClientPreface[..known]);
    }

    private FrameStep ReadHeader(ReadOnlySpan<byte> rest, int position)
    {
        if (rest.Length < FrameHeader.Bytes)
        {
            return new FrameStep(FrameStatus.NeedMore, position, 0, 0, false);
        }

        FrameHeader header = FrameHeader.Read(rest);
        Header = header;
        Http2Fault fault = !_hasSettings && rest.StartsWith("HTTP/1."u8) ? Http2Fault.Http1Answer : Check(header);
        if (fault == Http2Fault.WrongPrioritySize)
        {
            Skip(header.Length);
            return StreamFault(fault, position + FrameHeader.Bytes);
        }

        if (fault != Http2Fault.None)
        {
            return FailConnection(fault, position);
        }

        int padLengthBytes = header.IsPadded ? 1 : 0;
        int fixedBytes = FixedBytes(header);
        int headBytes = FrameHeader.Bytes + padLengthBytes + fixedBytes;
        if (rest.Length < headBytes)
        {
            return new FrameStep(FrameStatus.NeedMore, position, 0, 0, false);
        }

        int paddingBytes = padLengthBytes == 0 ? 0 : rest[FrameHeader.Bytes];
        int contentBytes = header.Length - padLengthBytes - fixedBytes - paddingBytes;
        if (contentBytes < 0)
        {
            return FailConnection(Http2Fault.PaddingTooLong, position);
        }

        return Begin(rest.Slice(headBytes - fixedBytes, fixedBytes), contentBytes, paddingBytes, position + headBytes);
    }

    private FrameStep Begin(ReadOnlySpan<byte> fields, int contentBytes, int paddingBytes, int consumed)
    {
        FrameHeader header = Header;
        if (header.Type is FrameType.Headers or FrameType.Continuation)
        {
            _blockStreamId = header.IsEndHeaders ? 0 : header.StreamId;
        }

        _hasSettings = true;
        if (CarriesContent(header.Type))
        {
            _contentBytes = contentBytes;
            _skippedBytes = paddingBytes;
            _state = contentBytes > 0 ? State.Content : State.Skip;
        }
        else
        {
            // What a client says about its GOAWAY, and all of an unknown frame.
            Skip(contentBytes);
        }

        if (header.Type == FrameType.WindowUpdate && FrameFields.Increment(fields) == 0)
        {
            return header.StreamId == 0
                ? FailConnection(Http2Fault.ZeroConnectionIncrement, consumed)
                : StreamFault(Http2Fault.ZeroIncrement, consumed);
        }

        Fault = Http2Fault.None;
        return new FrameStep(
            FrameStatus.Frame, consumed, consumed - fields.Length, fields.Length, _state != State.Content);
    }

    private FrameStep ReadContent(ReadOnlySpan<byte> rest, int position)
    {
        int length = Math.Min(_contentBytes, rest.Length);
        if (Header.Type == FrameType.Settings)
        {
            length -= length % FrameFields.SettingBytes;
        }

        if (length == 0)
        {
            return new FrameStep(FrameStatus.NeedMore, position, 0, 0, false);
        }

        _contentBytes -= length;
        if (_contentBytes == 0)
        {
            _state = State.Skip;
        }

        return new FrameStep(FrameStatus.Content, position + length, position, length, _contentBytes == 0);
    }

    private readonly Http2Fault Check(in FrameHeader header)
    {
        if (!_hasSettings && (header.Type != FrameType.Settings || header.IsAck))
        {
            return Http2Fault.FirstFrameNotSettings;
        }

        // Before everything else: no other frame may stand here, of whatever size.
        if (_blockStreamId != 0 && (header.Type != FrameType.Continuation || header.StreamId != _blockStreamId))
        {
            return Http2Fault.FieldBlockInterrupted;
        }

        if (header.Length > _maxFrameBytes)
        {
            return Http2Fault.FrameTooLarge;
        }

        return header.Type switch
        {
            FrameType.Data or FrameType.Headers => header.StreamId == 0 ? Http2Fault.NoStream : CheckPadding(header),
            FrameType.Continuation => header.StreamId == 0 ? Http2Fault.NoStream
                : _blockStreamId == 0 ? Http2Fault.ContinuationUnexpected
                : Http2Fault.None,
            FrameType.Priority => header.StreamId == 0 ? Http2Fault.NoStream
                : header.Length != FrameFields.PriorityBytes ? Http2Fault.WrongPrioritySize
                : Http2Fault.None,
            FrameType.RstStream => header.StreamId == 0 ? Http2Fault.NoStream
                : CheckSize(header.Length == FrameFields.RstStreamBytes),
            FrameType.WindowUpdate => CheckSize(header.Length == FrameFields.WindowUpdateBytes),
            FrameType.Settings => header.StreamId != 0 ? Http2Fault.NotOfAStream
                : CheckSize(header.IsAck ? header.Length == 0 : header.Length % FrameFields.SettingBytes == 0),
            FrameType.Ping => header.StreamId != 0 ? Http2Fault.NotOfAStream
                : CheckSize(header.Length == FrameFields.PingBytes),
            FrameType.GoAway => header.StreamId != 0 ? Http2Fault.NotOfAStream
                : CheckSize(header.Length >= FrameFields.GoAwayBytes),
            FrameType.PushPromise => Http2Fault.PushPromise,
            _ => Http2Fault.None,
        };
    }

    // Too small for the fields that its flags promise.
    private static Http2Fault CheckPadding(in FrameHeader header) =>
        CheckSize(header.Length >= (header.IsPadded ? 1 : 0) + FixedBytes(header));

    private static Http2Fault CheckSize(bool isRight) => isRight ? Http2Fault.None : Http2Fault.WrongFrameSize;

    private static int FixedBytes(in FrameHeader header) => header.Type switch
    {
        FrameType.Headers => header.HasPriority ? FrameFields.PriorityBytes : 0,
        FrameType.Priority => FrameFields.PriorityBytes,
        FrameType.RstStream => FrameFields.RstStreamBytes,
        FrameType.Ping => FrameFields.PingBytes,
        FrameType.GoAway => FrameFields.GoAwayBytes,
        FrameType.WindowUpdate => FrameFields.WindowUpdateBytes,
        _ => 0,
    };

    private static bool CarriesContent(FrameType type) =>
        type is FrameType.Data or FrameType.Headers or FrameType.Continuation or FrameType.Settings;

    private void Skip(int bytes)
    {
        _skippedBytes = bytes;
        _state = State.Skip;
    }

    private FrameStep StreamFault(Http2Fault fault, int consumed)
    {
        Debug.Assert(!Http2Faults.EndsConnection(fault), "the table says so");
        Fault = fault;
        return new FrameStep(FrameStatus.StreamFault, consumed, 0, 0, true);
    }

    private FrameStep FailConnection(Http2Fault fault, int consumed)
    {
        Debug.Assert(Http2Faults.EndsConnection(fault), "the table says so");
        Fault = fault;
        _state = State.Failed;
        return new FrameStep(FrameStatus.ConnectionFault, consumed, 0, 0, false);
    }
}
