using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One HTTP/2 connection of a client: several requests at once, each on its stream, and each with its outcome at the end.</summary>
internal sealed class Http2ClientSession : ClientPeer, IFramePeer
{
    private const int SilentMs = 200_000;
    private const int MostAtOnce = 30;

    // A client that sends nothing more: the idle timeout of a stream, then that of the connection, and stalls on the way.
    private const int SilentHungMs = 145_000;

    private const int GoesAwayOnceIn = 80;

    // What the balancer has to say and to close may meet a stall. Its idle timeout is longer.
    private const int CloseMs = 30_000;

    private static readonly int[] _windows = [100, 5_000, 65_535, 1_000_000];
    private static readonly int[] _headSizes = [0, 100, 10_000, int.MaxValue, int.MaxValue, int.MaxValue];
    private static readonly ErrorCode[] _codes =
        [ErrorCode.NoError, ErrorCode.ProtocolError, ErrorCode.InternalError, ErrorCode.FlowControlError, ErrorCode.EnhanceYourCalm];

    private readonly int _requests;
    private readonly CallStyle _style;
    private readonly Delay _think;
    private readonly Delay _readPause;
    private readonly Signal _openingEnded;
    private readonly bool _shutsConnection;
    private FrameConnection _frames = null!;
    private int _nextId = -1;
    private int _lastAccepted = int.MaxValue;
    private bool _hasGoneAway;
    private long _lastEventMs;
    private bool _isSilent;
    private bool _receivingEnded;

    public Http2ClientSession(BalancerWorld world, SimLoop loop, int number)
        : base(world, loop, number)
    {
        _think = new Delay(loop);
        _readPause = new Delay(loop);
        _openingEnded = new Signal(loop);
        _requests = 1 + loop.Random.Next(world.Scale.RequestsPerConnection * 2);
        _style = DrawStyle(loop.Random);
        _shutsConnection = _style == CallStyle.Shut && loop.Random.Next(2) == 0;
    }

    public override bool TakesNothing => _style is CallStyle.SilentReading or CallStyle.SilentSending or CallStyle.Shut;

    protected override TlsContext? Tls => World.Tls.Http2Client;

    protected override RequestRecord? FirstOutstanding
    {
        get
        {
            foreach (FrameStream stream in _frames.Streams.Values)
            {
                if (stream.Record is { } record && IsOutstanding(stream))
                {
                    return record;
                }
            }

            return null;
        }
    }

    protected override string Manner => $"h2 {_style}";

    protected override int PatienceMs => _style switch
    {
        CallStyle.SilentReading => HungMs + SilentMs,
        CallStyle.SilentSending => SilentHungMs,
        _ => HungMs,
    };

    public FrameStream? Open(int id) => null;

    public void OnFields(FrameStream stream, MessageHead fields, bool isEnd)
    {
        RequestRecord record = stream.Record!;
        _lastEventMs = Loop.NowMs;
        if (fields.StartLine.Length > 0 && fields.Status < 200)
        {
            if (stream.Head is not null || isEnd)
            {
                World.Oracle.Violated($"{this} got an interim response out of place: {record}");
            }

            return;
        }

        if (stream.Head is null)
        {
            stream.Head = fields;
            stream.IsAnswer = World.Oracle.ResponseBegan(record, fields);
        }
        else
        {
            stream.ReceivedTrailers = fields;
        }

        EndIf(stream, isEnd);
    }

    public void OnData(FrameStream stream, ReadOnlySpan<byte> data, bool isEnd)
    {
        LastPiece = World.Oracle.Network.Elapsed;
        _lastEventMs = Loop.NowMs;
        stream = World.MayMixUp(stream, _frames.Streams.Values);
        if (stream.IsAnswer)
        {
            World.Oracle.ResponseBody(stream.Record!, data, stream.BodyBytes);
        }

        stream.BodyBytes += data.Length;
        EndIf(stream, isEnd);
        ResetIfDue(stream, stream.BodyBytes);
    }

    public void OnReset(FrameStream stream, int code)
    {
        RequestRecord record = stream.Record!;
        _lastEventMs = Loop.NowMs;
        if (World.MissesReset(record))
        {
            _frames.Keep(stream);
            return;
        }

        record.ResetCode = (ErrorCode)code;
        if (record.Outcome == RequestOutcome.None)
        {
            record.Outcome = RequestOutcome.Cut;
        }
        else if (code != (int)ErrorCode.NoError && !(code == (int)ErrorCode.ProtocolError && record.Flaw != RequestFlaw.None))
        {
            World.Oracle.Violated($"was reset with {(ErrorCode)code} behind its whole answer: {record}");
        }

        _think.Cancel();
    }

    public void OnGoAway(int lastId, int code)
    {
        if (lastId > _lastAccepted)
        {
            World.Oracle.Violated($"{this} was told of a later last stream than before");
        }

        _lastAccepted = lastId;
        foreach (FrameStream stream in _frames.Streams.Values)
        {
            stream.Record!.IsBehindClose |= stream.Id > lastId;
        }

        if (code != (int)ErrorCode.NoError && !(code == (int)ErrorCode.EnhanceYourCalm && TakesNothing))
        {
            World.Oracle.Violated($"{this} was sent away with {(ErrorCode)code}");
        }

        _think.Cancel();
    }

    public void OnSent(FrameStream stream)
    {
        _lastEventMs = Loop.NowMs;
        stream.Record!.SentWhole |= stream.IsSent;
        RemoveIfOver(stream);
        ResetIfDue(stream, stream.SentBytes);
    }

    public async LoopTask BeforeReceive()
    {
        if (_style == CallStyle.SilentReading && !_isSilent)
        {
            _isSilent = true;
            await _readPause.For(SilentMs);
        }
        else if (_style == CallStyle.SlowReading)
        {
            _frames.ReceiveLimit = 1 + Loop.Random.Next(4_000);
            await _readPause.For(Loop.Random.Next(200));
        }
    }

    protected override async LoopTask Use()
    {
        if (((TlsConnection)Connection).Agreement.ApplicationProtocol != "h2")
        {
            World.Oracle.Violated($"{this} was not given h2");
            return;
        }

        _frames = new FrameConnection(World, Loop, Connection, this, isClient: true);
        LastPiece = World.Oracle.Network.Elapsed;
        if (_style == CallStyle.Aborting)
        {
            AbortAtMs = Loop.NowMs + Loop.Random.Next(Loop.Random.Next(2) == 0 ? 200 : 20_000);
        }
        else if (_style == CallStyle.SilentSending)
        {
            _frames.SilentAtByte = 24 + Loop.Random.Next(Loop.Random.Next(2) == 0 ? 600 : 30_000);
        }

        SetLimit();
        _frames.Begin(_windows[Loop.Random.Next(_windows.Length)], _shutsConnection ? 0 : _windows[2 + Loop.Random.Next(2)], headBytes: _headSizes[Loop.Random.Next(_headSizes.Length)]);
        Reactor.Loop.Start(_frames.Send());
        Reactor.Loop.Start(OpenAll());
        await _frames.Receive();
        _receivingEnded = true;
        NoteEnd();
        CheckGoAway();
        Connection.Close();
        _think.Cancel();
        await _openingEnded;
        await _frames.End();
        foreach (FrameStream stream in _frames.Streams.Values)
        {
            RequestRecord record = stream.Record!;
            if (record.Outcome == RequestOutcome.None)
            {
                record.Outcome = RequestOutcome.Cut;
            }
        }
    }

    protected override void OnLeft()
    {
        _think.Cancel();
        _readPause.Cancel();
    }

    private static CallStyle DrawStyle(LoopRandom random) => random.Next(40) switch
    {
        < 6 => CallStyle.Sequential,
        < 24 => CallStyle.Concurrent,
        < 30 => CallStyle.Resetting,
        30 or 31 => CallStyle.Aborting,
        32 or 33 => CallStyle.Leaving,
        34 or 35 => CallStyle.SlowReading,
        36 or 37 => CallStyle.SilentSending,
        38 => CallStyle.SilentReading,
        _ => CallStyle.Shut,
    };

    private bool IsOpen => !_receivingEnded && !Connection.IsClosed;

    private int Outstanding => _frames.Streams.Values.Count(IsOutstanding);

    // Behind the page to a malformed request its stream is reset. Source: RFC 9113 §8.1.1.
    private static bool IsOutstanding(FrameStream stream) =>
        stream.Record is { Outcome: RequestOutcome.None } or { Outcome: RequestOutcome.Page, Status: 400, Flaw: not RequestFlaw.None, ResetCode: null };

    // What was under way ends, and then the connection does. Source: docs/http2.md.
    private void CheckGoAway()
    {
        long waitedMs = Loop.NowMs - _lastEventMs;
        if (_hasGoneAway && IsOnCleanPath && !HasLeft && !TakesNothing && !Connection.IsClosed && waitedMs > CloseMs)
        {
            World.Oracle.Violated($"{this} said GOAWAY, and was left waiting for {waitedMs} ms when nothing was under way");
        }
    }

    // Also one that has an error to tell of may still be answered, and opens streams until it hears that there are to be none.
    private void GoAway()
    {
        ErrorCode code = _codes[Loop.Random.Next(_codes.Length)];
        _hasGoneAway = true;
        _lastEventMs = Loop.NowMs;
        if (!World.KeepsGoAway())
        {
            _frames.GoAway(0, code);
        }
    }

    private async LoopTask OpenAll()
    {
        for (int i = 0; i < _requests && IsOpen && _lastAccepted == int.MaxValue; i++)
        {
            int most = _style == CallStyle.Sequential ? 1 : 1 + Loop.Random.Next(MostAtOnce);
            while (Outstanding >= most && IsOpen)
            {
                await _think.For(HungMs * 2);
            }

            if (IsOpen && Loop.Random.Next(3) == 0)
            {
                await _think.For(Loop.Random.Next(Loop.Random.Next(40) == 0 ? 70_000 : 2_000));
            }

            // An answer that came meanwhile cuts a pause short, and so does GOAWAY.
            if (IsOpen && _lastAccepted == int.MaxValue)
            {
                Begin(Http2Request.Draw(World, this, Loop.Random));
                if (Loop.Random.Next(GoesAwayOnceIn) == 0)
                {
                    GoAway();
                }
            }
        }

        if (_style == CallStyle.Leaving && IsOpen)
        {
            if (Loop.Random.Next(2) == 0)
            {
                GoAway();
            }
            else
            {
                HasLeft = Outstanding > 0;
                _frames.Flush();
                Connection.ShutdownSend();
            }
        }

        while (IsOpen && Outstanding > 0)
        {
            await _think.For(HungMs * 2);
        }

        if (IsOpen && _style is not (CallStyle.SilentSending or CallStyle.Leaving))
        {
            if (Loop.Random.Next(2) == 0)
            {
                GoAway();
                _frames.Flush();
            }

            Connection.Close();
        }

        _openingEnded.Set();
    }

    // Some numbers are left out, which closes those streams. Source: RFC 9113 §5.1.1.
    private FrameStream Add()
    {
        _nextId += 2 + (2 * Loop.Random.Next(2));
        return _frames.Add(_nextId);
    }

    private void Begin(Http2Request request)
    {
        RequestRecord record = request.Record;
        World.Oracle.Began(record);
        WasQuiet = Loop.NowMs - Connection.LastActivityMs >= QuietMs;
        FrameStream stream = Add();
        stream.Record = record;
        stream.Body = request.Body;
        stream.Trailers = request.Trailers;
        stream.TrailersLackEnd = request.TrailersLackEnd;
        stream.IsFlawed = record.Flaw != RequestFlaw.None;
        _lastEventMs = Loop.NowMs;
        stream.WindowTarget = _style == CallStyle.Shut && !_shutsConnection ? 0 : Math.Max(stream.WindowTarget, _windows[Loop.Random.Next(_windows.Length)]);
        if (_style == CallStyle.Resetting && Loop.Random.Next(3) == 0)
        {
            stream.ResetAtByte = Loop.Random.Next(2) == 0 ? Loop.Random.Next(600) : Loop.Random.Next(100_000);
            if (Loop.Random.Next(3) == 0)
            {
                Reactor.Loop.Start(ResetLater(stream, Loop.Random.Next(2_000)));
            }
        }

        _frames.SendHead(stream, request.Fields, isEnd: !record.HasBody);
        record.SentHead = true;
        record.SentWhole = !record.HasBody;
        _frames.SendBodies();
        if (Loop.Random.Next(40) == 0)
        {
            _frames.Ping();
            _frames.Announce(_windows[Loop.Random.Next(_windows.Length)], int.MaxValue, TableSizes.Draw(Loop.Random));
        }

        if (World.SendsTwice())
        {
            FrameStream again = Add();
            again.Record = record;
            _frames.SendHead(again, request.Fields, isEnd: true);
        }
    }

    private async LoopTask ResetLater(FrameStream stream, int ms)
    {
        await new Delay(Loop).For(ms);
        if (IsOpen && _frames.Streams.ContainsKey(stream.Id))
        {
            stream.ResetAtByte = 0;
            ResetIfDue(stream, 0);
        }
    }

    private void ResetIfDue(FrameStream stream, long bytes)
    {
        if (bytes >= stream.ResetAtByte && _frames.Streams.ContainsKey(stream.Id))
        {
            RequestRecord record = stream.Record!;
            record.WasAbandoned |= IsOutstanding(stream);
            record.Outcome = record.Outcome == RequestOutcome.None ? RequestOutcome.Cut : record.Outcome;
            _frames.Reset(stream, ErrorCode.Cancel);
            World.Resets++;
            _think.Cancel();
        }
    }

    private void EndIf(FrameStream stream, bool isEnd)
    {
        RequestRecord record = stream.Record!;
        if (!isEnd || World.ThrowsAway(stream.IsAnswer))
        {
            return;
        }

        World.Oracle.ResponseEnded(record, stream.Head!, stream.IsAnswer, stream.BodyBytes);
        World.Oracle.TrailersEnded(record, stream);
        record.FrameBytes = stream.FrameBytes;
        RemoveIfOver(stream);
        _think.Cancel();
    }

    // An answer may come before the request's end; then the balancer resets the stream behind it.
    private void RemoveIfOver(FrameStream stream)
    {
        if (stream is { IsReceived: true, IsSent: true, IsFlawed: false })
        {
            _frames.Finish(stream);
        }
    }
}
