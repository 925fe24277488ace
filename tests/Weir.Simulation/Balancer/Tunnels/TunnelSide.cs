using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// One side of a tunnel, a client's or a target's: sends bytes at its own pace, holds those that come against what the other side
/// sends, and ends as it was drawn. Its session closes the connection.
/// </summary>
internal sealed class TunnelSide
{
    // A little less than the balancer's idle timeout.
    private const int QuietMs = 55_000;
    private const int PieceBytes = 16 * 1024;

    private readonly BalancerWorld _world;
    private readonly SimLoop _loop;
    private readonly Connection _connection;
    private readonly MessageStream _stream;
    private readonly TunnelRecord _record;
    private readonly TunnelDirection _out;
    private readonly TunnelDirection _in;
    private readonly ulong _outSeed;
    private readonly ulong _inSeed;
    private readonly Delay _pause;
    private readonly Delay _readPause;
    private readonly Signal _receivingEnded;
    private readonly Signal _sendingEnded;
    private readonly TunnelEnd _end;
    private readonly bool _readsSlowly;

    public TunnelSide(BalancerWorld world, SimLoop loop, Connection connection, MessageStream stream, RequestRecord request, bool isClient)
    {
        _world = world;
        _loop = loop;
        _connection = connection;
        _stream = stream;
        _record = request.Tunnel!;
        _out = isClient ? _record.ToTarget : _record.ToClient;
        _in = isClient ? _record.ToClient : _record.ToTarget;
        _outSeed = isClient ? Payload.RequestSeed(request.Id) : Payload.ResponseSeed(request.Id);
        _inSeed = isClient ? Payload.ResponseSeed(request.Id) : Payload.RequestSeed(request.Id);
        _pause = new Delay(loop);
        _readPause = new Delay(loop);
        _receivingEnded = new Signal(loop);
        _sendingEnded = new Signal(loop);
        _end = DrawEnd(loop.Random);
        _readsSlowly = loop.Random.Next(6) == 0;
    }

    /// <summary>It has gone without waiting for the other's end.</summary>
    public bool HasLeft { get; private set; }

    public async LoopTask Run()
    {
        Loop.Start(Send());
        await Receive();
        _receivingEnded.Set();
        if (!_in.IsEndGot)
        {
            // It broke off: nobody is there to be sent anything.
            _connection.Close();
        }

        _pause.Cancel();
        await _sendingEnded;
    }

    /// <summary>The connection was closed from elsewhere.</summary>
    public void Cancel()
    {
        _pause.Cancel();
        _readPause.Cancel();
    }

    private static TunnelEnd DrawEnd(LoopRandom random) => random.Next(20) switch
    {
        < 9 => TunnelEnd.First,
        < 16 => TunnelEnd.AfterOther,
        16 => TunnelEnd.Reset,
        17 => TunnelEnd.Close,
        _ => TunnelEnd.Silent,
    };

    private async LoopTask Send()
    {
        int bytes = BodySize.Draw(_loop.Random);
        await SendBytes(_end == TunnelEnd.Reset ? _loop.Random.Next(bytes + 1) : bytes);
        switch (_end)
        {
            case TunnelEnd.AfterOther:
                // If both wait for the other, the balancer's idle timeout ends it.
                _record.IsDisturbed |= ++_record.Waiting > 1;
                await _receivingEnded;
                break;
            case TunnelEnd.Silent:
                _record.IsDisturbed = true;
                await _receivingEnded;
                break;
            case TunnelEnd.Reset or TunnelEnd.Close:
                _record.IsDisturbed = HasLeft = true;
                if (_end == TunnelEnd.Reset)
                {
                    _connection.Abort();
                }
                else
                {
                    _connection.Close();
                }

                break;
        }

        if (!_connection.IsClosed)
        {
            _connection.ShutdownSend();
            _out.IsEndSent = true;
        }

        _sendingEnded.Set();
    }

    private async LoopTask SendBytes(int bytes)
    {
        byte[] piece = _loop.Buffers.Rent(PieceBytes);
        int count = 0;
        int at = 0;
        while (_out.Sent < bytes && !_connection.IsClosed)
        {
            if (at == count)
            {
                await Pause();
                count = Math.Min(1 + _loop.Random.Next(PieceBytes), bytes - (int)_out.Sent);
                at = 0;
                Payload.Fill(piece.AsSpan(0, count), _outSeed, _out.Sent);
                _world.AlterTunnel(piece.AsSpan(0, count));
            }

            int n = _connection.IsClosed ? Connection.SendFailed : _connection.Send(piece.AsSpan(at, count - at));
            if (n == Connection.SendFailed)
            {
                break;
            }

            at += n;
            _out.Sent += n;
            if (at < count)
            {
                await _connection.WhenWritable();
            }
        }

        _loop.Buffers.Return(piece);
    }

    // The end of what comes cuts it short.
    private async LoopTask Pause()
    {
        int ms = _loop.Random.Next(100) == 0 ? _loop.Random.Next(70_000) : _loop.Random.Next(3) == 0 ? _loop.Random.Next(2_000) : 0;
        _record.IsDisturbed |= ms > QuietMs;
        if (ms > 0 && !_receivingEnded.IsSet)
        {
            await _pause.For(ms);
        }
    }

    private async LoopTask Receive()
    {
        while (!_connection.IsClosed)
        {
            if (_readsSlowly)
            {
                _stream.ReceiveLimit = 1 + _loop.Random.Next(8_000);
                await _readPause.For(_loop.Random.Next(100));
            }

            MessageEvent next = await _stream.Next();
            if (next != MessageEvent.Body)
            {
                _in.IsEndGot = next == MessageEvent.End;
                return;
            }

            int difference = Payload.FirstDifference(_stream.Body, _inSeed, _in.Got);
            if (difference >= 0)
            {
                _world.Oracle.Violated($"byte {_in.Got + difference} of a tunnel is not the one that was sent: {_record}");
            }

            _in.Got += _stream.Body.Length;
        }
    }
}
