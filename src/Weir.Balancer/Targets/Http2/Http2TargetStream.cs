using Weir.Http;
using Weir.Http.Http2;
using Weir.Http.Http2.Messages;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One stream of an HTTP/2 connection to a target: one exchange's request and its answer. Frames reach it through its connection,
/// and leave it into the connection's output, in turn with those of other streams. Pooled by the loop.
/// </summary>
internal sealed class Http2TargetStream : TargetStream, IHttp2StreamFace
{
    private readonly BalancerLoop _owner;
    private readonly Queue<ReceivedHead> _heads = new();
    private Http2Target _target = null!;
    private RequestMethod _method;
    private byte[]? _headBuffer;
    private int _earlierRequests;
    private long _idleMs;
    private long _queuedBefore;
    private long _sentMicros;
    private long _headBeganMicros;
    private bool _isOpened;
    private bool _metClose;

    // Of a request that was too large to be sent.
    private int _fieldBytes;
    private uint _announcedBytes;

    public Http2TargetStream(BalancerLoop owner)
    {
        _owner = owner;
        Frames = new Http2Stream(owner, this);
        Place = new LinkedListNode<Http2TargetStream>(this);
    }

    /// <summary>Among the streams that its connection carries.</summary>
    public LinkedListNode<Http2TargetStream> Place { get; }

    /// <summary>The stream itself.</summary>
    public Http2Stream Frames { get; }

    public TargetConnection Link => _target.Link;

    public override long LastActivityMs => Frames.LastActivityMs;

    public override long HeadBeganMicros => _headBeganMicros;

    public override bool IsReused => _earlierRequests > 0;

    public override bool MayBeRefused => true;

    // Frames of all streams go out in the order in which they were put together.
    public override long SentBytes =>
        !_isOpened ? 0 : Math.Clamp(_target.Sender.Output.SentBytes - _queuedBefore, 0, Frames.SentBytes);

    // What waits in the connection's output is taken, and not sent.
    public override bool IsUntouched => Frames.SentBytes == 0;

    public override long ReceivedBytes => Frames.ReceivedBytes;

    /// <param name="target">Its connection.</param>
    /// <param name="connection">What reads that.</param>
    /// <param name="idleMs">How long the connection was idle until now; 0: it was not, or it is new.</param>
    public void Begin(Http2Target target, Http2Receiver connection, long idleMs)
    {
        _target = target;
        _earlierRequests = target.Link.Requests;
        _idleMs = idleMs;
        _headBeganMicros = 0;
        _isOpened = _metClose = false;
        ResponseFault = ResponseFault.None;
        _fieldBytes = 0;
        _announcedBytes = uint.MaxValue;
        Frames.Begin(connection, 0);
    }

    public override void Interrupt() => Frames.Interrupt();

    public override LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first) =>
        Frames.MaySend ? SendHeadNow(exchange, first) : SendHeadLater(exchange, first);

    public override LoopTask<StreamStatus> SendBody(BodyChunk chunk) => Frames.SendBody(chunk);

    public override async LoopTask<StreamStatus> ReceiveHead(Exchange exchange)
    {
        while (_heads.Count == 0)
        {
            if (Frames.IsMalformed)
            {
                return StreamStatus.Malformed;
            }

            if (Frames.IsGone)
            {
                long sinceMicros = _owner.Loop.NowMicros - _sentMicros;
                _metClose = _idleMs > 0 && ReceivedBytes == 0 && _target.MayHaveMetIdleTimer && CloseCrossing.IsMet(Link, sinceMicros);
                return Frames.LostStatus;
            }

            if (await Frames.WaitForMore() == StreamStatus.Stopped)
            {
                return StreamStatus.Stopped;
            }
        }

        return Take(exchange, _heads.Dequeue());
    }

    public override BodyChunk TakeBufferedBody() => Frames.TakeBufferedBody();

    public override LoopTask<BodyChunk> ReadBody() => Frames.ReadBody();

    // Only HTTP/1.1 has a way to ask for one. Source: RFC 9113 §8.6.
    public override void BeginTunnel() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override LoopTask EndSending() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override void Abort() => throw new InvalidOperationException("a stream of HTTP/2 becomes no tunnel");

    public override Failure Describe(FailureReason reason)
    {
        Failure facts = Link.Describe(reason);
        return facts with
        {
            Reused = IsReused,
            EarlierRequests = _earlierRequests,
            IdleMs = IsReused ? _idleMs : -1,
            // What had come is of other streams, or of the connection itself.
            End = facts.End == ConnectionEnd.RstAfterData && ReceivedBytes == 0 ? ConnectionEnd.Rst : facts.End,
            BytesWritten = SentBytes,
            BytesAcknowledged = Acknowledged(),
            ResponseBytes = ReceivedBytes,
            ResetCode = Frames.ResetCode,
            GoAwayCode = _target.GoAwayCode,
            Fault = Frames.Fault == Http2Fault.None && Frames.MessageFault != MessageFault.None ? Http2Fault.MalformedMessage : Frames.Fault,
            ResponseFault = ResponseFault != ResponseFault.None ? ResponseFault : ResponseFaults.Of(Frames.MessageFault),
            IsFaultOfOther = Frames.IsFaultOfOther,
            FieldBytes = _fieldBytes,
            FieldLimitBytes = _fieldBytes == 0 ? 0 : Math.Min(_announcedBytes, Http2RequestComposer.MaxSectionBytes),
            IsLimitOfTarget = _announcedBytes < Http2RequestComposer.MaxSectionBytes,
        };
    }

    public override void Release(bool reusable)
    {
        // Only now: what the exchange has said of its failure is what was known when it was sent.
        if (_metClose)
        {
            Link.TellClose(_idleMs);
        }

        if (!reusable && _isOpened && ReceivedBytes == 0 && !Frames.IsGone)
        {
            _target.Distrust(_sentMicros);
        }

        bool isWaitedFor = Frames.IsWaitedFor;
        _target.Finish(
            this,
            _isOpened,
            Frames.IsMalformed ? Http2ErrorCode.ProtocolError : reusable ? Http2ErrorCode.NoError : Http2ErrorCode.Cancel);
        while (_heads.TryDequeue(out ReceivedHead? head))
        {
            _owner.Loop.Buffers.Return(head.Buffer);
            _owner.ReturnHead(head);
        }

        ReturnHeadBuffer();
        if (!isWaitedFor)
        {
            _owner.ReturnTargetStream(this);
        }
    }

    public Http2Fault ReceiveHead(FieldBlockInput block, bool isEndStream, int frameBytes)
    {
        if (Frames.IsMalformed)
        {
            // One head that is none is enough.
            return Http2Fault.None;
        }

        FieldSection section = block.Section;
        ReceivedHead head = _owner.RentHead();
        head.Buffer = block.TakeBuffer();
        _heads.Enqueue(head);
        _headBeganMicros = _owner.Loop.NowMicros;
        if (section.IsTooLarge)
        {
            head.Status = StreamStatus.TooLarge;
            ResponseFault = ResponseFault.HeadTooLarge;
            Frames.Spoil(MessageFault.None);
            return Http2Fault.None;
        }

        bool isOneTooMany = _heads.Count > Exchange.MaxInterimResponses;
        ResponseFault = isOneTooMany ? ResponseFault.TooManyInterimResponses : ResponseFault.None;
        MessageFault fault = isOneTooMany
            ? MessageFault.InvalidStatus
            : ResponseReader.Read(section, head.Response, _method, isEndStream, frameBytes);
        if (fault != MessageFault.None)
        {
            head.Status = StreamStatus.Malformed;
            Frames.Spoil(fault);
            return Http2Fault.MalformedMessage;
        }

        Frames.EndHead(head.Response);
        ResponseFault = ResponseFaults.Of(head.Response.Refusal);
        head.Status = head.Response.Refusal == ResponseRefusal.None ? StreamStatus.Done : StreamStatus.TooLarge;
        return Http2Fault.None;
    }

    // The exchange finds it when it reads.
    public void OnMalformed()
    {
    }

    public void OnLost()
    {
    }

    private LoopTask<StreamStatus> SendHeadNow(Exchange exchange, BodyChunk first)
    {
        _sentMicros = _owner.Loop.NowMicros;
        _method = exchange.Request.KnownMethod;
        var composer = new Http2RequestComposer(exchange, _owner.Scratch);
        uint announcedBytes = _target.Sender.Settings.MaxHeaderListBytes;
        if (composer.SectionBytes > Math.Min(announcedBytes, Http2RequestComposer.MaxSectionBytes))
        {
            // Known before a field is encoded, and so nobody else's affair: once the encoder's table has changed the block has to be
            // sent, or the connection to end, and there are targets that end it where their limit is not kept.
            _fieldBytes = composer.SectionBytes;
            _announcedBytes = announcedBytes;
            Frames.Lose(StreamStatus.TooLargeToSend, dropsBody: true);
            return new LoopTask<StreamStatus>(StreamStatus.Ended);
        }

        if (!_target.TryOpen(this))
        {
            // It has ended, or was told to go, between the choice of the connection and now.
            Frames.Lose(_target.UnopenedStatus, dropsBody: true);
            return new LoopTask<StreamStatus>(StreamStatus.Ended);
        }

        _isOpened = true;
        _queuedBefore = _target.Sender.Output.QueuedBytes;
        if (IsReused)
        {
            _owner.Counters.Add(Counter.TargetConnectionsReused);
            exchange.Target!.Reuse.AddReuse(_idleMs);
        }

        bool isEnd = first is { IsLast: true, Count: 0, TrailersBytes: 0 };
        StreamStatus status = Frames.SendBlock(composer.Compose(_target.Sender.Encoder), isEnd);
        return status != StreamStatus.Done || isEnd || (first.Count == 0 && !first.IsLast)
            ? new LoopTask<StreamStatus>(status)
            : SendBody(first);
    }

    private async LoopTask<StreamStatus> SendHeadLater(Exchange exchange, BodyChunk first)
    {
        StreamStatus status = await Frames.WaitForRoom();
        return status == StreamStatus.Done ? await SendHeadNow(exchange, first) : status;
    }

    // The head goes to the exchange, for one that it is done with.
    private StreamStatus Take(Exchange exchange, ReceivedHead head)
    {
        StreamStatus status = head.Status;
        ReturnHeadBuffer();
        _headBuffer = head.Buffer;
        head.Response = exchange.ReplaceResponse(head.Response);
        _owner.ReturnHead(head);
        return status;
    }

    private void ReturnHeadBuffer()
    {
        if (_headBuffer is not null)
        {
            _owner.Loop.Buffers.Return(_headBuffer);
            _headBuffer = null;
        }
    }

    // The kernel counts for the whole connection, in the order of the output.
    private long Acknowledged()
    {
        long acknowledged = Link.Connection.BytesAcknowledged();
        return acknowledged < 0 ? -1 : Math.Clamp(acknowledged - _queuedBefore, 0, SentBytes);
    }
}
