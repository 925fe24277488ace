using System.Diagnostics;
using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Messages;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One stream of an HTTP/2 client: it carries one exchange, which it serves to its end. Frames reach it through its
/// connection, and leave it into the connection's output, in turn with those of other streams. Pooled by the loop.
/// </summary>
internal sealed class Http2ClientStream : ClientStream
{
    private readonly BalancerLoop _owner;
    private readonly StreamInput _body;
    private readonly Signal _readable;
    private readonly Signal _writable;
    private Http2Client _client = null!;
    private Exchange? _exchange;
    private byte[]? _headBuffer;
    private StreamLifecycle _lifecycle;
    private MessageProgress _progress;
    private ReceiveWindow _receiveWindow;
    private SendWindow _sendWindow;
    private bool _isMalformed;
    private bool _isGone;
    private bool _readerWaits;
    private bool _writerWaits;
    private bool _readerStopped;
    private bool _writerStopped;
    private int _unsentBytes;
    private long _receivedBytes;
    private long _sentBytes;
    private long _lastActivityMs;

    public Http2ClientStream(BalancerLoop owner)
    {
        _owner = owner;
        _body = new StreamInput(owner.Loop.Buffers);
        _readable = new Signal(owner.Loop);
        _writable = new Signal(owner.Loop);
        Place = new LinkedListNode<Http2ClientStream>(this);
        Turn = new LinkedListNode<Http2ClientStream>(this);
    }

    /// <summary>Among the streams of its connection that are served.</summary>
    public LinkedListNode<Http2ClientStream> Place { get; }

    /// <summary>Among those that wait for their turn to send.</summary>
    public LinkedListNode<Http2ClientStream> Turn { get; }

    public int Id { get; private set; }

    public Exchange Exchange => _exchange!;

    /// <summary>Both ends have ended it, or one has reset it.</summary>
    public bool IsClosed => _isGone || _lifecycle.State == StreamState.Closed;

    /// <summary>What waits could be sent as far as this stream's window goes.</summary>
    public bool HasWindow => _unsentBytes == 0 || _sendWindow.AvailableBytes > 0;

    /// <summary>Bytes of DATA that wait to be sent.</summary>
    public int UnsentBytes => _unsentBytes;

    public override RequestHead Request => _exchange!.Request;

    public override bool IsHttp2 => true;

    public override ClientTls? Tls => _client.Tls;

    public override long LastActivityMs => _lastActivityMs;

    public override bool PeerHungUp => _isGone;

    public override bool PeerReset => _isGone;

    public override bool RequestEnded => _body.IsEnded;

    // The connection's own affair: it says GOAWAY, and its other streams go on.
    public override bool IsOverKeepAlive => false;

    public override long ReceivedBytes => _receivedBytes;

    public override long SentBytes => _sentBytes;

    public override bool MayAskAgain() => true;

    public void Begin(Http2Client client, int id, byte[] headBuffer, int sendWindowBytes)
    {
        _client = client;
        Id = id;
        _headBuffer = headBuffer;
        _sendWindow = new SendWindow(sendWindowBytes);
        _receiveWindow = new ReceiveWindow(Http2Limits.InitialWindowBytes);
        _lifecycle = default;
        _progress = default;
        _isMalformed = _isGone = _readerStopped = _writerStopped = false;
        _unsentBytes = 0;
        _receivedBytes = _sentBytes = 0;
        _lastActivityMs = _owner.Loop.NowMs;
        _exchange = _owner.RentExchange();
    }

    /// <summary>The head has come; false if it is none.</summary>
    public bool ReceiveHead(FieldSection section, bool isEndStream, int frameBytes, ListenerView view, PeerText peer)
    {
        _lifecycle.Receive(FrameType.Headers, isEndStream);
        _receivedBytes = frameBytes;
        Exchange exchange = _exchange!;
        exchange.Begin(this, peer, view);
        if (isEndStream)
        {
            _body.End();
        }

        if (section.IsTooLarge)
        {
            exchange.Request.Reset(section.Buffer, 0);
            _progress.EndHead(exchange.Request);
            exchange.Stop(FailureReason.RequestHeadersTooLarge);
            _isMalformed = !isEndStream;
            return true;
        }

        MessageFault fault = RequestReader.Read(section, exchange.Request, isEndStream, frameBytes);
        _progress.EndHead(exchange.Request);
        if (fault != MessageFault.None)
        {
            exchange.Stop(FailureReason.MalformedRequest);
            _isMalformed = true;
            return false;
        }

        exchange.IsHeadWhole = true;
        return true;
    }

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

        _receivedBytes += FrameHeader.Bytes + header.Length;
        _lastActivityMs = _owner.Loop.NowMs;
        return Http2Fault.None;
    }

    /// <summary>A stretch of DATA; the fault of the whole frame shows with its end.</summary>
    public Http2Fault ReceiveData(ReadOnlySpan<byte> data, bool isEnd, bool isEndStream, int paddingBytes)
    {
        MessageFault fault = _progress.Data(data.Length, isEnd && isEndStream);
        if (fault != MessageFault.None && !_isMalformed)
        {
            return BecomeMalformed(data.Length + paddingBytes);
        }

        if (_isMalformed || _isGone)
        {
            // Its exchange has ended, or is about to: nobody wants it.
            PassOn(data.Length + paddingBytes);
        }
        else
        {
            _body.Add(data);
            PassOn(paddingBytes);
        }

        if (isEnd && isEndStream)
        {
            EndRequest();
        }
        else if (!data.IsEmpty)
        {
            _readable.Set();
        }

        return Http2Fault.None;
    }

    /// <summary>A second field block begins.</summary>
    public Http2Fault BeginTrailers(bool isEndStream)
    {
        Http2Fault fault = _lifecycle.Receive(FrameType.Headers, isEndStream);
        return fault != Http2Fault.None ? fault
            : _progress.BeginFieldBlock(isEndStream, out _) != MessageFault.None ? BecomeMalformed(0)
            : Http2Fault.None;
    }

    public Http2Fault ReceiveTrailers(FieldSection section, int frameBytes)
    {
        _receivedBytes += frameBytes;
        _lastActivityMs = _owner.Loop.NowMs;
        if (!_isMalformed
            && (section.IsTooLarge || TrailerReader.Check(section) != MessageFault.None
                || _progress.EndTrailers() != MessageFault.None || !_body.TryAddTrailers(section)))
        {
            return BecomeMalformed(0);
        }

        EndRequest();
        return Http2Fault.None;
    }

    /// <summary>The client, or a fault of its, has ended it, or its connection: there is nobody to answer.</summary>
    public void Lose()
    {
        if (!_isGone)
        {
            _isGone = true;
            _readable.Set();
            _writable.Set();
            _exchange!.OnClientHangup();
            _body.Release();
            _client.PassOn(this, _body.TakePassedOn(), 0);
        }
    }

    /// <summary>False if it goes beyond what a window can be.</summary>
    public bool TryGrowWindow(int increment) => _sendWindow.TryGrow(increment);

    /// <summary>The same of a change of the initial size.</summary>
    public bool TryShiftWindow(int oldInitialBytes, int newInitialBytes) => _sendWindow.TryShift(oldInitialBytes, newInitialBytes);

    /// <summary>Its turn to send may have come.</summary>
    public void Wake() => _writable.Set();

    /// <summary>Serves its exchange to the end.</summary>
    public async LoopTask Run()
    {
        bool isWell = false;
        try
        {
            await _exchange!.Run();
            isWell = true;
        }
        finally
        {
            // After a bug's exception too: it costs this stream and nothing else.
            if (isWell)
            {
                _client.Finish(this, EndCode());
                Release();
                _owner.ReturnExchange(_exchange!);
                _exchange = null;
                _owner.ReturnStream(this);
            }
            else
            {
                // Not used again: its last page may still wait to be sent.
                _exchange!.Abandon();
                _client.Finish(this, Http2ErrorCode.InternalError);
                Release();
            }
        }
    }

    public override void Interrupt()
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

    public override BodyChunk TakeBufferedBody()
    {
        BodyChunk chunk = _isMalformed ? BodyChunk.Failed(StreamStatus.Malformed) : _body.Take();
        PassOn(0);
        return chunk;
    }

    public override async LoopTask<BodyChunk> ReadBody()
    {
        while (true)
        {
            if (_isGone)
            {
                return BodyChunk.Failed(StreamStatus.Ended);
            }

            if (_isMalformed || _body.HasBytes || _body.IsEnded)
            {
                return TakeBufferedBody();
            }

            // What was taken before is done with: the client may send more.
            TakeBufferedBody();
            _readable.Reset();
            _readerStopped = false;
            _readerWaits = true;
            await _readable;
            _readerWaits = false;
            if (_readerStopped)
            {
                return BodyChunk.Failed(StreamStatus.Stopped);
            }
        }
    }

    // Expect is neither answered nor passed on. Source: ALB user guide.
    public override LoopTask<StreamStatus> SendContinue() => new(StreamStatus.Done);

    public override async LoopTask<StreamStatus> SendInterim(ResponseHead response)
    {
        StreamStatus status = await WaitForRoom();
        return status == StreamStatus.Done
            ? SendBlock(Http2ResponseComposer.ComposeInterim(response, Exchange.Listener, _client.Encoder, _owner.Scratch), false)
            : status;
    }

    public override LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first) =>
        _client.MaySend && !_isGone ? SendHeadNow(exchange, first) : SendHeadLater(exchange, first);

    public override LoopTask<StreamStatus> SendBody(BodyChunk chunk)
    {
        int sent = 0;
        while (!_isGone && _client.MaySend && !_client.OthersWait)
        {
            if (TrySendPiece(chunk, ref sent))
            {
                return new LoopTask<StreamStatus>(StreamStatus.Done);
            }

            if (sent < chunk.Count && _client.WindowFor(_sendWindow) == 0)
            {
                break;
            }
        }

        return _isGone ? new LoopTask<StreamStatus>(StreamStatus.Ended) : SendRest(chunk, sent);
    }

    // Upgrade is a field of HTTP/1.1, and none of HTTP/2 asks for a tunnel. Source: RFC 9113 §8.6.
    public override void BeginTunnel() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override void EndSending() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override async LoopTask<StreamStatus> SendPage(FailureReason reason)
    {
        StreamStatus status = await WaitForRoom();
        if (status != StreamStatus.Done)
        {
            return status;
        }

        bool withBody = Request.KnownMethod != RequestMethod.Head;
        int bytes = Http2ResponseComposer.ComposePage(reason, Exchange.Listener, _owner.HttpDate, _client.Encoder, _owner.Scratch);
        status = SendBlock(bytes, !withBody);
        byte[] body = ErrorPage.Of(reason).Body;
        return status != StreamStatus.Done || !withBody
            ? status
            : await SendBody(new BodyChunk { Buffer = body, Count = body.Length, IsLast = true });
    }

    private LoopTask<StreamStatus> SendHeadNow(Exchange exchange, BodyChunk first)
    {
        bool isEnd = first is { IsLast: true, Count: 0, TrailersBytes: 0 };
        int bytes = Http2ResponseComposer.Compose(exchange, _client.Encoder, _owner.Scratch);
        StreamStatus status = SendBlock(bytes, isEnd);
        return status != StreamStatus.Done || isEnd || (first.Count == 0 && !first.IsLast)
            ? new LoopTask<StreamStatus>(status)
            : SendBody(first);
    }

    private async LoopTask<StreamStatus> SendHeadLater(Exchange exchange, BodyChunk first)
    {
        StreamStatus status = await WaitForRoom();
        return status == StreamStatus.Done ? await SendHeadNow(exchange, first) : status;
    }

    // A block that was begun has changed the table of the client: it is always sent whole.
    private StreamStatus SendBlock(int bytes, bool isEndStream)
    {
        if (bytes < 0)
        {
            _client.Fail(Http2ErrorCode.InternalError);
            return StreamStatus.Ended;
        }

        _lastActivityMs = _owner.Loop.NowMs;
        _sentBytes += _client.SendBlock(this, _owner.Scratch.AsSpan(0, bytes), isEndStream);
        EndIf(isEndStream, FrameType.Headers);
        return StreamStatus.Done;
    }

    private async LoopTask<StreamStatus> SendRest(BodyChunk chunk, int sent)
    {
        while (true)
        {
            _unsentBytes = chunk.Count - sent;
            StreamStatus status = await WaitForTurn();
            bool isSent = status == StreamStatus.Done && TrySendPiece(chunk, ref sent);
            if (isSent || status != StreamStatus.Done)
            {
                _client.WakeWaiting();
                return status;
            }
        }
    }

    // For a head: it needs no window.
    private async LoopTask<StreamStatus> WaitForRoom()
    {
        _unsentBytes = 0;
        return _isGone ? StreamStatus.Ended : _client.MaySend ? StreamStatus.Done : await WaitForTurn();
    }

    // Behind those that wait already. Where the window is not enough it keeps its place.
    private async LoopTask<StreamStatus> WaitForTurn()
    {
        _client.Enqueue(this);
        do
        {
            _writable.Reset();
            _client.WakeWaiting();
            _writerStopped = false;
            _writerWaits = true;
            await _writable;
            _writerWaits = false;
        }
        while (!_isGone && !_writerStopped && !(_client.MaySend && (_unsentBytes == 0 || _client.WindowFor(_sendWindow) > 0)));
        _client.Dequeue(this);
        return _isGone ? StreamStatus.Ended : _writerStopped ? StreamStatus.Stopped : StreamStatus.Done;
    }

    /// <summary>Sends one frame of a piece, with its trailers behind the last one. True: the piece is sent.</summary>
    private bool TrySendPiece(in BodyChunk chunk, ref int sent)
    {
        int bytes = Math.Min(chunk.Count - sent, _client.WindowFor(_sendWindow));
        bool isWhole = sent + bytes == chunk.Count;
        bool isEnd = isWhole && chunk is { IsLast: true, TrailersBytes: 0 };
        if (bytes > 0 || (isEnd && chunk.Count == 0))
        {
            bool taken = _sendWindow.TryTake(bytes);
            Debug.Assert(taken, "no more than the window has");
            _sentBytes += _client.SendData(this, chunk.Buffer.AsSpan(chunk.Offset + sent, bytes), isEnd);
            _lastActivityMs = _owner.Loop.NowMs;
            sent += bytes;
            EndIf(isEnd, FrameType.Data);
        }

        if (isWhole && chunk is { IsLast: true, TrailersBytes: > 0 })
        {
            SendBlock(Http2ResponseComposer.ComposeTrailers(chunk.Trailers, _client.Encoder, _owner.Scratch), true);
        }

        return isWhole;
    }

    private void EndIf(bool isEndStream, FrameType type)
    {
        bool allowed = _lifecycle.TrySend(type, isEndStream);
        Debug.Assert(allowed || _isGone, "an answer is sent once");
        if (isEndStream && _lifecycle.State == StreamState.Closed)
        {
            _client.OnClosed(this);
        }
    }

    private void EndRequest()
    {
        _body.End();
        _readable.Set();
        if (_lifecycle.State == StreamState.Closed)
        {
            _client.OnClosed(this);
        }
    }

    // Answered with a page where that is still possible, and reset when that is sent.
    private Http2Fault BecomeMalformed(int unwantedBytes)
    {
        _isMalformed = true;
        _body.Release();
        PassOn(unwantedBytes);
        _readable.Set();
        _exchange!.Stop(FailureReason.MalformedRequestBody);
        return Http2Fault.MalformedMessage;
    }

    private void PassOn(int bytes)
    {
        bytes += _body.TakePassedOn();
        int increment = IsClosed || _body.IsEnded || bytes == 0 ? 0 : _receiveWindow.PassOn(bytes);
        _client.PassOn(this, bytes, increment);
    }

    // What to say of a stream that is not closed when its exchange is over. An answer that is whole is not spoiled, even if
    // the rest of the request was never read. Source: RFC 9113 §8.1.
    private Http2ErrorCode EndCode()
    {
        Exchange exchange = _exchange!;
        bool isAnswered = _lifecycle.State is StreamState.HalfClosedLocal or StreamState.Closed;
        return exchange.Failure.Reason is FailureReason.MalformedRequest or FailureReason.MalformedRequestBody ? Http2ErrorCode.ProtocolError
            : isAnswered ? Http2ErrorCode.NoError
            : exchange.Failure.Reason == FailureReason.ClientSilentInResponse ? Http2ErrorCode.Cancel
            : Http2ErrorCode.InternalError;
    }

    private void Release()
    {
        _body.Release();
        _client.PassOn(this, _body.TakePassedOn(), 0);
        _body.Reset();
        if (_headBuffer is not null)
        {
            _owner.Loop.Buffers.Return(_headBuffer);
            _headBuffer = null;
        }
    }
}
