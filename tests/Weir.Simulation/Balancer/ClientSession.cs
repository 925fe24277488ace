using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// One connection of a client: sends its requests and reads the answers at the same time, and gives every request that it
/// began its outcome.
/// </summary>
internal sealed class ClientSession : ClientPeer
{
    private const int SilentReadingMs = 200_000;
    private const int ContinueWaitMs = 1_000;

    // A client that sends nothing more: the idle timeout, the connect's limit, and stalls on the way.
    private const int SilentHungMs = 85_000;

    private readonly int _requests;
    private readonly Delay _think;
    private readonly Delay _readPause;
    private readonly Signal _sendingEnded;
    private readonly Queue<RequestRecord> _outstanding = new();
    private readonly ClientStyle _style;
    private long _silentAtByte = long.MaxValue;
    private bool _receivingEnded;
    private bool _closeAnnounced;

    public ClientSession(BalancerWorld world, SimLoop loop, int number)
        : base(world, loop, number)
    {
        _think = new Delay(loop);
        _readPause = new Delay(loop);
        _sendingEnded = new Signal(loop);
        _requests = 1 + loop.Random.Next(world.Scale.RequestsPerConnection * 2);
        _style = DrawStyle(loop.Random);
    }

    public override bool TakesNothing => _style == ClientStyle.SilentReading;

    protected override TlsContext? Tls => World.Tls.Client;

    protected override RequestRecord? FirstOutstanding => _outstanding.TryPeek(out RequestRecord? record) ? record : null;

    protected override string Manner => _style.ToString();

    protected override int PatienceMs => _style switch
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

    protected override async LoopTask Use()
    {
        if (_style == ClientStyle.Aborting)
        {
            AbortAtMs = Loop.NowMs + Loop.Random.Next(Loop.Random.Next(2) == 0 ? 200 : 20_000);
        }
        else if (_style == ClientStyle.SilentSending)
        {
            _silentAtByte = Loop.Random.Next(Loop.Random.Next(2) == 0 ? 300 : 30_000);
        }

        SetLimit();
        Reactor.Loop.Start(SendAll());
        await ReceiveAll();
        _receivingEnded = true;
        NoteEnd();
        Connection.Close();
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

    protected override void OnLeft()
    {
        _think.Cancel();
        _readPause.Cancel();
    }

    private async LoopTask SendAll()
    {
        for (int i = 0; i < _requests && !_receivingEnded && !Connection.IsClosed; i++)
        {
            ClientRequest request = ClientRequest.Draw(World, this, Loop.Random, isLast: i + 1 == _requests);
            bool waits = _style is ClientStyle.Sequential or ClientStyle.Aborting || Loop.Random.Next(10) == 0;
            if (!await Send(request) || request.Closes)
            {
                break;
            }

            while (waits && _outstanding.Count > 0 && !_receivingEnded)
            {
                await _think.For(HungMs * 2);
            }

            if (waits && !_receivingEnded && Loop.Random.Next(2) == 0)
            {
                await _think.For(Loop.Random.Next(Loop.Random.Next(20) == 0 ? 70_000 : 2_000));
            }
        }

        bool ended = _style == ClientStyle.HalfClosing;
        if (ended && !Connection.IsClosed)
        {
            HasLeft = _outstanding.Count > 0;
            Connection.ShutdownSend();
        }

        while (!_receivingEnded && !ended && _style != ClientStyle.SilentSending && !Connection.IsClosed)
        {
            if (_outstanding.Count == 0)
            {
                Connection.Close();
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
        World.Oracle.Began(record);
        _outstanding.Enqueue(record);
        WasQuiet = Loop.NowMs - Connection.LastActivityMs >= QuietMs;
        if (!await Send(request.Head))
        {
            return false;
        }

        record.SentHead = true;

        if (request.Expects && _style != ClientStyle.Pipelining)
        {
            await _think.For(ContinueWaitMs);
        }

        if (_receivingEnded || !await Send(request.Body))
        {
            return false;
        }

        record.SentWhole = true;
        return !World.SendsTwice() || (await Send(request.Head) && await Send(request.Body));
    }

    private async LoopTask<bool> Send(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            long allowed = Math.Min(bytes.Length - sent, _silentAtByte - Connection.BytesSent);
            if (allowed <= 0)
            {
                return false;
            }

            int n = Connection.Send(bytes.AsSpan(sent, (int)allowed));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            sent += n;
            if (n < allowed)
            {
                await Connection.WhenWritable();
            }
        }

        return true;
    }

    private async LoopTask ReceiveAll()
    {
        var stream = new MessageStream(Connection, new MessageReader(isResponse: true)
        {
            AnswersHead = () => _outstanding.TryPeek(out RequestRecord? record) && record is { Method: "HEAD", SentHead: true },
        });
        await ReceiveAll(stream);
        stream.Release();
    }

    private async LoopTask ReceiveAll(MessageStream stream)
    {
        if (_style == ClientStyle.SilentReading)
        {
            await _readPause.For(SilentReadingMs);
        }

        while (!Connection.IsClosed)
        {
            if (_style == ClientStyle.SlowReading)
            {
                stream.ReceiveLimit = 1 + Loop.Random.Next(4_000);
                await _readPause.For(Loop.Random.Next(200));
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
                    World.Oracle.Violated($"{this} got what is no response: {next} after {stream.Head.StartLine}");
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
            return World.Oracle.Violated($"{this} got a response that it has not asked for: {head.StartLine}");
        }

        bool isAnswer = head.Status >= 200 && World.Oracle.ResponseBegan(record, head);
        long received = 0;
        MessageEvent next;
        while ((next = await stream.Next()) == MessageEvent.Body)
        {
            if (isAnswer)
            {
                World.Oracle.ResponseBody(record, stream.Body, received);
            }

            received += stream.Body.Length;
        }

        if (next != MessageEvent.End)
        {
            return next == MessageEvent.Ended || World.Oracle.Violated($"broken framing in a response: {record}");
        }

        if (head.Status < 200)
        {
            _think.Cancel();
            return true;
        }

        _closeAnnounced = head["Connection"] == "close" || record.IsHttp10;
        if (!World.ThrowsAway(isAnswer))
        {
            _outstanding.Dequeue();
            World.Oracle.ResponseEnded(record, head, isAnswer, received);
            _think.Cancel();
        }

        return true;
    }
}
