using Weir.Http;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// An HTTP/1.1 connection to a target: in use by one exchange, or parked in the pool of its target.
/// </summary>
internal sealed class Http1Target : TargetStream, ITargetSpeaker
{
    // One receive takes a small response whole and a large one in pieces that keep the system calls few.
    private const int ReceiveBytes = 64 * 1024;

    // Room before a response's head: the head sent on may be longer than the one received (cookies, Connection).
    private const int HeadRoomBytes = 1024;

    private readonly BalancerLoop _owner;
    private readonly LoopTarget _target;
    private readonly Http1Input _input;
    private readonly Http1Output _output;
    private Http1BodyReader _body;
    private bool _reusable;
    private bool _hasAnswered;
    private bool _headReceived;
    private long _headBeganMicros;
    private bool _metClose;
    private long _sentMicros;

    public Http1Target(BalancerLoop owner, LoopTarget target, Connection connection)
    {
        _owner = owner;
        _target = target;
        Link = new TargetConnection(owner, target, connection, this);
        _input = new Http1Input(connection);
        _output = new Http1Output(connection);
    }

    /// <summary>The connection as the pool knows it.</summary>
    public TargetConnection Link { get; }

    public Connection Connection => Link.Connection;

    public override long LastActivityMs => Connection.LastActivityMs;

    public override long HeadBeganMicros => _headBeganMicros;

    public override bool IsReused => Requests > 0;

    public override long SentBytes => Connection.SentSinceMark;

    public override bool IsUntouched => SentBytes == 0;

    public override long ReceivedBytes => Connection.ReceivedSinceMark;

    public override bool MayBeRefused => false;

    private bool CanBeReused => _headReceived && _body.Ended && _reusable && !_input.HasBytes && !Connection.PeerHungUp;

    /// <summary>Requests that it has carried to their end.</summary>
    public int Requests => Link.Requests;

    /// <summary>How long it was idle before the present request took it, in milliseconds; -1 when it was new.</summary>
    public long IdleMs => Link.IdleMs;

    public TargetStream Begin() => this;

    // Nobody has asked for anything: whatever comes is the end, or of no use.
    public bool StaysParked() => false;

    // What comes unasked, a 408 say, goes before the close.
    public bool MayHaveMetIdleTimer => true;

    public void OnClosing() => _input.Release();

    public override void Interrupt() => Connection.Interrupt();

    public override LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first)
    {
        Connection.Mark();
        _sentMicros = _owner.Loop.NowMicros;
        _headReceived = false;
        _output.Framing = exchange.Client.Request.Framing.Kind;
        int headBytes = RequestHeadComposer.Compose(exchange, asksForHint: !IsReused && Link.BelievesHints, _owner.Scratch);
        LoopTask<StreamStatus> sending = _output.SendHead(_owner.Scratch, headBytes, first);
        // On a connection that turns out to be dead no byte goes out: it is replaced, and was not reused. One that waits for room is used.
        if (IsReused && (Connection.SentSinceMark > 0 || !sending.IsCompleted))
        {
            _owner.Counters.Add(Counter.TargetConnectionsReused);
            _target.Reuse.AddReuse(IdleMs);
        }

        return sending;
    }

    public override LoopTask<StreamStatus> SendBody(BodyChunk chunk) => _output.SendBody(chunk, _owner.Scratch);

    public override async LoopTask<StreamStatus> ReceiveHead(Exchange exchange)
    {
        ResponseHead response = exchange.Response;
        RequestMethod method = exchange.Request.KnownMethod;
        HeadScanner scanner = default;
        _headBeganMicros = 0;
        while (true)
        {
            if (_input.HasBytes)
            {
                _headBeganMicros = _headBeganMicros == 0 ? _owner.Loop.NowMicros : _headBeganMicros;
                ParseStatus status = ResponseParser.Parse(
                    response, method, _input.Buffer, _input.Start, _input.End, ref scanner, out int consumed);
                if (status != ParseStatus.NeedMore)
                {
                    _input.Consume(consumed);
                    return status == ParseStatus.Complete ? Begin(response) : Refused(response);
                }
            }

            if (await Connection.WhenReadable() == Wake.Interrupted)
            {
                return StreamStatus.Stopped;
            }

            if (_input.Receive(ReceiveBytes, HeadRoomBytes, BodyChunk.MaxReceiveBytes) == Connection.Ended)
            {
                _input.Release();
                _metClose = IsReused && ReceivedBytes == 0 && CloseCrossing.IsMet(Link, _owner.Loop.NowMicros - _sentMicros);
                return StreamStatus.Ended;
            }
        }
    }

    // The head was read and is not needed once the client's was composed from it: its bytes are room.
    public override BodyChunk TakeBufferedBody() => _body.Take(_input, mayOverwriteBefore: true);

    public override async LoopTask<BodyChunk> ReadBody()
    {
        while (true)
        {
            if (_input.HasBytes || _body.Ended)
            {
                BodyChunk chunk = _body.Take(_input, mayOverwriteBefore: true);
                if (chunk.Count > 0 || chunk.IsLast || chunk.Status != StreamStatus.Done)
                {
                    return chunk;
                }
            }

            // A buffer that waits with its connection is out of the caches when the next piece comes; one that goes round
            // among all connections stays in them.
            _input.ReleaseIfEmpty();
            if (await Connection.WhenReadable() == Wake.Interrupted)
            {
                return BodyChunk.Failed(StreamStatus.Stopped);
            }

            _input.Compact(BodyChunk.FramingBefore);
            // Not limited to the response: a target has nothing to say beyond it, and a receive that the response does not
            // fill is known to be the last.
            if (_input.Receive(ReceiveBytes, BodyChunk.FramingBefore, BodyChunk.MaxReceiveBytes) == Connection.Ended)
            {
                return _body.EndOfInput(Connection);
            }
        }
    }

    public override void BeginTunnel() => _body.Begin(BodyFraming.UntilClose);

    public override LoopTask EndSending() => _output.End();

    public override void Abort() => Connection.Abort();

    public override Failure Describe(FailureReason reason) => Link.Describe(reason) with
    {
        BytesWritten = Connection.SentSinceMark,
        BytesAcknowledged = AcknowledgedSinceMark(),
        ResponseBytes = Connection.ReceivedSinceMark,
        ResponseFault = ResponseFault != ResponseFault.None ? ResponseFault : ResponseFaults.Of(_body.Fault),
    };

    public override void Release(bool reusable)
    {
        // Only now: what the exchange has said of its failure is what was known when it was sent.
        if (_metClose)
        {
            Link.TellClose(IdleMs);
        }

        if (!reusable || !CanBeReused || SaysThatItCloses || HasUnreadBytes())
        {
            Link.Close();
            return;
        }

        Link.Requests++;
        _input.ReleaseIfEmpty();
        _target.Pool.Park(Link);
    }

    // `Keep-Alive: timeout=0`: no age is young enough, so it need not be parked.
    private bool SaysThatItCloses => Link is { AdvertisedKeepAliveSeconds: 0, BelievesHints: true };

    // A receive that filled its buffer says nothing about what is behind it, and no event will: bytes left there would
    // be taken for the answer to the next request.
    private bool HasUnreadBytes() =>
        Connection.CanReceiveNow && Connection.Receive(_owner.Scratch) != Connection.WouldBlock;

    private StreamStatus Begin(ResponseHead response)
    {
        _hasAnswered = true;
        if (!response.IsInterim)
        {
            _headReceived = true;
            _reusable = response.Reusable;
            _body.Begin(response.Framing);
            if (response.KeepAliveTimeoutSeconds != ResponseHead.Absent)
            {
                Link.AdvertisedKeepAliveSeconds = response.KeepAliveTimeoutSeconds;
                _target.LearnIf(_target.Advertised.Said(response.KeepAliveTimeoutSeconds));
            }
            else if (Requests == 0 && _reusable)
            {
                _target.LearnIf(_target.Advertised.SaidNothing());
            }
        }

        return StreamStatus.Done;
    }

    private StreamStatus Refused(ResponseHead response)
    {
        // Behind an answer it is one that speaks HTTP/1.1, whatever else it sends.
        ResponseFault = response.Refusal == ResponseRefusal.NotHttp && _hasAnswered ? ResponseFault.BadStatusLine : ResponseFaults.Of(response.Refusal);
        return response.Refusal is ResponseRefusal.HeadersTooLarge or ResponseRefusal.TooManyHeaders
            ? StreamStatus.TooLarge
            : StreamStatus.Malformed;
    }

    // The kernel counts for the whole connection: what was sent before the mark has long been acknowledged.
    private long AcknowledgedSinceMark()
    {
        long acknowledged = Connection.BytesAcknowledged();
        return acknowledged < 0 ? -1 : Math.Max(0, acknowledged - (Connection.BytesSent - Connection.SentSinceMark));
    }
}
