using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Echo;

/// <summary>
/// One client of the echo server: makes connections one after another, and on each some exchanges, sending and receiving at
/// the same time, then ends it in one of the ways there are.
/// </summary>
internal sealed class EchoClient : ITimerTarget
{
    private const int ConnectDeadlineMs = 10_000;
    private const int BufferBytes = 16 * 1024;

    private readonly SimLoop _loop;
    private readonly EchoOracle _oracle;
    private readonly EchoScale _scale;
    private readonly int _number;
    private readonly LoopTimer _deadline;
    private readonly Delay _think;
    private readonly Signal _echoed;
    private readonly Signal _sendingEnded;
    private Connection? _connection;
    private long _expectedBytes;
    private bool _receivingEnded;

    public EchoClient(SimLoop loop, EchoOracle oracle, EchoScale scale, int number)
    {
        _loop = loop;
        _oracle = oracle;
        _scale = scale;
        _number = number;
        _deadline = new LoopTimer(loop, this);
        _think = new Delay(loop);
        _echoed = new Signal(loop);
        _sendingEnded = new Signal(loop);
    }

    public void OnTimer(LoopTimer timer)
    {
        _connection!.Abort();
        _think.Cancel();
    }

    public async LoopTask Run(IPEndPoint server)
    {
        for (int i = 0; i < _scale.ConnectionsPerClient; i++)
        {
            await _think.For(_loop.Random.Next(_scale.MaxThinkMs));
            _connection = _loop.Connect(server);
            if (_connection is null)
            {
                continue;
            }

            _deadline.Set(_loop.NowMs + ConnectDeadlineMs);
            await _connection.WhenWritable();
            if (!_connection.IsClosed && _connection.FinishConnect() == ConnectOutcome.Connected)
            {
                await Use(_connection);
            }

            _deadline.Clear();
            _connection.Close();
        }
    }

    private async LoopTask Use(Connection connection)
    {
        _oracle.Opened(connection);
        _deadline.Set(_loop.NowMs + _scale.DeadlineMs);
        _expectedBytes = 0;
        _receivingEnded = false;
        _echoed.Reset();
        _sendingEnded.Reset();
        Loop.Start(SendAll(connection));
        await ReceiveAll(connection);
        _receivingEnded = true;
        _echoed.Set();
        _think.Cancel();
        await _sendingEnded;
    }

    private async LoopTask SendAll(Connection connection)
    {
        byte[] buffer = _loop.Buffers.Rent(BufferBytes);
        int exchanges = 1 + _loop.Random.Next(_scale.ExchangesPerConnection * 2);
        for (int i = 0; i < exchanges && !connection.IsClosed && !_receivingEnded; i++)
        {
            _expectedBytes += SizeOfExchange();
            if (!await SendUpTo(connection, buffer, _expectedBytes))
            {
                break;
            }

            await _echoed;
            _echoed.Reset();
            if (_loop.Random.Next(4) == 0 && !_receivingEnded)
            {
                await _think.For(_loop.Random.Next(_scale.MaxThinkMs));
            }
        }

        _loop.Buffers.Return(buffer);
        EndSending(connection);
        _sendingEnded.Set();
    }

    // Mostly small, sometimes more than both windows hold.
    private int SizeOfExchange() =>
        1 + _loop.Random.Next(_loop.Random.Next(8) == 0 ? _scale.LargeBytes : _scale.SmallBytes);

    private async LoopTask<bool> SendUpTo(Connection connection, byte[] buffer, long end)
    {
        while (connection.BytesSent < end)
        {
            int n = (int)Math.Min(buffer.Length, end - connection.BytesSent);
            EchoPattern.Fill(buffer.AsSpan(0, n), _number, connection.BytesSent);
            int sent = connection.Send(buffer.AsSpan(0, n));
            if (sent == Connection.SendFailed)
            {
                if (!connection.IsClosed)
                {
                    _oracle.Ended(connection);
                }

                return false;
            }

            if (sent < n)
            {
                await connection.WhenWritable();
            }
        }

        return true;
    }

    private void EndSending(Connection connection)
    {
        switch (_loop.Random.Next(6))
        {
            case 0:
                connection.Abort();
                break;
            case 1:
                connection.Close();
                break;
            default:
                connection.ShutdownSend();
                break;
        }
    }

    private async LoopTask ReceiveAll(Connection connection)
    {
        byte[] buffer = _loop.Buffers.Rent(BufferBytes);
        while (true)
        {
            await connection.WhenReadable();
            if (connection.IsClosed)
            {
                break;
            }

            long offset = connection.BytesReceived;
            int n = connection.Receive(buffer.AsSpan(0, 1 + _loop.Random.Next(buffer.Length)));
            if (n == Connection.Ended)
            {
                _oracle.Completed(connection);
                break;
            }

            if (n > 0)
            {
                _oracle.Received(connection, buffer.AsSpan(0, n), _number, offset);
                if (connection.BytesReceived == _expectedBytes)
                {
                    _oracle.Exchanges++;
                    _echoed.Set();
                }
            }
        }

        _loop.Buffers.Return(buffer);
    }
}
