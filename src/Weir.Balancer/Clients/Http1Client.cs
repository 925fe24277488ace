using Weir.Http;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// An HTTP/1.1 connection from a client, from accept to close: it reads request heads one after another and lends itself
/// as the client stream of each exchange. While it is idle it holds no buffer and no exchange.
/// </summary>
internal sealed class Http1Client : ClientStream, IClientConnection, IConnectionObserver, ITimerTarget
{
    // A request head with cookies fits; a longer one makes the buffer grow.
    private const int HeadBufferBytes = 4 * 1024;
    private const int BodyBufferBytes = 64 * 1024;

    // After an answer that leaves part of the request unread: long enough for the client to read the answer before a
    // reset could take it away. Source: RFC 9112 §9.6.
    private const int LingerMs = 2_000;
    private const long LingerBytes = 16 * 1024 * 1024;

    // What a connection without a request yet is given when the balancer stops: its request may be under way.
    private const int GraceMs = 1_000;

    // Requests that came together are answered one after another; after so many, others have their turn.
    private const int RequestsBetweenYields = 16;

    private readonly BalancerLoop _owner;
    private readonly LoopListener _listener;
    private readonly Connection _connection;
    private readonly Http1Input _input;
    private readonly Http1Output _output;
    private readonly LoopTimer _timer;
    private readonly PeerText _peer;
    private readonly long _acceptedMs;
    private readonly long _keepAliveMs;
    private readonly long _idleMs;
    private ListenerView _view;
    private bool _isMisled;
    private Exchange? _exchange;
    private Http1BodyReader _body;
    private byte[]? _headBuffer;
    private long _sentBefore;
    private bool _inHead;
    private bool _closing;
    private bool _lingering;
    private bool _inGrace;
    private bool _cut;
    private int _requests;

    public Http1Client(BalancerLoop owner, LoopListener listener, Connection connection)
        : this(owner, listener, connection, null, owner.Loop.NowMs)
    {
    }

    private Http1Client(BalancerLoop owner, LoopListener listener, Connection connection, ClientTls? tls, long acceptedMs)
    {
        _owner = owner;
        _listener = listener;
        _view = listener.View;
        Tls = tls;
        _connection = connection;
        _input = new Http1Input(connection);
        _output = new Http1Output(connection);
        _timer = new LoopTimer(owner.Loop, this);
        _peer = new PeerText(owner.Loop, connection.RemoteEndPoint);
        _acceptedMs = acceptedMs;
        // Fixed when the connection opens: a change does not touch existing connections. Source: ALB user guide, edit
        // load balancer attributes.
        _keepAliveMs = (long)listener.View.LoadBalancer.ClientKeepAlive.TotalMilliseconds;
        _idleMs = listener.View.IdleTimeoutMs;
        connection.Observer = this;
    }

    /// <summary>One whose handshake is done.</summary>
    public static Http1Client OfTls(BalancerLoop owner, LoopListener listener, Connection connection, ClientTls tls, long acceptedMs) =>
        new(owner, listener, connection, tls, acceptedMs);

    /// <summary>One that speaks plain HTTP to an HTTPS listener: its first request is answered by a page that says so.</summary>
    public static Http1Client OfPlain(BalancerLoop owner, LoopListener listener, Connection connection, ReadOnlySpan<byte> received)
    {
        var client = new Http1Client(owner, listener, connection) { _isMisled = true };
        client._input.Begin(received);
        return client;
    }

    public override ClientTls? Tls { get; }

    public override bool IsHttp2 => false;

    public PeerText Peer => _peer;

    public IClientConnection? Previous { get; set; }

    public IClientConnection? Next { get; set; }

    public LoopListener Listener => _listener;

    public Connection Connection => _connection;

    public override RequestHead Request => _exchange!.Request;

    public override long LastActivityMs => _connection.LastActivityMs;

    public override bool PeerHungUp => _connection.PeerHungUp;

    public override bool PeerReset => _connection.End is ConnectionEnd.Rst or ConnectionEnd.FinThenRst
        or ConnectionEnd.RstAfterData or ConnectionEnd.Timeout or ConnectionEnd.TlsFailed;

    public override bool RequestEnded => _body.Ended;

    public override long ReceivedBytes => Request.HeadBytes + _body.RawBytes;

    public override long SentBytes => _connection.BytesSent - _sentBefore;

    public override bool IsOverKeepAlive => _closing || _inGrace || _owner.Loop.NowMs - _acceptedMs >= _keepAliveMs;

    public async LoopTask Serve()
    {
        try
        {
            _timer.Set(_owner.Loop.NowMs + _idleMs);
            bool open = true;
            while (open && await ReceiveHead())
            {
                Exchange exchange = _exchange!;
                await exchange.Run();
                open = exchange.KeepsClientOpen;
                if (!open)
                {
                    await End(exchange);
                }

                GiveBackExchange();
                if (++_requests % RequestsBetweenYields == 0 && _input.HasBytes)
                {
                    await _owner.Loop.Yield();
                }
            }
        }
        finally
        {
            // Also after a bug's exception: it costs this connection and nothing else.
            try
            {
                _exchange?.Abandon();
            }
            finally
            {
                ReturnHeadBuffer();
                _timer.Clear();
                _input.Release();
                _connection.Close();
                _owner.Remove(this, _connection);
            }
        }
    }

    public override bool MayAskAgain()
    {
        if (!PeerHungUp)
        {
            return true;
        }

        if (PeerReset || _exchange!.Listener.LoadBalancer.ClientHalfClose == ClientHalfClose.Strict)
        {
            return false;
        }

        // What came before the client closed its direction is still to be answered.
        if (!_input.HasBytes)
        {
            _headBuffer ??= _input.Replace(HeadBufferBytes, 0);
            _input.Receive(HeadBufferBytes, 0, long.MaxValue);
        }

        return _input.HasBytes;
    }

    public void CloseWhenIdle()
    {
        if (_exchange is null && _requests == 0 && !_inGrace)
        {
            _inGrace = true;
            _timer.Set(_owner.Loop.NowMs + GraceMs);
            return;
        }

        _closing = true;
        if (_exchange is null)
        {
            _connection.Interrupt();
        }
    }

    public void StopExchangesWith(LoopTarget target, FailureReason reason)
    {
        if (_exchange is { } exchange && exchange.Target == target)
        {
            exchange.Stop(reason);
        }
    }

    public void Cut()
    {
        _closing = _cut = true;
        if (_exchange is null || _inHead || _lingering || !_exchange.Stop(FailureReason.Stopping))
        {
            _connection.Close();
        }
    }

    public override void Interrupt() => _connection.Interrupt();

    public void OnParkedActivity(Connection connection)
    {
        // Client connections are never parked.
    }

    public void OnHangup(Connection connection)
    {
        if (!_inHead && !_lingering)
        {
            // In time of need only: whether it was a reset costs a system call.
            _connection.LearnEnd();
            _exchange?.OnClientHangup();
        }
    }

    // Set once and moved on only when it fires: activity costs nothing but the connection's own time stamp.
    public void OnTimer(LoopTimer timer)
    {
        if (_lingering)
        {
            _connection.Interrupt();
            return;
        }

        if (_inGrace && _exchange is null)
        {
            CloseWhenIdle();
            return;
        }

        long now = _owner.Loop.NowMs;
        long due = _exchange is null || _inHead ? _connection.LastActivityMs + _idleMs : _exchange.CheckIdle(now);
        if (due > now)
        {
            _timer.Set(due);
        }
        else if (due != 0)
        {
            if (_exchange is null)
            {
                _owner.Counters.Add(Counter.ClientConnectionsClosedIdle);
            }

            _closing = true;
            _connection.Interrupt();
        }
        else
        {
            // The exchange was stopped; what is still to be sent is watched again.
            _timer.Set(now + _idleMs);
        }
    }

    public override BodyChunk TakeBufferedBody() => _body.Take(_input, mayOverwriteBefore: _headBuffer is not null);

    public override async LoopTask<BodyChunk> ReadBody()
    {
        while (true)
        {
            if (_input.HasBytes || _body.Ended)
            {
                BodyChunk chunk = TakeBufferedBody();
                if (chunk.Count > 0 || chunk.IsLast || chunk.Status != StreamStatus.Done)
                {
                    return chunk;
                }
            }

            if (_headBuffer is not null)
            {
                // As with the target's: see there.
                _input.ReleaseIfEmpty();
            }

            if (await _connection.WhenReadable() == Wake.Interrupted)
            {
                return BodyChunk.Failed(StreamStatus.Stopped);
            }

            // The head is still needed, for the log; the rest of the body gets a buffer of its own.
            _headBuffer ??= _input.Replace(BodyBufferBytes, BodyChunk.FramingBefore);
            _input.Compact(BodyChunk.FramingBefore);

            long limit = Math.Min(_body.ReceiveLimit, BodyChunk.MaxReceiveBytes);
            if (_input.Receive(BodyBufferBytes, BodyChunk.FramingBefore, limit) == Connection.Ended)
            {
                return _body.EndOfInput(_connection);
            }
        }
    }

    public override LoopTask<StreamStatus> SendContinue()
    {
        byte[] scratch = _owner.Scratch;
        ReadOnlySpan<byte> head = "HTTP/1.1 100 Continue\r\n\r\n"u8;
        head.CopyTo(scratch);
        return _output.SendScratch(scratch, head.Length);
    }

    public override LoopTask<StreamStatus> SendInterim(ResponseHead response)
    {
        if (Request.Version < ProtocolVersion.Http11)
        {
            return new LoopTask<StreamStatus>(StreamStatus.Done);
        }

        int bytes = ResponseHeadComposer.ComposeInterim(response, _exchange!.Listener, _owner.Scratch);
        return _output.SendScratch(_owner.Scratch, bytes);
    }

    public override LoopTask<StreamStatus> SendHead(Exchange exchange, BodyChunk first)
    {
        _output.Framing = ResponseHeadComposer.FramingFor(exchange.Response, Request.Version);
        if (_output.Framing == BodyKind.UntilClose)
        {
            exchange.CloseClientAfter();
        }

        int bytes = ResponseHeadComposer.Compose(exchange, _output.Framing, _owner.Scratch);
        return _output.SendHead(_owner.Scratch, bytes, first);
    }

    public override LoopTask<StreamStatus> SendBody(BodyChunk chunk) => _output.SendBody(chunk, _owner.Scratch);

    public override void BeginTunnel() => _body.Begin(BodyFraming.UntilClose);

    public override LoopTask EndSending() => _output.End();

    public override LoopTask<StreamStatus> SendPage(FailureReason reason)
    {
        Exchange exchange = _exchange!;
        int bytes = ResponseHeadComposer.ComposePage(
            reason,
            exchange.Listener,
            _owner.HttpDate,
            exchange.KeepsClientOpen,
            withBody: Request.KnownMethod != RequestMethod.Head,
            _owner.Scratch);
        return _output.SendScratch(_owner.Scratch, bytes);
    }

    /// <summary>Reads the next request's head into a new exchange. False when the connection is over without one.</summary>
    private async LoopTask<bool> ReceiveHead()
    {
        HeadScanner scanner = default;
        while (true)
        {
            if (_input.HasBytes)
            {
                Exchange exchange = _exchange ?? BeginExchange();
                ParseStatus status = RequestParser.Parse(
                    exchange.Request, _input.Buffer, _input.Start, _input.End, ref scanner, out int consumed);
                if (status != ParseStatus.NeedMore)
                {
                    HeadIsWhole(exchange, consumed);
                    return true;
                }
            }

            bool silent = false;
            if (!_closing || _exchange is not null)
            {
                silent = await _connection.WhenReadable() == Wake.Interrupted && _closing && _exchange is not null;
            }

            // Also when closing: a request that is here by now is answered, not reset.
            int n = silent ? Connection.Ended : _input.Receive(HeadBufferBytes, 0, long.MaxValue);
            if (n == Connection.Ended || (n == Connection.WouldBlock && _closing && _exchange is null))
            {
                if (_exchange is null)
                {
                    return false;
                }

                if (silent)
                {
                    _exchange.Stop(_connection.IsClosed ? FailureReason.Stopping : FailureReason.ClientSilent);
                }

                RequestParser.EndOfInput(_exchange.Request, _input.Buffer, _input.Start, _input.End, ref scanner);
                HeadIsWhole(_exchange, 0);
                return true;
            }
        }
    }

    private ListenerView View => _view = _listener.ViewAfter(_view);

    private Exchange BeginExchange()
    {
        _input.Compact(0);
        _inHead = true;
        _exchange = _owner.RentExchange();
        _exchange.Begin(this, _peer, View);
        _sentBefore = _connection.BytesSent;
        return _exchange;
    }

    private void HeadIsWhole(Exchange exchange, int consumed)
    {
        _inHead = false;
        exchange.Listener = View;
        exchange.IsHeadWhole = consumed > 0;
        // That it wants TLS is the first thing to be told to whoever speaks HTTP, of any version.
        if (_isMisled && exchange.Request.Refusal is (RequestRefusal.None or RequestRefusal.MissingHost or RequestRefusal.Http2Preface))
        {
            exchange.Stop(FailureReason.PlainHttpToHttps);
        }

        _input.Consume(consumed);
        _body.Begin(exchange.Request.Refusal == RequestRefusal.None ? exchange.Request.Framing : BodyFraming.None);
        exchange.ReceivedMicros = _owner.Loop.NowMicros;
        _connection.Mark();
    }

    private void GiveBackExchange()
    {
        _owner.ReturnExchange(_exchange!);
        _exchange = null;
        ReturnHeadBuffer();
        _input.ReleaseIfEmpty();
    }

    private void ReturnHeadBuffer()
    {
        if (_headBuffer is not null)
        {
            _owner.Loop.Buffers.Return(_headBuffer);
            _headBuffer = null;
        }
    }

    // The last response is out. What the client still sends is read and thrown away for a while: closing on unread
    // bytes, be they its close_notify, would make the kernel reset the connection, and the client lose the answer. Nor is it closed
    // on a close_notify that has found no room, without which a client cannot tell an answer that lasts until the end from one that
    // was cut off.
    private async LoopTask End(Exchange exchange)
    {
        if (exchange.HeadSent && exchange.Failure.Reason != FailureReason.None)
        {
            // Cut short: where only the close would end the body, an orderly one would be a lie.
            if (_output.Framing == BodyKind.UntilClose)
            {
                _connection.Abort();
            }

            return;
        }

        if (exchange.Tunnel is { IsAnswerCut: true })
        {
            _connection.Abort();
            return;
        }

        if (PeerReset)
        {
            return;
        }

        _connection.ShutdownSend();
        if (!_cut && (exchange.Request.KeepAlive || !RequestEnded || _input.HasBytes || _connection.CanReceiveNow || _connection.HoldsUnsent))
        {
            await Linger();
        }
    }

    private async LoopTask Linger()
    {
        _input.Release();
        _lingering = true;
        _timer.Set(_owner.Loop.NowMs + LingerMs);
        long left = LingerBytes;
        while (left > 0 && await _connection.WhenReadable() == Wake.Ready)
        {
            int n = _input.Receive(BodyBufferBytes, 0, long.MaxValue);
            if (n == Connection.Ended)
            {
                // That it has said all does not mean that it has been told all.
                await _output.End();
                break;
            }

            left -= Math.Max(n, 0);
            _input.Release();
        }
    }
}
