using System.Globalization;
using System.Text;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>One connection of a target: it holds each request against what a client has sent, and answers by plan.</summary>
internal sealed class TargetSession : ITimerTarget
{
    // Longer than the balancer waits for anything.
    private const int PatienceMs = 400_000;
    private const int LingerMs = 2_000;

    private readonly TargetServer _server;
    private readonly BalancerWorld _world;
    private readonly SimLoop _loop;
    private readonly Connection _connection;
    private readonly MessageStream _stream;
    private readonly LoopTimer _limit;
    private readonly Delay _delay;
    private readonly int _requestLimit;
    private readonly bool _announcesLimit;
    private int _requests;
    private bool _halfClosed;
    private bool _isTunnel;
    private ulong _bodyHash;
    private long _bodyBytes;

    public TargetSession(TargetServer server, Connection connection)
    {
        _server = server;
        _world = server.World;
        _loop = server.Loop;
        _connection = connection;
        _stream = new MessageStream(connection, new MessageReader(isResponse: false));
        _limit = new LoopTimer(_loop, this);
        _delay = new Delay(_loop);
        _requestLimit = server.Style == TargetStyle.Limited ? 1 + _loop.Random.Next(30) : int.MaxValue;
        _announcesLimit = _loop.Random.Next(2) == 0;
    }

    public async LoopTask Run()
    {
        bool open = true;
        while (open && _requests < _requestLimit)
        {
            _limit.Set(_loop.NowMs + IdleLimitMs());
            open = await _stream.Next() switch
            {
                MessageEvent.Head => await Serve(_stream.Head),
                MessageEvent.Malformed => _world.Oracle.Violated($"a target got what is no request: {_stream.Head.StartLine}"),
                _ => false,
            };
        }

        _limit.Clear();
        _stream.Release();
        _connection.Close();
    }

    public void OnTimer(LoopTimer timer)
    {
        if (_isTunnel && _loop.NowMs - _connection.LastActivityMs < PatienceMs)
        {
            _limit.Set(_connection.LastActivityMs + PatienceMs);
            return;
        }

        bool isIdle = _stream.Reader.IsBetweenMessages;
        if (isIdle && !_halfClosed && _server.Style == TargetStyle.Apache)
        {
            _halfClosed = true;
            _connection.ShutdownSend();
            _limit.Set(_loop.NowMs + LingerMs);
        }
        else
        {
            _connection.Close();
        }
    }

    private int IdleLimitMs() => _server.Style switch
    {
        TargetStyle.Node => 5_000 + _loop.Random.Next(1_000),
        TargetStyle.Apache => 5_000,
        TargetStyle.Gunicorn => 2_000,
        _ => PatienceMs,
    };

    private async LoopTask<bool> Serve(MessageHead head)
    {
        _requests++;
        _limit.Set(_loop.NowMs + PatienceMs);
        _bodyHash = Payload.EmptyHash;
        _bodyBytes = 0;
        if (head["User-Agent"] == "ELB-HealthChecker/2.0")
        {
            await Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return false;
        }

        RequestRecord? record = _halfClosed ? null : _world.Oracle.Arrived(head, hasBody: (head["Content-Length"] ?? head["Transfer-Encoding"]) is not null);
        if (record is null)
        {
            // Swallowed, as Apache does while it lingers; or nothing that a client has sent.
            return await ReadBody(record) && _halfClosed;
        }

        AnswerPlan plan = AnswerPlan.Draw(_loop.Random, record.HasBody);
        plan = record.IsWebSocket && plan.Kind == AnswerKind.Normal && _loop.Random.Next(10) != 0
            ? plan with { Kind = AnswerKind.Tunnel, Status = 101 }
            : plan;
        record.Answer = plan;
        record.AnsweredBy = _server;
        if (plan.Kind != AnswerKind.Early && !await ReadBody(record))
        {
            return false;
        }

        await _delay.For(plan.DelayMs);
        return !_connection.IsClosed && await Answer(_world.AnswerTo(record), plan);
    }

    // False: it did not come whole.
    private async LoopTask<bool> ReadBody(RequestRecord? record)
    {
        while (true)
        {
            MessageEvent next = await _stream.Next();
            if (next == MessageEvent.Body)
            {
                if (record is not null)
                {
                    _world.Oracle.RequestBody(record, _stream.Body, _bodyBytes);
                }

                _bodyHash = Payload.Hash(_bodyHash, _stream.Body);
                _bodyBytes += _stream.Body.Length;
                continue;
            }

            if (next == MessageEvent.Malformed)
            {
                _world.Oracle.Violated($"a target got broken framing: {record}");
            }

            // With a length its whole body may have gone on before more came, or trailers.
            if (next == MessageEvent.End && record is { Flaw: > RequestFlaw.None and var flaw }
                && (flaw == RequestFlaw.TooShort || _stream.Head["Content-Length"] is null))
            {
                _world.Oracle.Violated($"a malformed request came whole to a target: {record}");
            }

            // Bytes that nobody asked for are taken for the answer, behind which the next request comes.
            bool isSpoilt = _world.SpoiltConnections.Contains(_connection.RemoteEndPoint);
            if (next == MessageEvent.End && _stream.UnreadBytes > 0 && !isSpoilt)
            {
                _world.Oracle.Violated($"bytes came behind a request that is not answered yet: {record}");
            }

            return next == MessageEvent.End;
        }
    }

    private async LoopTask<bool> Answer(RequestRecord record, AnswerPlan plan)
    {
        switch (plan.Kind)
        {
            case AnswerKind.Tunnel:
                return await UseTunnel(record);
            case AnswerKind.DieBefore:
                return End(plan);
            case AnswerKind.Silent:
                await _stream.Next();
                return false;
            case AnswerKind.MalformedHead:
                await Send("HTTP/1.1 two hundred\r\nContent-Length: 0\r\n\r\n");
                return await Linger();
        }

        if (plan.WithInterim && !await Send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"))
        {
            return false;
        }

        bool closes = plan.AnnouncesClose || plan.Framing == AnswerFraming.UntilClose || plan.Kind == AnswerKind.Early
            || (_announcesLimit && _requests == _requestLimit);
        if (!await Send(HeadOf(record, plan, closes)) || !await SendBody(record, plan))
        {
            return false;
        }

        switch (plan.Kind)
        {
            case AnswerKind.DieInside when record.Method != "HEAD":
                return End(plan);
            case AnswerKind.SilentInside when record.Method != "HEAD":
                await _stream.Next();
                return false;
            case AnswerKind.ExtraBytes:
                _world.SpoiltConnections.Add(_connection.RemoteEndPoint);
                return await Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX-Id: 0\r\n\r\nnot asked");
        }

        return closes ? await Linger() : true;
    }

    private async LoopTask<bool> UseTunnel(RequestRecord record)
    {
        _isTunnel = true;
        record.Tunnel = new TunnelRecord();
        string id = record.Id.ToString("x16", CultureInfo.InvariantCulture);
        string head = $"HTTP/1.1 101 Switching Protocols\r\nX-Id: {id}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        if (await Send(head))
        {
            _stream.Reader.BeginTunnel();
            await new TunnelSide(_world, _loop, _connection, _stream, record, isClient: false).Run();
        }

        return false;
    }

    private string HeadOf(RequestRecord record, AnswerPlan plan, bool closes)
    {
        var head = new StringBuilder(256);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        head.Append(invariant, $"HTTP/1.1 {plan.Status} Answer\r\nX-Id: {record.Id:x16}\r\n");
        if (plan.Kind != AnswerKind.Early)
        {
            head.Append(invariant, $"X-Body-Hash: {_bodyHash:x16}\r\n");
        }

        if (plan.Kind == AnswerKind.HugeHead)
        {
            head.Append(invariant, $"X-Huge: {new string('h', 40_000)}\r\n");
        }

        if (_server.Style == TargetStyle.Node)
        {
            head.Append("Keep-Alive: timeout=5\r\n");
        }

        if (plan.Framing is AnswerFraming.Chunked or AnswerFraming.ChunkedWithTrailers)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (plan.Framing == AnswerFraming.Length && plan.Status != 204)
        {
            head.Append(invariant, $"Content-Length: {plan.BodyBytes}\r\n");
        }

        return head.Append(closes ? "Connection: close\r\n\r\n" : "\r\n").ToString();
    }

    private async LoopTask<bool> SendBody(RequestRecord record, AnswerPlan plan)
    {
        if (record.Method == "HEAD" || plan.Status is 204 or 304)
        {
            return true;
        }

        bool chunked = plan.Framing is AnswerFraming.Chunked or AnswerFraming.ChunkedWithTrailers;
        byte[] piece = _loop.Buffers.Rent(16 * 1024);
        bool ok = true;
        for (int sent = 0; ok && sent < plan.WholeBodyBytes;)
        {
            int n = Math.Min(1 + _loop.Random.Next(piece.Length), plan.WholeBodyBytes - sent);
            Payload.Fill(piece.AsSpan(0, n), Payload.ResponseSeed(record.Id), sent);
            sent += n;
            ok = (!chunked || await Send($"{n:x}\r\n"))
                && await Send(piece, n)
                && (!chunked || await Send(plan.Kind == AnswerKind.MalformedBody ? "!!" : "\r\n"));
        }

        _loop.Buffers.Return(piece);
        bool endsHere = ok && chunked && plan.Kind is not AnswerKind.DieInside and not AnswerKind.SilentInside;
        return endsHere
            ? await Send(plan.Framing == AnswerFraming.Chunked ? "0\r\n\r\n" : "0\r\nX-Trailer: one\r\nX-Other: two\r\n\r\n")
            : ok;
    }

    private bool End(AnswerPlan plan)
    {
        if (plan.EndsByReset)
        {
            _connection.Abort();
        }
        else
        {
            _connection.Close();
        }

        return false;
    }

    // In order: FIN, and what still comes is thrown away, so that no reset overtakes the answer. Some do not bother.
    private async LoopTask<bool> Linger()
    {
        if (_loop.Random.Next(8) != 0)
        {
            _connection.ShutdownSend();
            _limit.Set(_loop.NowMs + LingerMs);
            while (await _stream.Next() is MessageEvent.Body or MessageEvent.End or MessageEvent.Head)
            {
            }
        }

        return false;
    }

    private async LoopTask<bool> Send(string text)
    {
        byte[] bytes = _loop.Buffers.Rent(text.Length);
        int n = Encoding.ASCII.GetBytes(text, bytes);
        bool ok = await Send(bytes, n);
        _loop.Buffers.Return(bytes);
        return ok;
    }

    private async LoopTask<bool> Send(byte[] bytes, int count)
    {
        for (int sent = 0; sent < count;)
        {
            int n = _connection.Send(bytes.AsSpan(sent, count - sent));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            sent += n;
            if (sent < count)
            {
                await _connection.WhenWritable();
            }
        }

        return true;
    }
}
