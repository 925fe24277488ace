using Weir.Http;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// An HTTP/1.1 connection to a target: in use by one exchange, or parked in the pool of its target. It remembers what
/// matters when it ends: how many requests it carried and how long it had been idle.
/// </summary>
internal sealed class Http1Target : TargetStream, IConnectionObserver
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
    private bool _headReceived;
    private long _headBeganMicros;
    private bool _metClose;
    private long _parkedMs;
    private long _sentMicros;

    public Http1Target(BalancerLoop owner, LoopTarget target, Connection connection)
    {
        _owner = owner;
        _target = target;
        Connection = connection;
        _input = new Http1Input(connection);
        _output = new Http1Output(connection);
    }

    public Connection Connection { get; }

    public override long LastActivityMs => Connection.LastActivityMs;

    public override long HeadBeganMicros => _headBeganMicros;

    public override bool IsReused => Requests > 0;

    public override long SentBytes => Connection.SentSinceMark;

    public override long ReceivedBytes => Connection.ReceivedSinceMark;

    public override bool CanBeReused => _headReceived && _body.Ended && _reusable && !_input.HasBytes && !Connection.PeerHungUp;

    /// <summary>Requests that it has carried to their end.</summary>
    public int Requests { get; set; }

    /// <summary>How long it was idle before the present request took it, in milliseconds; -1 when it was new.</summary>
    public long IdleMs { get; private set; } = -1;

    /// <summary>When its time in the pool is over, in the loop's milliseconds.</summary>
    public long ExpiresMs { get; private set; }

    /// <summary>How long it has been parked, while it is.</summary>
    public long ParkedForMs => _owner.Loop.NowMs - _parkedMs;

    /// <summary>The request for which it was declined, being too old; null while it may still be used.</summary>
    public DeclinedReuse? Declined { get; private set; }

    /// <summary>Seconds that the target's last <c>Keep-Alive: timeout=</c> named; -1 when it never did.</summary>
    public int AdvertisedKeepAliveSeconds { get; private set; } = ResponseHead.Absent;

    /// <summary>The same in milliseconds.</summary>
    public long AdvertisedMs =>
        AdvertisedKeepAliveSeconds == ResponseHead.Absent ? CloseTimes.Unknown : AdvertisedKeepAliveSeconds * 1000L;

    /// <summary>The one parked before it, while it is parked. The pool's.</summary>
    public Http1Target? Previous { get; set; }

    /// <summary>The one parked after it, while it is parked. The pool's.</summary>
    public Http1Target? Next { get; set; }

    /// <summary>How long it may be idle: the load balancer's idle timeout when it was last used.</summary>
    public long IdleTimeoutMs { get; set; }

    /// <summary>How the load balancer that last used it deals with closing connections.</summary>
    public required StaleConnectionSettings Stale { get; set; }

    public void Park()
    {
        _parkedMs = _owner.Loop.NowMs;
        ExpiresMs = _parkedMs + IdleTimeoutMs;
        Connection.Observer = this;
        Connection.IsParked = true;
    }

    public void Unpark()
    {
        IdleMs = ParkedForMs;
        Connection.IsParked = false;
        Connection.Observer = null;
    }

    /// <summary>Too old for this exchange, and so for any: it stays parked, for one more idle timeout, to see how it ends.</summary>
    public void Withhold(Exchange exchange)
    {
        Declined = _owner.RentDecline();
        Declined.Fill(exchange, _owner.Loop.NowMicros, ParkedForMs);
        ExpiresMs = _owner.Loop.NowMs + IdleTimeoutMs;
    }

    public void Close()
    {
        if (Declined is { } declined)
        {
            Declined = null;
            _owner.ReturnDecline(declined);
        }

        Connection.IsParked = false;
        Connection.Observer = null;
        _input.Release();
        Connection.Close();
    }

    public void OnParkedActivity(Connection connection) => _target.Pool.OnActivity(this);

    public void OnHangup(Connection connection)
    {
        // In use, its exchange reads it to the end; parked, the above is called.
    }

    public override void Interrupt() => Connection.Interrupt();

    public override LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first)
    {
        Connection.Mark();
        _sentMicros = _owner.Loop.NowMicros;
        _headReceived = false;
        _output.Framing = exchange.Client.Request.Framing.Kind;
        int headBytes = RequestHeadComposer.Compose(exchange, asksForHint: !IsReused && BelievesHints, _owner.Scratch);
        LoopTask<StreamStatus> sending = _output.SendHead(_owner.Scratch, headBytes, first);
        // On a connection that turns out to be dead no byte goes out: it is replaced, and was not reused.
        if (IsReused && Connection.SentSinceMark > 0)
        {
            _owner.Counters.Add(Counter.TargetConnectionsReused);
            _target.Reuse.AddReuse(IdleMs);
        }

        return sending;
    }

    public override LoopTask<StreamStatus> SendBody(BodyChunk chunk) => _output.SendBody(chunk, _owner.Scratch);

    public override async LoopTask<StreamStatus> ReceiveHead(ResponseHead response, RequestMethod method)
    {
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
                _metClose = IsReused && ReceivedBytes == 0 && CloseCrossing.IsMet(this, _owner.Loop.NowMicros - _sentMicros);
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

    public override void EndSending() => Connection.ShutdownSend();

    public override Failure Describe(FailureReason reason) => new(reason)
    {
        Reused = IsReused,
        EarlierRequests = Requests,
        IdleMs = IdleMs,
        End = Connection.End,
        BytesWritten = Connection.SentSinceMark,
        BytesAcknowledged = AcknowledgedSinceMark(),
        ResponseBytes = Connection.ReceivedSinceMark,
        AdvertisedKeepAliveSeconds = AdvertisedKeepAliveSeconds,
        Learned = Learned,
    };

    /// <summary>What is known of a connection that was declined for its age, now that the target has closed it.</summary>
    public Failure DescribeDeclined()
    {
        Connection.LearnEnd();
        return new Failure(FailureReason.None)
        {
            Reused = Requests > 0,
            EarlierRequests = Requests,
            IdleMs = Declined!.IdleMs,
            // What had come belongs to the exchange before.
            End = Connection.End == ConnectionEnd.RstAfterData ? ConnectionEnd.Rst : Connection.End,
            BytesAcknowledged = -1,
            AdvertisedKeepAliveSeconds = AdvertisedKeepAliveSeconds,
            Learned = Learned,
        };
    }

    /// <summary>
    /// The target has closed it after so long an idle time, which shows when it does. Not so where the network, or the kernel's
    /// own probing, gave it up, or TLS broke.
    /// </summary>
    public void TellClose(long idleMs)
    {
        Connection.LearnEnd();
        if (Connection.End is not (ConnectionEnd.Timeout or ConnectionEnd.TlsFailed))
        {
            _target.Closes.Closed(_owner, idleMs);
        }
    }

    public override void Release(bool reusable)
    {
        // Only now: what the exchange has said of its failure is what was known when it was sent.
        if (_metClose)
        {
            TellClose(IdleMs);
        }

        if (!reusable || !CanBeReused || SaysThatItCloses || HasUnreadBytes())
        {
            Close();
            return;
        }

        Requests++;
        _input.ReleaseIfEmpty();
        _target.Pool.Park(this);
    }

    private LearnedCloseTime Learned => _target.Reuse.Learned(Stale, AdvertisedMs);

    private bool BelievesHints => Stale is { Mode: StaleConnectionMode.Protect, LearnsFromHints: true };

    // `Keep-Alive: timeout=0`: no age is young enough, so it need not be parked.
    private bool SaysThatItCloses => AdvertisedKeepAliveSeconds == 0 && BelievesHints;

    // A receive that filled its buffer says nothing about what is behind it, and no event will: bytes left there would
    // be taken for the answer to the next request.
    private bool HasUnreadBytes() =>
        Connection.CanReceiveNow && Connection.Receive(_owner.Scratch) != Connection.WouldBlock;

    private StreamStatus Begin(ResponseHead response)
    {
        if (!response.IsInterim)
        {
            _headReceived = true;
            _reusable = response.Reusable;
            _body.Begin(response.Framing);
            if (response.KeepAliveTimeoutSeconds != ResponseHead.Absent)
            {
                AdvertisedKeepAliveSeconds = response.KeepAliveTimeoutSeconds;
                _target.LearnIf(_target.Advertised.Said(AdvertisedKeepAliveSeconds));
            }
            else if (Requests == 0 && _reusable)
            {
                _target.LearnIf(_target.Advertised.SaidNothing());
            }
        }

        return StreamStatus.Done;
    }

    private static StreamStatus Refused(ResponseHead response) =>
        response.Refusal is ResponseRefusal.HeadersTooLarge or ResponseRefusal.TooManyHeaders
            ? StreamStatus.TooLarge
            : StreamStatus.Malformed;

    // The kernel counts for the whole connection: what was sent before the mark has long been acknowledged.
    private long AcknowledgedSinceMark()
    {
        long acknowledged = Connection.BytesAcknowledged();
        return acknowledged < 0 ? -1 : Math.Max(0, acknowledged - (Connection.BytesSent - Connection.SentSinceMark));
    }
}
