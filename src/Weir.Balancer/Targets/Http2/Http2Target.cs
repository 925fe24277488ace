using Weir.Http.Http2;
using Weir.Http.Http2.Frames;
using Weir.Http.Http2.Streams;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// An HTTP/2 connection to a target, which carries many exchanges at once, one stream each. Among the shared ones of its pool while
/// it carries any, parked in it when it carries none.
/// </summary>
internal sealed class Http2Target : ITargetSpeaker, ITimerTarget
{
    // Before the target has said how many it allows: what is refused may be sent again once only.
    private const int FirstStreams = 1;

    /// <summary>However many it allows: beyond that another connection shares the work.</summary>
    private const int MaxStreams = Http2Limits.ConcurrentStreams;

    // Every stream may be full without another having to wait for its client: as much as one would hold alone.
    private const int ReceiveWindowBytes = MaxStreams * Http2Limits.InitialWindowBytes;

    private const int InputBytes = 64 * 1024;

    // Of a target that has refused a request one more is tried after so many answers: a refusal that had its reason in a moment is
    // forgotten within some thousand, and one that has not costs one request in so many another connection.
    private const int AnswersForOneMore = 32;

    // A target that takes nothing for so long is sent other requests elsewhere.
    private const int StuckMs = 1_000;

    // Longer than a target that is there stays silent on a connection with many requests.
    private const long SilenceMicros = 5_000_000;

    /// <summary>
    /// A target that says GOAWAY with an error closes behind it, and what of its answers is there by then is already on its way: two
    /// segments in a row may be lost, which their sender notices after a second and then two. Where it has not closed by then it will
    /// not, and nothing more is to be hoped for. Source: RFC 9113 §5.4.1, §6.8; RFC 6298 §2.
    /// </summary>
    public const int GoAwayGraceMs = 3_000;

    private readonly BalancerLoop _owner;
    private readonly LoopTarget _target;
    private readonly Connection _connection;
    private readonly Http1Input _input;
    private readonly Http2TargetReceiver _receiver;
    private OwnStreams _streams;
    // What the target allows, and what of it is made use of since it has refused.
    private int _allowed = FirstStreams;
    private int _limit = FirstStreams;
    private int _answers;
    private readonly LinkedList<Http2TargetStream> _carried = new();
    private int _unopened;
    private bool _isOver;
    private bool _isLeaving;
    private bool _endsForItsOwnReason;
    // Few targets say GOAWAY with an error.
    private LoopTimer? _goAwayGrace;
    private long _takenMicros;
    private long _receivedMicros;
    private readonly Signal _agreed;

    public Http2Target(BalancerLoop owner, LoopTarget target, Connection connection)
    {
        _owner = owner;
        _target = target;
        _connection = connection;
        _agreed = new Signal(owner.Loop);
        Link = new TargetConnection(owner, target, connection, this);
        _input = new Http1Input(connection);
        _receiver = new Http2TargetReceiver(owner, this);
        Sender = new Http2Sender(connection, _receiver.Guard, OnOutputMoved);

        // Source: RFC 9113 §3.4.
        Sender.Output.Preface();
        Sender.Output.Settings(
        [
            (SettingId.EnablePush, 0),
            (SettingId.MaxHeaderListSize, Http.HttpLimits.ResponseHeadersBytes),
        ]);
        Sender.Output.WindowUpdate(0, ReceiveWindowBytes - Http2Limits.InitialWindowBytes);
    }

    /// <summary>The connection as the pool knows it.</summary>
    public TargetConnection Link { get; }

    public Http2Sender Sender { get; }

    /// <summary>Nothing that comes is looked at any more.</summary>
    public bool IsOver => _isOver;

    /// <summary>The first error with which the target has said GOAWAY.</summary>
    public Http2ErrorCode GoAwayCode { get; private set; }

    /// <summary>What all its streams together may hold.</summary>
    public static int WindowBytes => ReceiveWindowBytes;

    /// <summary>Another request may begin on it.</summary>
    public bool HasRoom => TakesRequests && _streams.OpenCount + _unopened < _limit;

    /// <summary>The same, or when others have been answered.</summary>
    public bool TakesRequests =>
        !_isOver && !_isLeaving && !_streams.IsExhausted && _limit > 0 && !Sender.Output.IsStuckFor(StuckMs) && !_connection.PeerHungUp;

    /// <summary>
    /// What becomes of streams that are not opened when no more are: the target has said that it wants none, or nobody has said anything.
    /// </summary>
    public StreamStatus UnopenedStatus => _streams.IsExhausted ? StreamStatus.Refused : StreamStatus.Unsent;

    /// <summary>Waits until the target has said how many streams it allows, or nothing more will come of it.</summary>
    public async LoopTask WhenAgreed() => await _agreed;

    /// <summary>It is waited for no longer: no more requests are sent to a target that says nothing.</summary>
    public void GiveUp() => Leave();

    /// <summary>A frame on this stream is of none that was opened.</summary>
    public bool IsIdle(int streamId) => _streams.IsIdle(streamId);

    public async LoopTask Serve()
    {
        try
        {
            Loop.Start(Sender.Output.Run());
            while (!_isOver)
            {
                await _connection.WhenReadable();
                if (!_isOver && Receive() && _connection.CanReceiveNow)
                {
                    await _owner.Loop.Yield();
                }

                if (_connection.IsParked && (_isOver || _isLeaving))
                {
                    _target.Pool.OnActivity(Link);
                }
            }
        }
        finally
        {
            // After a bug's exception too: it costs this connection and nothing else.
            End();
            _input.Release();
            _receiver.Release();
        }
    }

    public TargetStream Begin()
    {
        bool wasParked = _carried.Count == 0 && Link.IdleMs >= 0;
        if (wasParked)
        {
            _target.Pool.Share(this);
            _takenMicros = _owner.Loop.NowMicros;
        }

        _unopened++;
        Http2TargetStream stream = _owner.RentTargetStream();
        _carried.AddLast(stream.Place);
        // Only the first one on a connection that was idle could meet its idle timer.
        stream.Begin(this, _receiver, wasParked ? Link.IdleMs : 0);
        return stream;
    }

    /// <summary>Its head is sent next: streams are opened in the order of their numbers. False if no more are opened on this connection.</summary>
    public bool TryOpen(Http2TargetStream stream)
    {
        if (_isOver || _isLeaving || !_streams.TryOpen(uint.MaxValue, out int id))
        {
            return false;
        }

        _unopened--;
        Link.Requests++;
        stream.Frames.Begin(_receiver, id);
        _receiver.Add(stream.Frames);
        return true;
    }

    /// <summary>The stream's exchange is over.</summary>
    /// <param name="stream">It.</param>
    /// <param name="isOpened">It had come to be opened.</param>
    /// <param name="code">What the target is told, unless the stream is closed.</param>
    public void Finish(Http2TargetStream stream, bool isOpened, Http2ErrorCode code)
    {
        if (!isOpened)
        {
            _unopened--;
        }
        else if (!stream.Frames.IsClosed)
        {
            Reset(stream.Frames, code);
        }
        else if (code == Http2ErrorCode.ProtocolError && !stream.Frames.IsGone)
        {
            // It is whole, and no response. Source: RFC 9113 §8.1.1.
            Sender.Output.RstStream(stream.Frames.Id, code);
        }

        _receiver.Close(stream.Frames, StreamEnd.Finished);
        stream.Frames.Release();
        _carried.Remove(stream.Place);
        if (_carried.Count == 0)
        {
            Settle();
        }
    }

    /// <summary>A request that was sent then got no answer: where nothing else has come for long either, no more requests are sent.</summary>
    public void Distrust(long sentMicros)
    {
        if (_owner.Loop.NowMicros - Math.Max(_receivedMicros, sentMicros) >= SilenceMicros)
        {
            Leave();
        }
    }

    /// <summary>It was made for exchanges that did not wait for it.</summary>
    public void OfferIfUnused()
    {
        if (_carried.Count == 0 && !_isOver && !_connection.IsParked)
        {
            Settle();
        }
    }

    // Here the parked connection is read: no coroutine of it runs while it is parked.
    public bool StaysParked()
    {
        while (!_isOver && !_isLeaving && Receive() && _connection.CanReceiveNow)
        {
        }

        return !_isOver && !_isLeaving && _limit > 0 && !_connection.PeerHungUp && Sender.Output.TryFlush();
    }

    public bool MayHaveMetIdleTimer => (_isOver || _isLeaving || _connection.PeerHungUp) && !_endsForItsOwnReason;

    public void OnClosing()
    {
        if (!_isOver)
        {
            SayGoAway(Http2ErrorCode.NoError);
        }

        _isOver = true;
        _agreed.Set();
        _goAwayGrace?.Clear();
        Sender.Output.End();
    }

    /// <summary>A stream is open no longer.</summary>
    /// <param name="end">How.</param>
    public void OnClosed(StreamEnd end)
    {
        _streams.Close();
        if (_limit < _allowed && end == StreamEnd.Finished && ++_answers >= AnswersForOneMore)
        {
            _limit++;
            _answers = 0;
        }
    }

    /// <summary>What the target allows has changed, perhaps.</summary>
    public void OnSettings()
    {
        _limit = _allowed = (int)Math.Min(MaxStreams, Sender.Settings.MaxConcurrentStreams);
        _agreed.Set();
    }

    /// <summary>
    /// It refused one more: what there is now is what it takes, whatever it said, until answers show that it takes more. Streams that
    /// were refused may be sent again elsewhere. Source: RFC 9113 §8.7.
    /// </summary>
    public void OnRefused()
    {
        _limit = Math.Min(_limit, Math.Max(1, _streams.OpenCount));
        _answers = 0;
    }

    /// <summary>
    /// The target opens no streams beyond this one, and closes: at once where it says an error, but for <see cref="GoAwayGraceMs"/>,
    /// and otherwise when those before it have ended. Source: RFC 9113 §6.8.
    /// </summary>
    public void OnGoAway(int lastStreamId, Http2ErrorCode code)
    {
        _endsForItsOwnReason |= code != Http2ErrorCode.NoError;
        TellEndInUse();
        _streams.GoAway(lastStreamId);
        Leave();
        foreach (Http2Stream stream in _receiver.OpenStreams())
        {
            if (_streams.IsUnprocessed(stream.Id))
            {
                _receiver.Close(stream, StreamEnd.ResetByPeer);
                stream.Lose(StreamStatus.Refused, dropsBody: true);
            }
        }

        if (code != Http2ErrorCode.NoError && GoAwayCode == Http2ErrorCode.NoError)
        {
            GoAwayCode = code;
            _goAwayGrace = new LoopTimer(_owner.Loop, this);
            _goAwayGrace.Set(_owner.Loop.NowMs + GoAwayGraceMs);
        }
    }

    /// <summary>The target has said GOAWAY with an error, and has not closed.</summary>
    public void OnTimer(LoopTimer timer)
    {
        if (!_isOver)
        {
            SayLastGoAway(Http2ErrorCode.NoError);
            End(static stream => stream.Lose(StreamStatus.GoneAway, dropsBody: false));
        }
    }

    /// <summary>Resets a stream that is not closed.</summary>
    public void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        Sender.Output.RstStream(stream.Id, code);
        _receiver.Close(stream, StreamEnd.ResetByUs);
    }

    /// <summary>It cannot go on.</summary>
    public void Fail(Http2ErrorCode code)
    {
        if (!_isOver)
        {
            SayLastGoAway(code);
            End(static stream => stream.Lose(StreamStatus.Malformed, dropsBody: false));
        }
    }

    /// <summary>The target has broken the protocol, or costs more than one target may.</summary>
    /// <param name="fault">How.</param>
    /// <param name="streamId">On which stream; 0: on none.</param>
    public void Fail(Http2Fault fault, int streamId)
    {
        if (!_isOver)
        {
            _endsForItsOwnReason = true;
            SayLastGoAway(Http2Faults.Code(fault));
            End(stream => stream.LoseToFault(fault, streamId));
        }
    }

    // True: there may be more.
    private bool Receive()
    {
        int n = _input.Receive(InputBytes, 0, long.MaxValue);
        if (n == Connection.Ended)
        {
            TellEndInUse();
            End();
            return false;
        }

        if (n > 0)
        {
            _receivedMicros = _owner.Loop.NowMicros;
            _receiver.Read(_input);
        }

        return n > 0;
    }

    private void SayGoAway(Http2ErrorCode code)
    {
        Sender.Output.GoAway(0, code);
        Sender.Output.TryFlush();
    }

    // Its exchanges may hold it for long, for clients that do not take what has come: the target hears that it is over.
    private void SayLastGoAway(Http2ErrorCode code)
    {
        SayGoAway(code);
        _connection.ShutdownSend();
    }

    private void End() => End(static stream => stream.Lose(StreamStatus.Ended, dropsBody: false));

    // What the target said before is with the streams; a parked connection is the pool's to close.
    private void End(Action<Http2Stream> lose)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _agreed.Set();
        _goAwayGrace?.Clear();
        _target.Pool.Unshare(this);
        foreach (Http2Stream stream in _receiver.OpenStreams())
        {
            _receiver.Close(stream, StreamEnd.ResetByPeer);
            lose(stream);
        }

        LoseUnopened();
        if (_carried.Count == 0 && !_connection.IsParked)
        {
            Link.Close();
        }
    }

    // A target that ends connections in use is stopping, or limits their age: what it ends at that moment, or at that age, has met no
    // idle timer. A connection that was taken from the pool just now may have; its request tells of it.
    private void TellEndInUse()
    {
        bool justTaken = Link.IdleMs > 0 && CloseCrossing.IsMet(Link, _owner.Loop.NowMicros - _takenMicros);
        if (!_isOver && !_isLeaving && !_connection.IsParked && !justTaken)
        {
            Link.TellClose(0);
        }
    }

    private void Leave()
    {
        if (!_isLeaving)
        {
            _isLeaving = true;
            _agreed.Set();
            _target.Pool.Unshare(this);
            LoseUnopened();
        }
    }

    private void LoseUnopened()
    {
        for (LinkedListNode<Http2TargetStream>? place = _carried.First; place is not null && _unopened > 0; place = place.Next)
        {
            if (place.Value.Frames.Id == 0)
            {
                place.Value.Frames.Lose(UnopenedStatus, dropsBody: true);
            }
        }
    }

    // What does not go out at once would never go out of a parked connection, and what is here would not be read.
    private void Settle()
    {
        if (!_agreed.IsSet)
        {
            // Others wait for it; whoever has made it offers it in the end.
            return;
        }

        _target.Pool.Unshare(this);
        while (!_isOver && !_isLeaving && _connection.CanReceiveNow && Receive())
        {
        }

        if (_connection.IsClosed)
        {
            return;
        }

        if (_isOver || _isLeaving || _limit == 0 || _streams.IsExhausted || !Sender.Output.TryFlush())
        {
            Link.Close();
        }
        else
        {
            _target.Pool.Park(Link);
        }
    }

    private void OnOutputMoved()
    {
        if (Sender.Output.IsBroken)
        {
            // What it has said is still to be read.
            Leave();
            _connection.Interrupt();
        }

        Sender.WakeWaiting();
    }
}
