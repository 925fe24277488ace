using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// One connection of a client: sends its requests and reads the answers at the same time, and gives every request that it
/// began its outcome.
/// </summary>
internal sealed class ClientSession : ITimerTarget
{
    private const int ConnectLimitMs = 150_000;
    private const int SilentReadingMs = 200_000;
    private const int ContinueWaitMs = 1_000;

    // A little less than the balancer's idle timeout.
    private const int QuietMs = 58_000;

    // More than the balancer's idle timeout, the connect's limit and every stall together.
    private const int HungMs = 180_000;

    // A client that sends nothing more: the idle timeout, the connect's limit, and stalls on the way.
    private const int SilentHungMs = 85_000;

    // Longer than the balancer waits for it.
    private static readonly TimeSpan _handshakeLimit = TimeSpan.FromSeconds(60);

    private readonly BalancerWorld _world;
    private readonly SimLoop _loop;
    private readonly int _number;
    private readonly int _requests;
    private readonly LoopTimer _limit;
    private readonly Delay _think;
    private readonly Delay _readPause;
    private readonly Signal _sendingEnded;
    private readonly Queue<RequestRecord> _outstanding = new();
    private Connection _connection = null!;
    private long _silentAtByte = long.MaxValue;
    private long _abortAtMs = long.MaxValue;
    private bool _receivingEnded;
    private bool _closeAnnounced;

    public ClientSession(BalancerWorld world, SimLoop loop, int number)
    {
        _world = world;
        _loop = loop;
        _number = number;
        _limit = new LoopTimer(loop, this);
        _think = new Delay(loop);
        _readPause = new Delay(loop);
        _sendingEnded = new Signal(loop);
        _requests = 1 + loop.Random.Next(world.Scale.RequestsPerConnection * 2);
        Style = DrawStyle(loop.Random);
    }

    public ClientStyle Style { get; }

    /// <summary>Nothing on its path is lost or reset: whatever happens is somebody's doing.</summary>
    public bool IsOnCleanPath { get; private set; }

    /// <summary>It has ended the connection (or its direction) itself, before all answers were there.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>It had been quiet long enough to be closed for that, about when it ended.</summary>
    public bool WasQuiet { get; private set; }

    /// <summary>How the connection ended, as it saw it.</summary>
    public ConnectionEnd End { get; private set; }

    public IPEndPoint? LocalEndPoint { get; private set; }

    public async LoopTask Run(IPEndPoint balancer)
    {
        _connection = _loop.Connect(balancer)!;
        IsOnCleanPath = RecordingFaults.LosesNothing(_world.Faults.Last);
        _limit.Set(_loop.NowMs + ConnectLimitMs);
        await _connection.WhenWritable();
        if (!_connection.IsClosed && _connection.FinishConnect() == ConnectOutcome.Connected && await Agree())
        {
            LocalEndPoint = _connection.LocalEndPoint;
            _world.Oracle.Opened(this);
            await Use();
        }

        _limit.Clear();
        _connection.Close();
    }

    public void OnTimer(LoopTimer timer)
    {
        long now = _loop.NowMs;
        if (now >= _abortAtMs || LocalEndPoint is null)
        {
            Leave(reset: _loop.Random.Next(2) == 0);
        }
        else if (now - _connection.LastActivityMs >= PatienceMs)
        {
            if (IsOnCleanPath && _outstanding.Count > 0)
            {
                _world.Oracle.Violated($"nothing has happened for minutes: {_outstanding.Peek()}");
            }

            Leave(reset: true);
        }
        else
        {
            SetLimit();
        }
    }

    public override string ToString() => $"client {_number} at {LocalEndPoint}";

    private int PatienceMs => Style switch
    {
        ClientStyle.SilentReading => HungMs + SilentReadingMs,
        ClientStyle.SilentSending => SilentHungMs,
        _ => HungMs,
    };

    private static ClientStyle DrawStyle(LoopRandom random) => random.Next(20) switch
    {
        < 9 => ClientStyle.Sequential,
        < 14 => ClientStyle.Pipelining,
        14 => ClientStyle.Aborting,
        15 => ClientStyle.HalfClosing,
        16 or 17 => ClientStyle.SlowReading,
        18 => ClientStyle.SilentSending,
        _ => ClientStyle.SilentReading,
    };

    // True: the connection can be used.
    private async LoopTask<bool> Agree()
    {
        if (_world.Tls.Client is not { } context)
        {
            return true;
        }

        var connection = new TlsConnection(_connection, context);
        _connection = connection;
        TlsHandshakeOutcome outcome = await connection.Handshake(_handshakeLimit);
        return outcome.Result == TlsHandshakeResult.Done;
    }

    private async LoopTask Use()
    {
        if (Style == ClientStyle.Aborting)
        {
            _abortAtMs = _loop.NowMs + _loop.Random.Next(_loop.Random.Next(2) == 0 ? 200 : 20_000);
        }
        else if (Style == ClientStyle.SilentSending)
        {
            _silentAtByte = _loop.Random.Next(_loop.Random.Next(2) == 0 ? 300 : 30_000);
        }

        SetLimit();
        Loop.Start(SendAll());
        await ReceiveAll();
        _receivingEnded = true;
        End = _connection.End;
        WasQuiet |= _loop.NowMs - _connection.LastActivityMs >= QuietMs;
        _connection.Close();
        _think.Cancel();
        await _sendingEnded;
        bool isBehindCut = false;
        foreach (RequestRecord record in _outstanding)
        {
            record.Outcome = RequestOutcome.Cut;
            record.IsBehindClose |= _closeAnnounced;
            record.IsBehindCut = isBehindCut;
            isBehindCut = true;
        }
    }

    private void SetLimit() => _limit.Set(Math.Min(_abortAtMs, _loop.NowMs + Math.Min(PatienceMs, HungMs)));

    private void Leave(bool reset)
    {
        HasLeft = true;
        if (reset)
        {
            _connection.Abort();
        }
        else
        {
            _connection.Close();
        }

        _think.Cancel();
        _readPause.Cancel();
    }

    private async LoopTask SendAll()
    {
        for (int i = 0; i < _requests && !_receivingEnded && !_connection.IsClosed; i++)
        {
            ClientRequest request = ClientRequest.Draw(_world, this, _loop.Random, isLast: i + 1 == _requests);
            bool waits = Style is ClientStyle.Sequential or ClientStyle.Aborting || _loop.Random.Next(10) == 0;
            if (!await Send(request) || request.Closes)
            {
                break;
            }

            while (waits && _outstanding.Count > 0 && !_receivingEnded)
            {
                await _think.For(HungMs * 2);
            }

            if (waits && !_receivingEnded && _loop.Random.Next(2) == 0)
            {
                await _think.For(_loop.Random.Next(_loop.Random.Next(20) == 0 ? 70_000 : 2_000));
            }
        }

        bool ended = Style == ClientStyle.HalfClosing;
        if (ended && !_connection.IsClosed)
        {
            HasLeft = _outstanding.Count > 0;
            _connection.ShutdownSend();
        }

        while (!_receivingEnded && !ended && Style != ClientStyle.SilentSending && !_connection.IsClosed)
        {
            if (_outstanding.Count == 0)
            {
                _connection.Close();
                break;
            }

            await _think.For(HungMs * 2);
        }

        _sendingEnded.Set();
    }

    // False: no more can be sent.
    private async LoopTask<bool> Send(ClientRequest request)
    {
        RequestRecord record = request.Record;
        record.IsBehindClose = _closeAnnounced;
        _world.Oracle.Began(record);
        _outstanding.Enqueue(record);
        WasQuiet = _loop.NowMs - _connection.LastActivityMs >= QuietMs;
        if (!await Send(request.Head))
        {
            return false;
        }

        record.SentHead = true;

        if (request.Expects && Style != ClientStyle.Pipelining)
        {
            await _think.For(ContinueWaitMs);
        }

        if (_receivingEnded || !await Send(request.Body))
        {
            return false;
        }

        record.SentWhole = true;
        return !_world.SendsTwice() || (await Send(request.Head) && await Send(request.Body));
    }

    private async LoopTask<bool> Send(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            long allowed = Math.Min(bytes.Length - sent, _silentAtByte - _connection.BytesSent);
            if (allowed <= 0)
            {
                return false;
            }

            int n = _connection.Send(bytes.AsSpan(sent, (int)allowed));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            sent += n;
            if (n < allowed)
            {
                await _connection.WhenWritable();
            }
        }

        return true;
    }

    private async LoopTask ReceiveAll()
    {
        var stream = new MessageStream(_connection, new MessageReader(isResponse: true)
        {
            AnswersHead = () => _outstanding.TryPeek(out RequestRecord? record) && record is { Method: "HEAD", SentHead: true },
        });
        await ReceiveAll(stream);
        stream.Release();
    }

    private async LoopTask ReceiveAll(MessageStream stream)
    {
        if (Style == ClientStyle.SilentReading)
        {
            await _readPause.For(SilentReadingMs);
        }

        while (!_connection.IsClosed)
        {
            if (Style == ClientStyle.SlowReading)
            {
                stream.ReceiveLimit = 1 + _loop.Random.Next(4_000);
                await _readPause.For(_loop.Random.Next(200));
            }

            MessageEvent next = await stream.Next();
            if (next == MessageEvent.Head)
            {
                if (!await ReceiveResponse(stream))
                {
                    return;
                }
            }
            else
            {
                if (next != MessageEvent.Ended)
                {
                    _world.Oracle.Violated($"{this} got what is no response: {next} after {stream.Head.StartLine}");
                }

                return;
            }
        }
    }

    private async LoopTask<bool> ReceiveResponse(MessageStream stream)
    {
        MessageHead head = stream.Head;
        if (!_outstanding.TryPeek(out RequestRecord? record) || _closeAnnounced)
        {
            return _world.Oracle.Violated($"{this} got a response that it has not asked for: {head.StartLine}");
        }

        bool isAnswer = head.Status >= 200 && _world.Oracle.ResponseBegan(record, head);
        long received = 0;
        MessageEvent next;
        while ((next = await stream.Next()) == MessageEvent.Body)
        {
            if (isAnswer)
            {
                _world.Oracle.ResponseBody(record, stream.Body, received);
            }

            received += stream.Body.Length;
        }

        if (next != MessageEvent.End)
        {
            return next == MessageEvent.Ended || _world.Oracle.Violated($"broken framing in a response: {record}");
        }

        if (head.Status < 200)
        {
            _think.Cancel();
            return true;
        }

        _closeAnnounced = head["Connection"] == "close" || record.IsHttp10;
        if (!_world.ThrowsAway(isAnswer))
        {
            _outstanding.Dequeue();
            _world.Oracle.ResponseEnded(record, head, isAnswer, received);
            _think.Cancel();
        }

        return true;
    }
}
