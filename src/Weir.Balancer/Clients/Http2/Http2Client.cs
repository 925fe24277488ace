using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// An HTTP/2 connection from a client, from the end of its handshake to its close. What it receives goes through
/// <see cref="Http2Receiver"/> to its streams, each of which serves one exchange; what they send goes in turn into one output.
/// Without streams it holds no buffer.
/// </summary>
internal sealed class Http2Client : IClientConnection, IConnectionObserver, ITimerTarget
{
    /// <summary>After so many requests the client is told to open another connection. Source: ALB user guide.</summary>
    public const int MaxRequests = 10_000;

    /// <summary>
    /// What all streams together may hold of requests that targets do not take yet: 16 of them that are full.
    /// </summary>
    public const int ReceiveWindowBytes = 1024 * 1024;

    /// <summary>
    /// Streams that are served at once, those included that the client has reset and whose exchange has not come to its end.
    /// </summary>
    public const int MaxServed = 2 * Http2Limits.ConcurrentStreams;

    private const int InputBytes = 64 * 1024;

    // As long as the client has not heard that it is to open no more streams, it may open one.
    private const int GraceMs = 1_000;

    // For what is unsent when all is over, and then for the client to read it before a reset could take it away: while it reads, it
    // lets us hear of it.
    private const int LingerMs = 2_000;
    private const long LingerBytes = 1024 * 1024;

    private readonly BalancerLoop _owner;
    private readonly LoopListener _listener;
    private readonly Connection _connection;
    private readonly Http1Input _input;
    private readonly Http2ClientReceiver _receiver;
    private readonly Http2Output _output;
    private readonly Signal _changed;
    private readonly LoopTimer _timer;
    private readonly long _acceptedMs;
    private readonly long _keepAliveMs;
    private readonly long _idleMs;
    private readonly LinkedList<Http2ClientStream> _served = new();
    private ListenerView _view;
    private Phase _phase;
    private bool _isOver;
    private bool _isCut;
    private bool _isLate;
    private bool _endsInOrder;
    private int _requests;
    private long _lastActivityMs;

    public Http2Client(BalancerLoop owner, LoopListener listener, Connection connection, ClientTls? tls, long acceptedMs)
    {
        _owner = owner;
        _listener = listener;
        _view = listener.View;
        Tls = tls;
        _connection = connection;
        _input = new Http1Input(connection);
        _receiver = new Http2ClientReceiver(owner, this);
        _changed = new Signal(owner.Loop);
        Sender = new Http2Sender(connection, _receiver.Guard, OnOutputMoved);
        _output = Sender.Output;
        _timer = new LoopTimer(owner.Loop, this);
        Peer = new PeerText(owner.Loop, connection.RemoteEndPoint);
        _acceptedMs = acceptedMs;
        // Fixed when the connection opens, as for HTTP/1.1.
        _keepAliveMs = (long)listener.View.LoadBalancer.ClientKeepAlive.TotalMilliseconds;
        _idleMs = listener.View.IdleTimeoutMs;
        _lastActivityMs = owner.Loop.NowMs;
        connection.Observer = this;

        // The first thing to be said. Source: RFC 9113 §3.4.
        _output.Settings(
        [
            (SettingId.MaxConcurrentStreams, Http2Limits.ConcurrentStreams),
            (SettingId.MaxHeaderListSize, Http2Limits.FieldSectionBytes),
        ]);
        _output.WindowUpdate(0, ReceiveWindowBytes - Http2Limits.InitialWindowBytes);
    }

    private enum Phase : byte
    {
        Open,

        /// <summary>GOAWAY was said for any stream: those that were under way may still come.</summary>
        Grace,

        /// <summary>GOAWAY was said for the streams behind the last: they are not looked at, and the client knows.</summary>
        GoingAway,
    }

    /// <summary>Null only in tests: there is no HTTP/2 without TLS.</summary>
    public ClientTls? Tls { get; }

    public IClientConnection? Previous { get; set; }

    public IClientConnection? Next { get; set; }

    public LoopListener Listener => _listener;

    public PeerText Peer { get; }

    public Connection Connection => _connection;

    /// <summary>What its streams send.</summary>
    public Http2Sender Sender { get; }

    /// <summary>It opens no more streams that anybody would look at.</summary>
    public bool IsGoingAway => _phase == Phase.GoingAway;

    /// <summary>Nothing that comes is looked at any more.</summary>
    public bool IsOver => _isOver;

    /// <summary>There is no stream more that could be served.</summary>
    public bool IsFull => _served.Count >= MaxServed;

    /// <summary>The configuration for exchanges that begin now.</summary>
    public ListenerView View => _view = _listener.ViewAfter(_view);

    public async LoopTask Serve()
    {
        try
        {
            _owner.Counters.Add(Counter.Http2Connections);
            if (!_timer.IsSet)
            {
                _timer.Set(_owner.Loop.NowMs + _idleMs);
            }

            Loop.Start(_output.Run());
            await Receive();
            LoseStreams();
            while (_served.Count > 0)
            {
                _changed.Reset();
                await _changed;
            }

            await End();
        }
        finally
        {
            // Also after a bug's exception: it costs this connection and nothing else.
            _isOver = true;
            LoseStreams();
            _timer.Clear();
            _input.Release();
            _receiver.Release();
            _connection.Close();
            _output.End();
            _owner.Remove(this, _connection);
        }
    }

    public void CloseWhenIdle()
    {
        if (_phase == Phase.Open)
        {
            // First that no more are wanted, then, a round trip later, which was the last: so none is lost that is on its way.
            // Source: RFC 9113 §6.8.
            _phase = Phase.Grace;
            _output.GoAway(int.MaxValue, Http2ErrorCode.NoError);
            _output.Ping("goodbye!"u8, isAck: false);
            _timer.Set(_owner.Loop.NowMs + GraceMs);
        }
    }

    public void Cut()
    {
        _isCut = true;
        GoAway();
        StopAll(static _ => true, FailureReason.Stopping);
        _timer.Set(_owner.Loop.NowMs + LingerMs);
        if (_served.Count == 0)
        {
            _connection.Close();
        }
    }

    public void StopExchangesWith(LoopTarget target, FailureReason reason) =>
        StopAll(stream => stream.Exchange.Target == target, reason);

    public void OnParkedActivity(Connection connection)
    {
        // Client connections are never parked.
    }

    public void OnHangup(Connection connection)
    {
        // Nobody reads only while the output is full, or after the end: both are watched by the timer.
    }

    // Set once and moved on only when it fires.
    public void OnTimer(LoopTimer timer)
    {
        long now = _owner.Loop.NowMs;
        if (_isOver && _served.Count == 0)
        {
            if (_endsInOrder && !_isCut && _output.UnsentBytes > 0 && !_output.IsStuckFor((int)_idleMs))
            {
                // It still takes the last answers, at its own pace.
                _timer.Set(now + LingerMs);
                return;
            }

            _isLate = true;
            _connection.Interrupt();
            _changed.Set();
            return;
        }

        if (_isCut)
        {
            // It does not even take the pages.
            _connection.Close();
            EndNow();
            return;
        }

        if (_phase == Phase.Grace)
        {
            GoAway();
        }

        if (Sender.CheckStall(_idleMs) is var fault and not Http2Fault.None)
        {
            StopAll(static stream => stream.Exchange.HeadSent, FailureReason.ClientSilentInResponse);
            Fail(fault);
            return;
        }

        long due = _served.Count == 0 ? _lastActivityMs + _idleMs : CheckStreams(now);
        if (due > now)
        {
            _timer.Set(due);
        }
        else
        {
            _owner.Counters.Add(Counter.ClientConnectionsClosedIdle);
            GoAway();
            EndNow();
        }
    }

    /// <summary>A request has come: the last one, if the connection's time or its number of requests is over.</summary>
    public void OnRequest(Http2ClientStream stream)
    {
        _served.AddLast(stream.Place);
        _owner.Counters.Add(Counter.Http2Streams);
        OnActivity();
        if (++_requests >= MaxRequests || _owner.Loop.NowMs - _acceptedMs >= _keepAliveMs)
        {
            GoAway();
        }
    }

    /// <summary>Something of a request or an answer went either way. PING and its like are none. Source: ALB user guide.</summary>
    public void OnActivity() => _lastActivityMs = _owner.Loop.NowMs;

    /// <summary>The client has heard that it is to open no more streams, or it wants to open none itself.</summary>
    public void GoAway()
    {
        if (_phase != Phase.GoingAway)
        {
            _phase = Phase.GoingAway;
            _output.GoAway(_receiver.LastStreamId, Http2ErrorCode.NoError);
            EndIfDone();
        }
    }

    /// <summary>The answer to the PING that went with GOAWAY.</summary>
    public void OnPingAnswered()
    {
        if (_phase == Phase.Grace)
        {
            GoAway();
        }
    }

    /// <summary>The client has broken the protocol, or costs more than one client may.</summary>
    public void Fail(Http2Fault fault)
    {
        if (!_isOver)
        {
            _owner.Counters.Add(fault);
            Fail(Http2Faults.Code(fault));
        }
    }

    /// <summary>The connection cannot go on.</summary>
    public void Fail(Http2ErrorCode code)
    {
        if (!_isOver)
        {
            _phase = Phase.GoingAway;
            _output.GoAway(_receiver.LastStreamId, code);
            EndNow();
        }
    }

    /// <summary>The stream's exchange is over: unless it is closed, it is reset.</summary>
    public void Finish(Http2ClientStream stream, Http2ErrorCode code)
    {
        if (!stream.Frames.IsClosed)
        {
            Reset(stream.Frames, code);
        }
        else if (code == Http2ErrorCode.ProtocolError && !stream.Frames.IsGone)
        {
            // The answer and the request are whole, and the request was none. Source: RFC 9113 §8.1.1.
            _output.RstStream(stream.Frames.Id, code);
        }

        // Its last DATA may have begun and not come to its end: what still comes is nobody's.
        _receiver.Close(stream.Frames, StreamEnd.Finished);
        _served.Remove(stream.Place);
        EndIfDone();
        _changed.Set();
    }

    /// <summary>Resets a stream that is not closed.</summary>
    public void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        _output.RstStream(stream.Id, code);
        _receiver.Close(stream, StreamEnd.ResetByUs);
        stream.Lose(StreamStatus.Ended, dropsBody: true);
    }

    private async LoopTask Receive()
    {
        while (!_isOver)
        {
            if (_output.IsFull && !_output.IsBroken)
            {
                // What comes may ask for an answer, and there is no room for one.
                _changed.Reset();
                await _changed;
                continue;
            }

            await _connection.WhenReadable();
            if (_isOver)
            {
                return;
            }

            int n = _input.Receive(InputBytes, 0, long.MaxValue);
            if (n == Connection.Ended)
            {
                return;
            }

            if (n > 0)
            {
                _receiver.Read(_input);
                _receiver.StartStreams();
                if (_connection.CanReceiveNow)
                {
                    await _owner.Loop.Yield();
                }
            }
        }
    }

    // What is unsent gets some time, answers as long as the client takes of them, and the client some to read it: closing on unread
    // bytes would reset the connection.
    private async LoopTask End()
    {
        _isOver = true;
        _timer.Set(_owner.Loop.NowMs + LingerMs);
        while (_output.UnsentBytes > 0 && !_output.IsBroken && !_isLate)
        {
            _changed.Reset();
            await _changed;
        }

        if (_isCut || _isLate || _output.IsBroken || _connection.PeerHungUp)
        {
            return;
        }

        _connection.ShutdownSend();
        _input.Release();
        long latestMs = _owner.Loop.NowMs + _idleMs;
        _timer.Set(_owner.Loop.NowMs + LingerMs);
        long left = LingerBytes;
        while (left > 0 && !_isLate)
        {
            await _connection.WhenReadable();
            int n = _input.Receive(InputBytes, 0, long.MaxValue);
            if (n == Connection.Ended)
            {
                break;
            }

            left -= Math.Max(n, 0);
            _input.Release();
            _timer.Set(Math.Min(latestMs, _owner.Loop.NowMs + LingerMs));
        }
    }

    private void OnOutputMoved()
    {
        if (_output.IsBroken)
        {
            EndNow();
        }
        else if (_output.HasContent)
        {
            OnActivity();
        }

        Sender.WakeWaiting();
        _changed.Set();
    }

    private void EndIfDone()
    {
        if (_phase == Phase.GoingAway && _served.Count == 0)
        {
            _endsInOrder |= !_isOver;
            EndNow();
        }
    }

    private void EndNow()
    {
        _isOver = true;
        _changed.Set();
        _connection.Interrupt();
    }

    private long CheckStreams(long now)
    {
        long due = long.MaxValue;
        for (LinkedListNode<Http2ClientStream>? place = _served.First; place is not null; place = place.Next)
        {
            long its = place.Value.Exchange.CheckIdle(now);
            // Stopped: what is still to be sent is watched again.
            due = Math.Min(due, its == 0 ? now + _idleMs : its);
        }

        return due;
    }

    private void LoseStreams()
    {
        for (LinkedListNode<Http2ClientStream>? place = _served.First; place is not null; place = place.Next)
        {
            place.Value.Lose();
        }
    }

    private void StopAll(Func<Http2ClientStream, bool> which, FailureReason reason)
    {
        for (LinkedListNode<Http2ClientStream>? place = _served.First; place is not null; place = place.Next)
        {
            if (which(place.Value))
            {
                place.Value.Exchange.Stop(reason);
            }
        }
    }
}
