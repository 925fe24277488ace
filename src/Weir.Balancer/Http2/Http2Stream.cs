using System.Diagnostics;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Messages;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One stream of an HTTP/2 connection, on either side of the balancer: its state, its windows, the body that comes and what is
/// sent, in turn with other streams. What heads mean is for its face, with which it is pooled by the loop.
/// </summary>
internal sealed class Http2Stream
{
    private readonly BalancerLoop _owner;
    private readonly IHttp2StreamFace _face;
    private readonly StreamInput _body;
    private readonly Signal _readable;
    private readonly Signal _writable;
    private Http2Receiver _connection = null!;
    private StreamLifecycle _lifecycle;
    private MessageProgress _progress;
    private ReceiveWindow _receiveWindow;
    private SendWindow _sendWindow;
    private StreamStatus _lost;
    private bool _bodyIsDropped;
    private bool _blockIsTrailers;
    private bool _readerWaits;
    private bool _writerWaits;
    private bool _readerStopped;
    private bool _writerStopped;

    public Http2Stream(BalancerLoop owner, IHttp2StreamFace face)
    {
        _owner = owner;
        _face = face;
        _body = new StreamInput(owner.Loop.Buffers);
        _readable = new Signal(owner.Loop);
        _writable = new Signal(owner.Loop);
        Turn = new LinkedListNode<Http2Stream>(this);
    }

    /// <summary>Among those that wait for their turn to send.</summary>
    public LinkedListNode<Http2Stream> Turn { get; }

    public int Id { get; private set; }

    /// <summary>The peer has reset it, or the connection is lost: nothing more comes or goes.</summary>
    public bool IsGone => _lost != StreamStatus.Done;

    /// <summary>Both ends have ended it, or one has reset it.</summary>
    public bool IsClosed => IsGone || _lifecycle.State == StreamState.Closed;

    /// <summary>Our side of it is whole.</summary>
    public bool IsSent => _lifecycle.State is StreamState.HalfClosedLocal or StreamState.Closed;

    /// <summary>The peer's side of it is whole.</summary>
    public bool IsReceived => _body.IsEnded;

    /// <summary>What came is no message.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Why; none of a head that is only too large.</summary>
    public MessageFault MessageFault { get; private set; }

    /// <summary>What waits could be sent as far as this stream's window goes.</summary>
    public bool HasWindow => UnsentBytes == 0 || _sendWindow.AvailableBytes > 0;

    /// <summary>Bytes of DATA that wait to be sent.</summary>
    public int UnsentBytes { get; private set; }

    /// <summary>Bytes of HEADERS, CONTINUATION and DATA that have come.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>The same of those that were put into the connection's output.</summary>
    public long SentBytes { get; private set; }

    /// <summary>When something of it last went either way, in the loop's milliseconds.</summary>
    public long LastActivityMs { get; private set; }

    /// <summary>There is room for what it sends, and nothing waits for the peer.</summary>
    public bool MaySend => !IsGone && _connection.Sender.MaySend;

    public void Begin(Http2Receiver connection, int id)
    {
        _connection = connection;
        Id = id;
        _sendWindow = new SendWindow(connection.Sender.Settings.InitialWindowBytes);
        _receiveWindow = new ReceiveWindow(Http2Limits.InitialWindowBytes);
        _lifecycle = default;
        _progress = default;
        _lost = StreamStatus.Done;
        IsMalformed = _bodyIsDropped = _readerStopped = _writerStopped = false;
        MessageFault = MessageFault.None;
        ResetCode = Http2ErrorCode.NoError;
        Fault = Http2Fault.None;
        IsFaultOfOther = false;
        UnsentBytes = 0;
        ReceivedBytes = SentBytes = 0;
        LastActivityMs = _owner.Loop.NowMs;
    }

    /// <summary>What follows the head is held against it.</summary>
    public void EndHead(RequestHead head) => _progress.EndHead(head);

    /// <summary>The same of a response, unless it is interim.</summary>
    public void EndHead(ResponseHead head) => _progress.EndHead(head);

    /// <summary>DATA begins; what it carries follows.</summary>
    public Http2Fault BeginData(in FrameHeader header)
    {
        Http2Fault fault = _lifecycle.Receive(FrameType.Data, header.IsEndStream);
        if (fault != Http2Fault.None)
        {
            return fault;
        }

        if (!_receiveWindow.TryReceive(header.Length))
        {
            return Http2Fault.WindowExceeded;
        }

        ReceivedBytes += FrameHeader.Bytes + header.Length;
        LastActivityMs = _owner.Loop.NowMs;
        return Http2Fault.None;
    }

    /// <summary>A stretch of DATA; the fault of the whole frame shows with its end.</summary>
    public Http2Fault ReceiveData(ReadOnlySpan<byte> data, bool isEnd, bool isEndStream, int paddingBytes)
    {
        MessageFault fault = _progress.Data(data.Length, isEnd && isEndStream);
        if (fault != MessageFault.None && !IsMalformed)
        {
            return BecomeMalformed(fault, data.Length + paddingBytes);
        }

        if (IsMalformed || IsGone)
        {
            // Its exchange has ended, or is about to: nobody wants it.
            PassOn(data.Length + paddingBytes);
        }
        else
        {
            _body.Add(data);
            PassOn(paddingBytes);
        }

        LastActivityMs = _owner.Loop.NowMs;
        if (isEnd && isEndStream)
        {
            EndReceiving();
        }
        else if (!data.IsEmpty)
        {
            _readable.Set();
        }

        return Http2Fault.None;
    }

    /// <summary>A frame of a field block begins: it counts from then on, whether the block comes to its end or not.</summary>
    public void CountReceived(int frameBytes) => ReceivedBytes += frameBytes;

    /// <summary>A field block begins: a head, or trailers.</summary>
    public Http2Fault BeginBlock(bool isEndStream)
    {
        Http2Fault fault = _lifecycle.Receive(FrameType.Headers, isEndStream);
        if (fault != Http2Fault.None)
        {
            return fault;
        }

        MessageFault place = _progress.BeginFieldBlock(isEndStream, out _blockIsTrailers);
        return place == MessageFault.None ? Http2Fault.None : BecomeMalformed(place, 0);
    }

    /// <summary>It has come whole.</summary>
    public Http2Fault ReceiveBlock(FieldBlockInput block, bool isEndStream, int frameBytes)
    {
        LastActivityMs = _owner.Loop.NowMs;
        if (!_blockIsTrailers)
        {
            Http2Fault fault = _face.ReceiveHead(block, isEndStream, frameBytes);
            if (isEndStream)
            {
                EndReceiving();
            }
            else
            {
                _readable.Set();
            }

            return fault;
        }

        FieldSection section = block.Section;
        if (!IsMalformed && TakeTrailers(section) is var trailers and not MessageFault.None)
        {
            return BecomeMalformed(trailers, 0);
        }

        EndReceiving();
        return Http2Fault.None;
    }

    /// <summary>The head is none: what follows it is dropped.</summary>
    public void Spoil(MessageFault fault)
    {
        IsMalformed = true;
        MessageFault = fault;
    }

    /// <summary>The peer has reset it with this code.</summary>
    public Http2ErrorCode ResetCode { get; set; }

    /// <summary>The fault of the peer's that has ended it, or its connection.</summary>
    public Http2Fault Fault { get; private set; }

    /// <summary>That was on another stream.</summary>
    public bool IsFaultOfOther { get; private set; }

    /// <summary>A fault of the peer's has ended its connection.</summary>
    /// <param name="fault">It.</param>
    /// <param name="streamId">Where it was; 0: on none.</param>
    public void LoseToFault(Http2Fault fault, int streamId)
    {
        Fault = fault;
        IsFaultOfOther = streamId != 0 && streamId != Id;
        Lose(StreamStatus.Faulted, dropsBody: false);
    }

    /// <summary>A fault of the peer's has ended it alone.</summary>
    public void LoseToFault(Http2Fault fault)
    {
        Fault = fault;
        Lose(StreamStatus.Malformed, dropsBody: true);
    }

    /// <summary>Nothing more comes or goes.</summary>
    /// <param name="status">What whoever waits on it is told.</param>
    /// <param name="dropsBody">Nobody wants what has come either.</param>
    public void Lose(StreamStatus status, bool dropsBody)
    {
        if (IsGone)
        {
            return;
        }

        _lost = status;
        // What came whole before is whole.
        _bodyIsDropped = dropsBody && !_body.IsEnded;
        _readable.Set();
        _writable.Set();
        _face.OnLost();
        if (_bodyIsDropped)
        {
            _body.Drop();
            PassOn(0);
        }
    }

    /// <summary>False if it goes beyond what a window can be.</summary>
    public bool TryGrowWindow(int increment) => _sendWindow.TryGrow(increment);

    /// <summary>The same of a change of the initial size.</summary>
    public bool TryShiftWindow(int oldInitialBytes, int newInitialBytes) => _sendWindow.TryShift(oldInitialBytes, newInitialBytes);

    /// <summary>Its turn to send may have come.</summary>
    public void Wake() => _writable.Set();

    /// <summary>Wakes whatever waits on it.</summary>
    public void Interrupt()
    {
        if (_readerWaits)
        {
            _readerStopped = true;
            _readable.Set();
        }

        if (_writerWaits)
        {
            _writerStopped = true;
            _writable.Set();
        }
    }

    /// <summary>The next piece of the body as far as it is here already; it may be empty.</summary>
    public BodyChunk TakeBufferedBody()
    {
        BodyChunk chunk = IsMalformed ? BodyChunk.Failed(StreamStatus.Malformed) : _bodyIsDropped ? BodyChunk.Failed(_lost) : _body.Take();
        PassOn(0);
        return chunk;
    }

    /// <summary>The next piece of the body.</summary>
    public async LoopTask<BodyChunk> ReadBody()
    {
        while (true)
        {
            if (!_bodyIsDropped && (IsMalformed || _body.HasBytes || _body.IsEnded))
            {
                return TakeBufferedBody();
            }

            if (IsGone)
            {
                return BodyChunk.Failed(_lost);
            }

            // What was taken before is done with: the peer may send more.
            TakeBufferedBody();
            if (await WaitForMore() is var status and not StreamStatus.Done)
            {
                return BodyChunk.Failed(status);
            }
        }
    }

    /// <summary>Waits until something has come, or nothing more will.</summary>
    public async LoopTask<StreamStatus> WaitForMore()
    {
        _readable.Reset();
        _readerStopped = false;
        _readerWaits = true;
        await _readable;
        _readerWaits = false;
        return _readerStopped ? StreamStatus.Stopped : StreamStatus.Done;
    }

    /// <summary>A coroutine waits on it.</summary>
    public bool IsWaitedFor => _readerWaits || _writerWaits;

    /// <summary>What whoever waits for more is told when the stream is gone.</summary>
    public StreamStatus LostStatus => _lost;

    /// <summary>Sends a piece of the body, with its trailers behind the last one.</summary>
    public LoopTask<StreamStatus> SendBody(BodyChunk chunk)
    {
        int sent = 0;
        while (!IsGone && _connection.Sender is { MaySend: true, OthersWait: false })
        {
            if (TrySendPiece(chunk, ref sent))
            {
                return new LoopTask<StreamStatus>(StreamStatus.Done);
            }

            if (sent < chunk.Count && _connection.Sender.WindowFor(_sendWindow) == 0)
            {
                break;
            }
        }

        return IsGone ? new LoopTask<StreamStatus>(StreamStatus.Ended) : SendRest(chunk, sent);
    }

    /// <summary>
    /// Sends a field block that was composed in the loop's scratch memory. One that was begun has changed the table of the peer, so
    /// that it is always sent whole: whoever composes one has made sure that it fits. One that did not all the same (-1) is a bug, and
    /// costs the connection.
    /// </summary>
    public StreamStatus SendBlock(int bytes, bool isEndStream)
    {
        if (bytes < 0)
        {
            _connection.Fail(Http2ErrorCode.InternalError);
            return StreamStatus.Ended;
        }

        LastActivityMs = _owner.Loop.NowMs;
        SentBytes += _connection.Sender.SendBlock(this, _owner.Scratch.AsSpan(0, bytes), isEndStream);
        EndIf(isEndStream, FrameType.Headers);
        return StreamStatus.Done;
    }

    /// <summary>For a head: it needs no window.</summary>
    public async LoopTask<StreamStatus> WaitForRoom()
    {
        UnsentBytes = 0;
        return IsGone ? StreamStatus.Ended : _connection.Sender.MaySend ? StreamStatus.Done : await WaitForTurn();
    }

    /// <summary>Gives back what it holds.</summary>
    public void Release()
    {
        _body.Release();
        _connection.PassOn(this, _body.TakePassedOn(), 0);
        _body.Reset();
    }

    private async LoopTask<StreamStatus> SendRest(BodyChunk chunk, int sent)
    {
        while (true)
        {
            UnsentBytes = chunk.Count - sent;
            StreamStatus status = await WaitForTurn();
            bool isSent = status == StreamStatus.Done && TrySendPiece(chunk, ref sent);
            if (isSent || status != StreamStatus.Done)
            {
                _connection.Sender.WakeWaiting();
                return status;
            }
        }
    }

    // Behind those that wait already. Where the window is not enough it keeps its place.
    private async LoopTask<StreamStatus> WaitForTurn()
    {
        Http2Sender sender = _connection.Sender;
        sender.Enqueue(this);
        do
        {
            _writable.Reset();
            sender.WakeWaiting();
            _writerStopped = false;
            _writerWaits = true;
            await _writable;
            _writerWaits = false;
        }
        while (!IsGone && !_writerStopped && !(sender.MaySend && (UnsentBytes == 0 || sender.WindowFor(_sendWindow) > 0)));
        sender.Dequeue(this);
        return IsGone ? StreamStatus.Ended : _writerStopped ? StreamStatus.Stopped : StreamStatus.Done;
    }

    /// <summary>Sends one frame of a piece, with its trailers behind the last one. True: the piece is sent.</summary>
    private bool TrySendPiece(in BodyChunk chunk, ref int sent)
    {
        int bytes = Math.Min(chunk.Count - sent, _connection.Sender.WindowFor(_sendWindow));
        bool isWhole = sent + bytes == chunk.Count;
        bool isEnd = isWhole && chunk is { IsLast: true, TrailersBytes: 0 };
        if (bytes > 0 || (isEnd && chunk.Count == 0))
        {
            bool taken = _sendWindow.TryTake(bytes);
            Debug.Assert(taken, "no more than the window has");
            SentBytes += _connection.Sender.SendData(this, chunk.Buffer.AsSpan(chunk.Offset + sent, bytes), isEnd);
            LastActivityMs = _owner.Loop.NowMs;
            sent += bytes;
            EndIf(isEnd, FrameType.Data);
        }

        if (isWhole && chunk is { IsLast: true, TrailersBytes: > 0 })
        {
            SendBlock(Http2Fields.ComposeTrailers(chunk.Trailers, _connection.Sender.Encoder, _owner.Scratch), true);
        }

        return isWhole;
    }

    private void EndIf(bool isEndStream, FrameType type)
    {
        bool allowed = _lifecycle.TrySend(type, isEndStream);
        Debug.Assert(allowed || IsGone, "a message is sent once");
        if (isEndStream && _lifecycle.State == StreamState.Closed)
        {
            _connection.Close(this, StreamEnd.Finished);
        }
    }

    private void EndReceiving()
    {
        _body.End();
        _readable.Set();
        if (_lifecycle.State == StreamState.Closed)
        {
            _connection.Close(this, StreamEnd.Finished);
        }
    }

    private MessageFault TakeTrailers(FieldSection section)
    {
        MessageFault fault = section.IsTooLarge ? MessageFault.TrailersTooLarge : TrailerReader.Check(section);
        fault = fault == MessageFault.None ? _progress.EndTrailers() : fault;
        return fault == MessageFault.None && !_body.TryAddTrailers(section) ? MessageFault.TrailersTooLarge : fault;
    }

    private Http2Fault BecomeMalformed(MessageFault fault, int unwantedBytes)
    {
        Spoil(fault);
        _body.Drop();
        PassOn(unwantedBytes);
        _readable.Set();
        _face.OnMalformed();
        return Http2Fault.MalformedMessage;
    }

    private void PassOn(int bytes)
    {
        bytes += _body.TakePassedOn();
        int increment = IsClosed || _body.IsEnded || bytes == 0 ? 0 : _receiveWindow.PassOn(bytes);
        _connection.PassOn(this, bytes, increment);
    }
}
