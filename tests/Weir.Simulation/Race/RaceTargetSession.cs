using System.Text;
using Weir.Reactor;
using Weir.Simulation.Balancer;

namespace Weir.Simulation.Race;

/// <summary>One connection of the target: answers what comes, and ends it when it has been idle for as long as the style says.</summary>
internal sealed class RaceTargetSession : ITimerTarget
{
    private const int FirstRequestMs = 60_000;
    // Longer than anything takes.
    private const int PatienceMs = 400_000;

    // Source: Apache httpd, MAX_SECS_TO_LINGER
    private const int SwallowMs = 2_000;

    // Source: gunicorn, gthread worker: idle connections are looked at once a second
    private const int PollMs = 1_000;

    private readonly RaceWorld _world;
    private readonly SimLoop _loop;
    private readonly Connection _connection;
    private readonly MessageStream _stream;
    private readonly LoopTimer _idle;
    private readonly Delay _handling;

    public RaceTargetSession(RaceWorld world, SimLoop loop, Connection connection)
    {
        _world = world;
        _loop = loop;
        _connection = connection;
        _stream = new MessageStream(connection, new MessageReader(isResponse: false));
        _idle = new LoopTimer(loop, this);
        _handling = new Delay(loop);
    }

    /// <summary>When it ended the connection for its idleness, in the network's time; 0: it did not.</summary>
    public long ClosedMicros { get; private set; }

    private RaceDay Day => _world.Day;

    public async LoopTask Run()
    {
        _idle.Set(_loop.NowMs + FirstRequestMs);
        while (await _stream.Next() == MessageEvent.Head && await Serve(_stream.Head))
        {
        }

        _idle.Clear();
        _stream.Release();
        _connection.Close();
    }

    public void OnTimer(LoopTimer timer)
    {
        if (ClosedMicros != 0)
        {
            // It has lingered for long enough.
            _connection.Close();
        }
        else if (_stream.Reader.IsBetweenMessages || Day.TimerRunsOn)
        {
            CloseIdle();
        }
    }

    private void CloseIdle()
    {
        ClosedMicros = _world.Network.NowMicros;
        _world.Closed();
        switch (Day.Style)
        {
            case RaceTargetStyle.Apache:
                _connection.ShutdownSend();
                _idle.Set(_loop.NowMs + SwallowMs);
                break;
            case RaceTargetStyle.Resetting:
                _connection.Abort();
                break;
            default:
                _connection.Close();
                break;
        }
    }

    private async LoopTask<bool> Serve(MessageHead head)
    {
        bool isSwallowed = ClosedMicros != 0;
        if (!isSwallowed && !Day.TimerRunsOn)
        {
            _idle.Set(_loop.NowMs + PatienceMs);
        }

        bool isHealthCheck = head["User-Agent"] == "ELB-HealthChecker/2.0";
        RaceRequest? request = isHealthCheck || isSwallowed ? null : _world.Ledger.Find(head["X-Id"]);
        if (!await ReadBody(request))
        {
            return false;
        }

        if (isHealthCheck)
        {
            await Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return false;
        }

        if (isSwallowed || ClosedMicros != 0)
        {
            return isSwallowed;
        }

        if (request is null || head.StartLine != $"{request.Method} {request.Path} HTTP/1.1")
        {
            _world.Ledger.Violated($"the target got a request that no client has sent: {head.StartLine}, X-Id {head["X-Id"]}");
            return false;
        }

        return await Handle(request, head);
    }

    private async LoopTask<bool> Handle(RaceRequest request, MessageHead head)
    {
        request.Handled += _world.Strikes(RacePlant.Repeated) ? 2 : 1;
        await _handling.For(HandlingMs());
        if (_connection.IsClosed || _world.Strikes(RacePlant.Unexplained))
        {
            return false;
        }

        // Apache says it only to those who ask. Source: Apache httpd, http_protocol.c
        bool advertises = Day.AdvertisedSeconds > 0
            || (Day.Style == RaceTargetStyle.Apache && head["Connection"]?.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) == true);
        string hint = advertises ? "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n" : "";
        string body = request.Method == "HEAD" ? "" : "answer";
        bool sent = await Send(
            $"HTTP/1.1 200 OK\r\n{hint}X-Id: {_world.AnswerTo(request).Id:x16}\r\nContent-Length: 6\r\n\r\n{body}");
        _idle.Set(ClosesAtMs());
        return sent;
    }

    private int HandlingMs() => Day.TimerRunsOn
        ? Day.RunOnMicros / 1000
        : (int)Math.Round(-Math.Log(1 - _loop.Random.NextDouble()) * Day.MeanHandlingMicros / 1000);

    private long ClosesAtMs()
    {
        long dueMs = _loop.NowMs + (long)Day.ClosesFrom.TotalMilliseconds;
        return Day.Style switch
        {
            RaceTargetStyle.Gunicorn => (dueMs + PollMs - 1) / PollMs * PollMs,
            RaceTargetStyle.Erratic => dueMs + _loop.Random.Next((int)(Day.ClosesUntil - Day.ClosesFrom).TotalMilliseconds),
            _ => dueMs,
        };
    }

    // False: it did not come whole.
    private async LoopTask<bool> ReadBody(RaceRequest? request)
    {
        long bodyBytes = 0;
        while (true)
        {
            MessageEvent next = await _stream.Next();
            if (next == MessageEvent.Body)
            {
                if (request is not null && Payload.FirstDifference(_stream.Body, Payload.RequestSeed(request.Id), bodyBytes) >= 0)
                {
                    _world.Ledger.Violated($"a byte of the body is not the one that was sent: {request}");
                }

                bodyBytes += _stream.Body.Length;
                continue;
            }

            bool isWhole = next == MessageEvent.End;
            if (isWhole && request is not null && bodyBytes != request.BodyBytes)
            {
                _world.Ledger.Violated($"{bodyBytes} bytes of the body came: {request}");
            }

            return isWhole;
        }
    }

    private async LoopTask<bool> Send(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        return await _connection.SendAll(bytes);
    }
}
