using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;

namespace Weir.Balancer;

/// <summary>
/// What comes from one peer over HTTP/2: it brings to each stream what is its own, answers what the protocol asks to be answered, and
/// says to its connection what must end. Owned by that; which streams there may be is for the one of the two sides.
/// </summary>
internal abstract class Http2Receiver : Http2FrameInput
{
    private readonly FieldBlockInput _block;
    private readonly bool _isFromServer;
    private ReceiveWindow _window;

    // The frame that is being read.
    private bool _isDropped;
    private int _contentBytes;
    private int _oldInitialWindowBytes;

    // The field block that is being read, over one frame or several.
    private Http2Stream? _blockStream;
    private bool _blockOpensStream;
    private Http2Fault _blockFault;
    private int _blockStreamId;
    private int _blockBytes;
    private bool _blockEndsStream;

    /// <param name="owner">The loop.</param>
    /// <param name="block">Of the connection.</param>
    /// <param name="isFromServer">The peer is a target.</param>
    /// <param name="windowBytes">What all streams together may hold.</param>
    protected Http2Receiver(BalancerLoop owner, FieldBlockInput block, bool isFromServer, int windowBytes)
        : base(isFromServer)
    {
        Owner = owner;
        _block = block;
        _isFromServer = isFromServer;
        _window = new ReceiveWindow(windowBytes, Http2Limits.InitialWindowBytes / 2);
    }

    /// <summary>The connection's.</summary>
    public abstract Http2Sender Sender { get; }

    protected BalancerLoop Owner { get; }

    protected override long NowMs => Owner.Loop.NowMs;

    /// <summary>Those on which something may still come or go.</summary>
    protected Dictionary<int, Http2Stream> Open { get; } = [];

    /// <summary>The connection cannot go on.</summary>
    public abstract void Fail(Http2ErrorCode code);

    /// <summary>A stream has ended, one way or the other.</summary>
    public void Close(Http2Stream stream, StreamEnd end)
    {
        if (Open.Remove(stream.Id))
        {
            OnClosed(stream.Id, end);
        }
    }

    /// <summary>Bytes of bodies are held no longer; the stream's window grows by the increment, if it is not 0.</summary>
    public void PassOn(Http2Stream? stream, int bytes, int increment)
    {
        Sender.Output.WindowUpdate(stream?.Id ?? 0, stream is null ? 0 : increment);
        Sender.Output.WindowUpdate(0, bytes == 0 ? 0 : _window.PassOn(bytes));
    }

    public void Release() => _block.Release();

    protected abstract void Count(Http2Fault fault);

    /// <summary>Resets a stream for a fault of the peer's.</summary>
    protected abstract void ResetStream(Http2Stream stream, Http2Fault fault);

    /// <summary>Something of a message has come.</summary>
    protected abstract void OnActivity();

    /// <summary>HEADERS on a stream that is not open: a fault, or whether it opens one. Otherwise it is decoded and dropped.</summary>
    protected abstract Http2Fault BeginOnOther(int streamId, out bool opens);

    /// <summary>The stream that the block opens, which is whole.</summary>
    protected abstract Http2Stream OpenStream(int streamId);

    /// <summary>Such a stream has its head.</summary>
    protected abstract void OnOpened(Http2Stream stream);

    /// <summary>Another frame on a stream that is not open.</summary>
    protected abstract Http2Fault ReceiveOnOther(int streamId, FrameType type);

    /// <summary>A fault concerns a stream that was never there, on which nothing can be reset. Source: RFC 9113 §6.4.</summary>
    protected abstract bool IsOfNoStream(int streamId);

    /// <summary>RST_STREAM of an open stream.</summary>
    protected abstract void OnReset(Http2Stream stream, Http2ErrorCode code);

    /// <summary>The peer's settings are in force.</summary>
    protected abstract void OnSettings();

    protected abstract void OnGoAway(int lastStreamId, Http2ErrorCode code);

    /// <summary>The answer to the PING that went with GOAWAY.</summary>
    protected abstract void OnPingAnswered();

    /// <summary>A stream is open no longer.</summary>
    protected abstract void OnClosed(int streamId, StreamEnd end);

    /// <summary>
    /// A malformed message is for its stream, which is reset when the exchange has ended. Every other fault resets at once.
    /// </summary>
    protected override void FailStream(int id, Http2Fault fault)
    {
        if (fault == Http2Fault.None)
        {
            return;
        }

        if (Http2Faults.EndsConnection(fault) || IsOfNoStream(id))
        {
            FailConnection(fault);
            return;
        }

        Count(fault);
        Http2Fault flood = Guard.CountStreamFault(Owner.Loop.NowMs);
        if (flood != Http2Fault.None)
        {
            FailConnection(flood);
        }
        else if (fault != Http2Fault.MalformedMessage)
        {
            if (Open.TryGetValue(id, out Http2Stream? stream))
            {
                ResetStream(stream, fault);
            }
            else
            {
                Sender.Output.RstStream(id, Http2Faults.Code(fault));
            }
        }
    }

    protected override void Begin(ReadOnlySpan<byte> fields)
    {
        FrameHeader header = Header;
        _contentBytes = 0;
        switch (header.Type)
        {
            case FrameType.Data:
                BeginData(header);
                break;
            case FrameType.Headers:
                BeginBlock(header);
                break;
            case FrameType.Continuation:
                _blockBytes += FrameHeader.Bytes + header.Length;
                OpenBlockStream()?.CountReceived(FrameHeader.Bytes + header.Length);
                break;
            case FrameType.RstStream:
                ReceiveReset(header.StreamId, FrameFields.ResetCode(fields));
                break;
            case FrameType.Settings:
                _oldInitialWindowBytes = Sender.Settings.InitialWindowBytes;
                break;
            case FrameType.Ping when header.IsAck:
                OnPingAnswered();
                break;
            case FrameType.Ping:
                Sender.Output.Ping(fields, isAck: true);
                break;
            case FrameType.GoAway:
                OnGoAway(FrameFields.LastStreamId(fields), FrameFields.GoAwayCode(fields));
                break;
            case FrameType.WindowUpdate:
                ReceiveWindowUpdate(header.StreamId, FrameFields.Increment(fields));
                break;
            default:
                // Priorities are not looked at, and unknown frames mean nothing.
                break;
        }
    }

    protected override void Continue(ReadOnlySpan<byte> content, bool isEnd)
    {
        FrameHeader header = Header;
        _contentBytes += content.Length;
        switch (header.Type)
        {
            case FrameType.Data:
                ReceiveData(header, content, isEnd);
                break;
            case FrameType.Headers or FrameType.Continuation:
                ReceiveBlock(content, isEnd && header.IsEndHeaders);
                break;
            case FrameType.Settings when !header.IsAck:
                ReceiveSettings(content, isEnd);
                break;
            default:
                break;
        }
    }

    private void BeginData(in FrameHeader header)
    {
        _isDropped = true;
        if (!_window.TryReceive(header.Length))
        {
            FailConnection(Http2Fault.ConnectionWindowExceeded);
            return;
        }

        OnActivity();
        Http2Fault fault;
        if (Open.TryGetValue(header.StreamId, out Http2Stream? stream))
        {
            fault = stream.BeginData(header);
            _isDropped = fault != Http2Fault.None;
        }
        else
        {
            fault = ReceiveOnOther(header.StreamId, FrameType.Data);
        }

        FailStream(header.StreamId, fault);
    }

    private void ReceiveData(in FrameHeader header, ReadOnlySpan<byte> data, bool isEnd)
    {
        Guard.Carried(data.Length);
        int paddingBytes = isEnd ? header.Length - _contentBytes : 0;
        // It may have ended since the frame began.
        if (_isDropped || !Open.TryGetValue(header.StreamId, out Http2Stream? stream))
        {
            PassOn(null, data.Length + paddingBytes, 0);
        }
        else
        {
            FailStream(header.StreamId, stream.ReceiveData(data, isEnd, header.IsEndStream, paddingBytes));
        }
    }

    private void BeginBlock(in FrameHeader header)
    {
        int id = header.StreamId;
        OnActivity();
        _blockStreamId = id;
        _blockBytes = FrameHeader.Bytes + header.Length;
        _blockEndsStream = header.IsEndStream;
        _blockOpensStream = false;
        if (Open.TryGetValue(id, out _blockStream))
        {
            _blockFault = _blockStream.BeginBlock(header.IsEndStream);
            _blockStream = _blockFault == Http2Fault.None ? _blockStream : null;
            _blockStream?.CountReceived(_blockBytes);
        }
        else
        {
            _blockFault = BeginOnOther(id, out _blockOpensStream);
        }

        if (_blockFault != Http2Fault.None && Http2Faults.EndsConnection(_blockFault))
        {
            FailConnection(_blockFault);
            return;
        }

        _block.Begin();
    }

    private void ReceiveBlock(ReadOnlySpan<byte> piece, bool isLast)
    {
        if (!_block.TryRead(piece, isLast))
        {
            FailConnection(Http2Fault.FieldBlockInvalid);
            return;
        }

        if (!isLast)
        {
            return;
        }

        Guard.Carried(_block.Section.UsedBytes);
        if (_blockOpensStream)
        {
            Guard.StreamOpened();
            Http2Stream opened = OpenStream(_blockStreamId);
            Open.Add(opened.Id, opened);
            opened.CountReceived(_blockBytes);
            opened.BeginBlock(_blockEndsStream);
            _blockFault = opened.ReceiveBlock(_block, _blockEndsStream, _blockBytes);
            OnOpened(opened);
        }
        else if (OpenBlockStream() is { } stream)
        {
            _blockFault = stream.ReceiveBlock(_block, _blockEndsStream, _blockBytes);
        }

        _blockStream = null;
        _block.Release();
        FailStream(_blockStreamId, _blockFault);
    }

    // It may have ended since its block began, and its memory serve another.
    private Http2Stream? OpenBlockStream() =>
        _blockStream is not null && Open.TryGetValue(_blockStreamId, out Http2Stream? stream) && stream == _blockStream ? stream : null;

    private void ReceiveReset(int id, Http2ErrorCode code)
    {
        if (Open.TryGetValue(id, out Http2Stream? stream))
        {
            Close(stream, StreamEnd.ResetByPeer);
            OnReset(stream, code);
        }
        else
        {
            FailStream(id, ReceiveOnOther(id, FrameType.RstStream));
        }
    }

    private void ReceiveSettings(ReadOnlySpan<byte> settings, bool isEnd)
    {
        Http2Fault fault = Sender.Settings.Apply(settings, _isFromServer);
        if (fault != Http2Fault.None)
        {
            FailConnection(fault);
            return;
        }

        if (!isEnd)
        {
            return;
        }

        foreach (Http2Stream stream in Open.Values)
        {
            if (!stream.TryShiftWindow(_oldInitialWindowBytes, Sender.Settings.InitialWindowBytes))
            {
                FailConnection(Http2Fault.InitialWindowOverflow);
                return;
            }
        }

        Sender.Settings.ApplyTo(Sender.Encoder);
        Sender.Output.SettingsAck();
        OnSettings();
        Sender.WakeWaiting();
    }

    private void ReceiveWindowUpdate(int id, int increment)
    {
        if (id == 0)
        {
            if (!Sender.TryGrowWindow(increment))
            {
                FailConnection(Http2Fault.ConnectionWindowOverflow);
                return;
            }
        }
        else if (!Open.TryGetValue(id, out Http2Stream? stream))
        {
            FailStream(id, ReceiveOnOther(id, FrameType.WindowUpdate));
        }
        else if (!stream.TryGrowWindow(increment))
        {
            FailStream(id, Http2Fault.WindowOverflow);
        }

        Sender.WakeWaiting();
    }
}
