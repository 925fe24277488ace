using Weir.Http.Http2;
using Weir.Http.Http2.Defences;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// What comes from one client over HTTP/2: it takes the frames apart, counts them, opens streams and brings to each what is
/// its own. It answers what the protocol asks to be answered, and says to its connection what must end. Owned by that.
/// </summary>
internal sealed class Http2Receiver(BalancerLoop owner, Http2Client client)
{
    private readonly PeerStreams _streams = new();
    private readonly Dictionary<int, Http2ClientStream> _open = [];
    private readonly List<Http2ClientStream> _begun = [];
    private readonly FieldBlockInput _block = new(owner.Loop.Buffers);
    private FrameReader _frames = FrameReader.ForServer();
    private ReceiveWindow _window = new(Http2Client.ReceiveWindowBytes);

    // The frame that is being read.
    private bool _isDropped;
    private int _contentBytes;
    private int _oldInitialWindowBytes;

    // The field block that is being read, over one frame or several.
    private BlockKind _blockKind;
    private Http2Fault _blockFault;
    private int _blockStreamId;
    private int _blockBytes;
    private bool _blockEndsStream;

    private enum BlockKind : byte
    {
        /// <summary>Decoded for the sake of the table only.</summary>
        Dropped,
        Head,
        Trailers,
    }

    public AbuseGuard Guard { get; } = new();

    /// <summary>The highest that was opened, and looked at.</summary>
    public int LastStreamId { get; private set; }

    /// <summary>Reads what is there; what is left is the beginning of a frame.</summary>
    public void Read(Http1Input input)
    {
        bool more = true;
        while (more && !client.IsOver)
        {
            FrameStep step = _frames.Read(input.Unread);
            ReadOnlySpan<byte> stretch = input.Unread.Slice(step.Offset, step.Length);
            more = step.Status != FrameStatus.NeedMore;
            switch (step.Status)
            {
                case FrameStatus.Frame:
                    Begin(stretch, step.IsEnd);
                    break;
                case FrameStatus.Content:
                    Continue(stretch, step.IsEnd);
                    break;
                case FrameStatus.StreamFault:
                    FailStream(_frames.Header.StreamId, _frames.Fault);
                    break;
                case FrameStatus.ConnectionFault:
                    client.Fail(_frames.Fault);
                    break;
                default:
                    break;
            }

            input.Consume(step.Consumed);
        }

        input.Compact(0);
        input.ReleaseIfEmpty();
        StartStreams();
    }

    /// <summary>A stream has ended, one way or the other.</summary>
    public void Close(Http2ClientStream stream, StreamEnd end)
    {
        if (_open.Remove(stream.Id))
        {
            _streams.Close(stream.Id, end);
        }
    }

    /// <summary>By how much the connection's window is to grow now that so many bytes are held no longer.</summary>
    public int PassOn(int bytes) => bytes == 0 ? 0 : _window.PassOn(bytes);

    public void Release() => _block.Release();

    // When everything that came at once is read: a small body goes to the target with its head.
    private void StartStreams()
    {
        foreach (Http2ClientStream stream in _begun)
        {
            if (client.IsOver)
            {
                stream.Lose();
            }

            Loop.Start(stream.Run());
        }

        _begun.Clear();
    }

    private void Begin(ReadOnlySpan<byte> fields, bool isEnd)
    {
        FrameHeader header = _frames.Header;
        Http2Fault fault = Guard.Count(header, isEnd, owner.Loop.NowMs);
        if (fault != Http2Fault.None)
        {
            client.Fail(fault);
            return;
        }

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
                break;
            case FrameType.RstStream:
                ReceiveReset(header.StreamId);
                break;
            case FrameType.Settings:
                _oldInitialWindowBytes = client.Settings.InitialWindowBytes;
                break;
            case FrameType.Ping when header.IsAck:
                client.OnPingAnswered();
                break;
            case FrameType.Ping:
                client.Output.Ping(fields, isAck: true);
                break;
            case FrameType.GoAway:
                client.GoAway();
                break;
            case FrameType.WindowUpdate:
                ReceiveWindowUpdate(header.StreamId, FrameFields.Increment(fields));
                break;
            default:
                // Priorities are not looked at, and unknown frames mean nothing.
                break;
        }

        if (isEnd && !client.IsOver)
        {
            Continue(default, isEnd: true);
        }
    }

    // What a frame carries, as far as it has come.
    private void Continue(ReadOnlySpan<byte> content, bool isEnd)
    {
        FrameHeader header = _frames.Header;
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
            client.Fail(Http2Fault.ConnectionWindowExceeded);
            return;
        }

        client.OnActivity();
        Http2Fault fault;
        if (_open.TryGetValue(header.StreamId, out Http2ClientStream? stream))
        {
            fault = stream.BeginData(header);
            _isDropped = fault != Http2Fault.None;
        }
        else
        {
            fault = _streams.ReceiveOnOther(header.StreamId, FrameType.Data);
        }

        FailStream(header.StreamId, fault);
    }

    private void ReceiveData(in FrameHeader header, ReadOnlySpan<byte> data, bool isEnd)
    {
        Guard.Carried(data.Length);
        int paddingBytes = isEnd ? header.Length - _contentBytes : 0;
        // It may have ended since the frame began.
        if (_isDropped || !_open.TryGetValue(header.StreamId, out Http2ClientStream? stream))
        {
            client.PassOn(null, data.Length + paddingBytes, 0);
        }
        else
        {
            FailStream(header.StreamId, stream.ReceiveData(data, isEnd, header.IsEndStream, paddingBytes));
        }
    }

    private void BeginBlock(in FrameHeader header)
    {
        int id = header.StreamId;
        client.OnActivity();
        _blockStreamId = id;
        _blockBytes = FrameHeader.Bytes + header.Length;
        _blockEndsStream = header.IsEndStream;
        _blockKind = BlockKind.Dropped;
        _blockFault = Http2Fault.None;
        if (_open.TryGetValue(id, out Http2ClientStream? stream))
        {
            _blockFault = stream.BeginTrailers(header.IsEndStream);
            _blockKind = _blockFault == Http2Fault.None ? BlockKind.Trailers : BlockKind.Dropped;
        }
        else if (!_streams.IsIdle(id))
        {
            _blockFault = _streams.ReceiveOnOther(id, FrameType.Headers);
        }
        else
        {
            _blockFault = _streams.Open(id);
            _blockKind = _blockFault == Http2Fault.None ? BlockKind.Head : BlockKind.Dropped;
            if (_blockKind == BlockKind.Head && (client.IsGoingAway || client.IsFull))
            {
                // Behind the last that GOAWAY names nothing is looked at, and the client knows.
                _blockFault = client.IsGoingAway ? Http2Fault.None : Http2Fault.TooManyStreams;
                _blockKind = BlockKind.Dropped;
                _streams.Close(id, StreamEnd.ResetByUs);
            }
        }

        if (_blockFault != Http2Fault.None && Http2Faults.EndsConnection(_blockFault))
        {
            client.Fail(_blockFault);
            return;
        }

        _block.Begin();
    }

    private void ReceiveBlock(ReadOnlySpan<byte> piece, bool isLast)
    {
        if (!_block.TryRead(piece, isLast))
        {
            client.Fail(Http2Fault.FieldBlockInvalid);
            return;
        }

        if (!isLast)
        {
            return;
        }

        Guard.Carried(_block.Section.UsedBytes);
        switch (_blockKind)
        {
            case BlockKind.Head:
                Open();
                break;
            case BlockKind.Trailers when _open.TryGetValue(_blockStreamId, out Http2ClientStream? stream):
                _blockFault = stream.ReceiveTrailers(_block.Section, _blockBytes);
                break;
            default:
                break;
        }

        _block.Release();
        FailStream(_blockStreamId, _blockFault);
    }

    private void Open()
    {
        Guard.StreamOpened();
        LastStreamId = _blockStreamId;
        Http2ClientStream stream = owner.RentStream();
        stream.Begin(client, _blockStreamId, _block.TakeBuffer(), client.Settings.InitialWindowBytes);
        _open.Add(stream.Id, stream);
        if (!stream.ReceiveHead(_block.Section, _blockEndsStream, _blockBytes, client.View, client.Peer))
        {
            _blockFault = Http2Fault.MalformedMessage;
        }

        client.OnRequest(stream);
        _begun.Add(stream);
    }

    private void ReceiveReset(int id)
    {
        if (_open.TryGetValue(id, out Http2ClientStream? stream))
        {
            owner.Counters.Add(Counter.Http2StreamsReset);
            Close(stream, StreamEnd.ResetByPeer);
            stream.Lose();
        }
        else
        {
            FailStream(id, _streams.ReceiveOnOther(id, FrameType.RstStream));
        }
    }

    private void ReceiveSettings(ReadOnlySpan<byte> settings, bool isEnd)
    {
        Http2Fault fault = client.Settings.Apply(settings, isFromServer: false);
        if (fault != Http2Fault.None)
        {
            client.Fail(fault);
            return;
        }

        if (!isEnd)
        {
            return;
        }

        foreach (Http2ClientStream stream in _open.Values)
        {
            if (!stream.TryShiftWindow(_oldInitialWindowBytes, client.Settings.InitialWindowBytes))
            {
                client.Fail(Http2Fault.InitialWindowOverflow);
                return;
            }
        }

        client.Settings.ApplyTo(client.Encoder);
        client.Output.SettingsAck();
        client.WakeWaiting();
    }

    private void ReceiveWindowUpdate(int id, int increment)
    {
        if (id == 0)
        {
            if (!client.TryGrowWindow(increment))
            {
                client.Fail(Http2Fault.ConnectionWindowOverflow);
                return;
            }
        }
        else if (!_open.TryGetValue(id, out Http2ClientStream? stream))
        {
            FailStream(id, _streams.ReceiveOnOther(id, FrameType.WindowUpdate));
        }
        else if (!stream.TryGrowWindow(increment))
        {
            FailStream(id, Http2Fault.WindowOverflow);
        }

        client.WakeWaiting();
    }

    // A malformed message is answered, and reset by its stream when that is sent. Every other fault resets at once.
    private void FailStream(int id, Http2Fault fault)
    {
        if (fault == Http2Fault.None)
        {
            return;
        }

        // On a stream that was never opened nothing can be reset. Source: RFC 9113 §6.4.
        if (Http2Faults.EndsConnection(fault) || (id > _streams.LastStreamId && fault != Http2Fault.TooManyStreams))
        {
            client.Fail(fault);
            return;
        }

        owner.Counters.Add(fault);
        Http2Fault flood = Guard.CountStreamFault(owner.Loop.NowMs);
        if (flood != Http2Fault.None)
        {
            client.Fail(flood);
        }
        else if (fault != Http2Fault.MalformedMessage)
        {
            if (_open.TryGetValue(id, out Http2ClientStream? stream))
            {
                client.Reset(stream, Http2Faults.Code(fault));
            }
            else
            {
                client.Output.RstStream(id, Http2Faults.Code(fault));
            }
        }
    }
}
