using System.Globalization;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// One HTTP/2 connection of a target: it holds each request against what a client has sent, and answers by plan, several at once.
/// What it says that it has not looked at, it has not.
/// </summary>
internal sealed class Http2TargetSession : IFramePeer, ITimerTarget
{
    // Longer than the balancer waits for anything.
    private const int PatienceMs = 400_000;
    private const int LingerMs = 2_000;
    private const int FirstGoAwayMs = 50;

    // As docs/http2.md says, and what a stall and the way take besides. The balancer's idle timeout is longer.
    private const int GoAwayGraceMs = 3_000;
    private const int GoAwaySlackMs = 15_000;

    private static readonly int[] _windows = [300, 5_000, 65_535, 1_000_000];
    private static readonly int[] _limits = [1, 3, 10, 100];
    private static readonly int[] _headSizes = [1_500, 4_000, 16_000, int.MaxValue, int.MaxValue, int.MaxValue];
    private static readonly ErrorCode[] _codes =
        [ErrorCode.ProtocolError, ErrorCode.InternalError, ErrorCode.FlowControlError, ErrorCode.EnhanceYourCalm];
    private static readonly (string Name, string Value)[] _trailers = [("x-trailer", "one"), ("x-other", "two")];

    private readonly TargetServer _server;
    private readonly BalancerWorld _world;
    private readonly SimLoop _loop;
    private readonly Connection _connection;
    private readonly FrameConnection _frames;
    private readonly LoopTimer _limit;
    private readonly int _requestLimit;
    private readonly int _streamLimit;
    private readonly bool _refuses;
    private int _requests;
    private int _lastId;
    private bool _isGoingAway;
    private long _wentAwayMs;
    private bool _isSilent;
    private bool _hasLeft;
    private bool _isHalfClosed;
    private bool _isOver;

    public Http2TargetSession(TargetServer server, Connection connection)
    {
        _server = server;
        _world = server.World;
        _loop = server.Loop;
        _connection = connection;
        _frames = new FrameConnection(_world, _loop, connection, this, isClient: false);
        _limit = new LoopTimer(_loop, this);
        _requestLimit = server.Style == TargetStyle.Limited ? 1 + _loop.Random.Next(60) : int.MaxValue;
        _streamLimit = _loop.Random.Next(3) == 0 ? _limits[_loop.Random.Next(_limits.Length)] : int.MaxValue;
        _refuses = _loop.Random.Next(6) == 0;
    }

    public async LoopTask Run()
    {
        int headBytes = _headSizes[_loop.Random.Next(_headSizes.Length)];
        _world.TellHeadLimit(_connection.RemoteEndPoint, headBytes);
        _frames.Begin(_windows[_loop.Random.Next(_windows.Length)], _windows[2 + _loop.Random.Next(2)], _streamLimit, headBytes);
        Loop.Start(_frames.Send());
        WaitForMore();
        await _frames.Receive();
        _isOver = true;
        _limit.Clear();
        CheckGoAway();
        _connection.Close();
        foreach (FrameStream stream in _frames.Streams.Values)
        {
            if (stream.Record is { } record)
            {
                record.IsLeftByTarget = _hasLeft;
            }

            stream.Whole!.Set();
        }

        await _frames.End();
    }

    public void OnTimer(LoopTimer timer)
    {
        if (_isHalfClosed || _server.Style == TargetStyle.Gunicorn || _frames.Streams.Count > 0)
        {
            _hasLeft = true;
            _connection.Close();
            return;
        }

        Refuse(_lastId);
        _frames.Flush();
        if (_server.Style == TargetStyle.Apache)
        {
            _isHalfClosed = true;
            _connection.ShutdownSend();
            _limit.Set(_loop.NowMs + LingerMs);
        }
        else
        {
            _hasLeft = true;
            _connection.Close();
        }
    }

    public FrameStream? Open(int id)
    {
        if (_isGoingAway && !_world.LooksAtRefused())
        {
            _frames.Ignore(id);
            return null;
        }

        // What is malformed and whole may be over for the balancer already, which says so when its exchange has ended.
        if (_frames.Streams.Values.Count(stream => stream is not { IsFlawed: true, IsSent: true, IsReceived: true }) >= _streamLimit)
        {
            _world.Oracle.Violated($"{this} allows {_streamLimit} streams at once, and got another");
        }

        _lastId = id;
        if (_refuses && _loop.Random.Next(4) == 0)
        {
            _world.RefusingConnections.Add(_connection.RemoteEndPoint);
            _frames.Refuse(id);
            return null;
        }

        FrameStream stream = _frames.Add(id);
        stream.Whole = new Signal(_loop);
        _limit.Set(_loop.NowMs + PatienceMs);
        return stream;
    }

    public void OnFields(FrameStream stream, MessageHead fields, bool isEnd)
    {
        if (stream.Head is null)
        {
            stream.Head = fields;
            OnHead(stream, isEnd);
        }
        else
        {
            stream.ReceivedTrailers = fields;
        }

        EndIf(stream, isEnd);
    }

    public void OnData(FrameStream stream, ReadOnlySpan<byte> data, bool isEnd)
    {
        if (stream.Record is { } record)
        {
            _world.Oracle.RequestBody(record, data, stream.BodyBytes);
        }

        stream.BodyHash = Payload.Hash(stream.BodyHash, data);
        stream.BodyBytes += data.Length;
        EndIf(stream, isEnd);
    }

    public void OnReset(FrameStream stream, int code)
    {
        if (stream.Record is { } record && !_world.MissesReset(stream))
        {
            record.AnswerResetCode = (ErrorCode)code;
        }

        stream.Whole!.Set();
        WaitForMore();
    }

    public void OnGoAway(int lastId, int code)
    {
        if (code != (int)ErrorCode.NoError && !_world.FaultyConnections.Contains(_connection.RemoteEndPoint))
        {
            _world.Oracle.Violated($"{this} was sent away with {code}");
        }
    }

    // What is left of the plan, behind the last byte that it sends.
    public void OnSent(FrameStream stream)
    {
        if (stream.SentBytes < stream.Body.Length || stream.Plan is not { } plan)
        {
            return;
        }

        switch (plan.Kind)
        {
            case AnswerKind.DieInside when !stream.IsSent:
                _frames.Flush();
                Die(plan);
                return;
            case AnswerKind.ResetInside when !stream.IsSent:
                _frames.Reset(stream, plan.EndsByReset ? ErrorCode.InternalError : ErrorCode.Cancel);
                break;
            case AnswerKind.Early when stream.IsSent && !stream.IsReceived:
                _frames.Reset(stream, ErrorCode.NoError);
                break;
            default:
                if (!stream.IsSent)
                {
                    return;
                }

                FinishUnlessFlawed(stream);
                break;
        }

        if (plan.AnnouncesClose || _requests >= _requestLimit)
        {
            Loop.Start(GoAway(twice: plan.EndsByReset));
        }

        WaitForMore();
    }

    public LoopTask BeforeReceive() => default;

    public override string ToString() => $"a target's connection from {_connection.RemoteEndPoint}, {_server.Style}";

    private int IdleLimitMs() => _server.Style switch
    {
        TargetStyle.Node => 5_000 + _loop.Random.Next(1_000),
        TargetStyle.Apache => 5_000,
        TargetStyle.Gunicorn => 2_000,
        _ => PatienceMs,
    };

    // Without a stream it waits for the next one, or closes if it has said so.
    private void WaitForMore()
    {
        if (_isOver || _isHalfClosed || _frames.Streams.Count > 0)
        {
            return;
        }

        if (_isGoingAway)
        {
            _frames.Flush();
            _isHalfClosed = true;
            _connection.ShutdownSend();
            _limit.Set(_loop.NowMs + LingerMs);
        }
        else
        {
            _limit.Set(_loop.NowMs + IdleLimitMs());
        }
    }

    private void OnHead(FrameStream stream, bool isEnd)
    {
        if (++_requests % 20 == 0)
        {
            _frames.Announce(_windows[_loop.Random.Next(_windows.Length)], _streamLimit, TableSizes.Draw(_loop.Random));
        }

        if (stream.Head!["user-agent"] == "ELB-HealthChecker/2.0")
        {
            _frames.SendHead(
                stream, [(":status", "200", true), ("grpc-status", _world.Kind.Targets == TargetProtocolVersion.Grpc ? "12" : "0", true)], isEnd: true);
            return;
        }

        if (_world.Oracle.Arrived(stream.Head, hasBody: !isEnd) is { } record)
        {
            stream.Record = record;
            stream.Plan = record.Answer = AnswerPlan.DrawHttp2(_loop.Random, record.HasBody);
            record.AnsweredBy = _server;
            _world.MalformedAnswers += stream.Plan.Kind is AnswerKind.MalformedHead or AnswerKind.MalformedBody ? 1 : 0;
            Loop.Start(Serve(stream, stream.Plan));
        }
    }

    private void EndIf(FrameStream stream, bool isEnd)
    {
        if (!isEnd)
        {
            return;
        }

        if (stream.Record is { } malformed && malformed.Flaw.IsOfBody())
        {
            _world.Oracle.Violated($"a malformed request came whole to a target: {malformed}");
        }
        else if (stream.Record is { } record && record.HasTrailers != (stream.ReceivedTrailers?["x-checksum"] == "1"))
        {
            _world.Oracle.Violated($"came to a target with other trailers: {record}");
        }

        stream.Whole!.Set();
        if (stream.IsSent)
        {
            FinishUnlessFlawed(stream);
            WaitForMore();
        }
    }

    // The balancer is to reset what is malformed. Source: RFC 9113 §8.1.1.
    private void FinishUnlessFlawed(FrameStream stream)
    {
        if (!stream.IsFlawed)
        {
            _frames.Finish(stream);
        }
    }

    private bool IsGone(FrameStream stream) => _isSilent || _isOver || !_frames.Streams.ContainsKey(stream.Id);

    private async LoopTask Serve(FrameStream stream, AnswerPlan plan)
    {
        if (plan.Kind != AnswerKind.Early)
        {
            await stream.Whole!;
        }

        await new Delay(_loop).For(plan.DelayMs);
        if (!IsGone(stream))
        {
            Answer(stream, _world.AnswerTo(stream.Record!), plan);
        }
    }

    private void Answer(FrameStream stream, RequestRecord record, AnswerPlan plan)
    {
        switch (plan.Kind)
        {
            case AnswerKind.DieBefore:
                Die(plan);
                return;
            case AnswerKind.Silent:
                return;
            case AnswerKind.Reset:
                _frames.Reset(stream, plan.EndsByReset ? ErrorCode.InternalError : ErrorCode.Cancel);
                WaitForMore();
                return;
            case AnswerKind.MalformedHead:
                SendMalformedHead(stream, record);
                return;
            case AnswerKind.GoAway:
                GoAwayWithError(plan);
                return;
            case AnswerKind.ConnectionFault:
                _hasLeft = true;
                _world.FaultyConnections.Add(_connection.RemoteEndPoint);
                _frames.Frame(FrameKind.Data, 0, 0, "of no stream"u8);
                return;
        }

        if (plan.WithInterim)
        {
            _frames.SendHead(stream, [(":status", "103", true), ("link", "</style.css>", true)], isEnd: false);
            stream.IsSending = false;
        }

        bool hasBody = record.Method != "HEAD" && plan.Status is not 204 and not 304;
        if (hasBody)
        {
            stream.Body = new byte[plan.WholeBodyBytes];
            Payload.Fill(stream.Body, Payload.ResponseSeed(record.Id), 0);
            stream.Trailers = plan.Framing == AnswerFraming.ChunkedWithTrailers ? _trailers : [];
            stream.IsFlawed = plan.Kind == AnswerKind.MalformedBody;
            if (stream.IsFlawed && stream.Trailers.Count > 0)
            {
                stream.TrailersLackEnd = _loop.Random.Next(3) == 0;
                stream.Trailers = stream.TrailersLackEnd ? _trailers : [WrongFields.DrawOfTrailers(_loop.Random)];
            }

            stream.HoldsEnd = plan.Kind is AnswerKind.DieInside or AnswerKind.ResetInside or AnswerKind.SilentInside;
        }

        _frames.SendHead(stream, HeadOf(stream, record, plan), isEnd: !hasBody);
        if (hasBody)
        {
            _frames.SendBodies();
        }
        else
        {
            OnSent(stream);
        }
    }

    private List<(string Name, string Value, bool Keeps)> HeadOf(FrameStream stream, RequestRecord record, AnswerPlan plan)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        List<(string Name, string Value, bool Keeps)> head =
        [
            (":status", plan.Status.ToString(invariant), true),
            ("x-id", record.Id.ToString("x16", invariant), false),
        ];
        if (plan.Kind != AnswerKind.Early)
        {
            head.Add(("x-body-hash", stream.BodyHash.ToString("x16", invariant), _loop.Random.Next(4) == 0));
        }

        if (plan.Kind == AnswerKind.HugeHead)
        {
            head.Add(("x-huge", new string('h', 40_000), false));
        }

        if (plan.Framing == AnswerFraming.Length && plan.Status != 204)
        {
            int difference = plan.Kind != AnswerKind.MalformedBody ? 0 : plan.BodyBytes > 0 && _loop.Random.Next(2) == 0 ? -1 : 1;
            int bytes = plan.BodyBytes + difference;
            head.Add(("content-length", bytes.ToString(invariant), false));
        }

        return head;
    }

    private void Die(AnswerPlan plan)
    {
        _hasLeft = true;
        if (plan.EndsByReset)
        {
            _connection.Abort();
        }
        else
        {
            _connection.Close();
        }
    }

    private void SendMalformedHead(FrameStream stream, RequestRecord record)
    {
        if (_world.AnswersAfterAll())
        {
            _frames.SendHead(stream, [(":status", "200", true), ("x-id", record.Id.ToString("x16", CultureInfo.InvariantCulture), false)], isEnd: true);
            _frames.Finish(stream);
            WaitForMore();
            return;
        }

        stream.IsFlawed = true;
        record.IsAnswerFlawed = true;
        if (_world.AnswersNothing())
        {
            return;
        }

        _frames.SendHead(stream, AnswerFlaws.DrawHead(_loop.Random, record.Method != "HEAD", out bool isEnd), isEnd);
    }

    // Some close behind it, at once or soon; some answer whom they still can, or nobody. Source: RFC 9113 §5.4.1, §6.8.
    private void GoAwayWithError(AnswerPlan plan)
    {
        ErrorCode code = _codes[_loop.Random.Next(_codes.Length)];
        bool isFirst = _wentAwayMs == 0;
        _isGoingAway = true;
        _hasLeft = true;
        _wentAwayMs = isFirst ? _loop.NowMs : _wentAwayMs;
        _world.RefusingConnections.Add(_connection.RemoteEndPoint);
        _world.TellGoAway(_connection.RemoteEndPoint, code);
        _frames.GoAway(_lastId, _world.GoesMildly() ? ErrorCode.NoError : code);
        switch (_loop.Random.Next(4))
        {
            case 0:
                _frames.Flush();
                Die(plan);
                break;
            case 1:
                Loop.Start(DieLater(plan));
                break;
            case 2:
                _isSilent = true;
                break;
        }
    }

    private async LoopTask DieLater(AnswerPlan plan)
    {
        await new Delay(_loop).For(_loop.Random.Next(GoAwayGraceMs * 2));
        if (!_isOver)
        {
            Die(plan);
        }
    }

    // Whoever waits behind a GOAWAY with an error is not left waiting.
    private void CheckGoAway()
    {
        long sinceMs = _loop.NowMs - _wentAwayMs;
        if (_wentAwayMs > 0 && !_connection.IsClosed && !_server.IsDoomed && sinceMs > GoAwayGraceMs + GoAwaySlackMs
            && RecordingFaults.LosesNothing(_world.Oracle.Network.PlanOf(_connection)))
        {
            _world.Oracle.Violated($"{this} said GOAWAY with an error, and its connection was kept for {sinceMs} ms, for {string.Join("; ", _frames.Streams.Values.Select(stream => stream.Record))}");
        }
    }

    // Some say first that they are about to, and take what is under way then. Source: RFC 9113 §6.8.
    private async LoopTask GoAway(bool twice)
    {
        if (twice && !_isGoingAway && !_isOver)
        {
            _frames.GoAway(int.MaxValue, ErrorCode.NoError);
            await new Delay(_loop).For(FirstGoAwayMs);
        }

        if (!_isGoingAway && !_isOver)
        {
            Refuse(_lastId);
            WaitForMore();
        }
    }

    private void Refuse(int lastId)
    {
        _isGoingAway = true;
        _world.RefusingConnections.Add(_connection.RemoteEndPoint);
        _frames.GoAway(lastId, ErrorCode.NoError);
    }
}
