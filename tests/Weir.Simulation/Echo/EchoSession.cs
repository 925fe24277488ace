using Weir.Reactor;

namespace Weir.Simulation.Echo;

/// <summary>One connection of the echo server.</summary>
internal sealed class EchoSession : ITimerTarget
{
    private const int IdleMs = 60_000;
    private const int EarlyCloseWithinBytes = 100_000;

    private readonly SimLoop _loop;
    private readonly Connection _connection;
    private readonly EchoOracle _oracle;
    private readonly LoopTimer _idle;
    private readonly long _closeAfterBytes;
    private readonly bool _aborts;

    public EchoSession(SimLoop loop, Connection connection, EchoOracle oracle)
    {
        _loop = loop;
        _connection = connection;
        _oracle = oracle;
        _idle = new LoopTimer(loop, this);
        _closeAfterBytes = loop.Random.Next(5) == 0 ? loop.Random.Next(EarlyCloseWithinBytes) : long.MaxValue;
        _aborts = loop.Random.Next(2) == 0;
    }

    public void OnTimer(LoopTimer timer) => _connection.Abort();

    public async LoopTask Run()
    {
        byte[] buffer = _loop.Buffers.Rent(_loop.Random.Next(2) == 0 ? 4 * 1024 : 16 * 1024);
        bool open = true;
        while (open && !_connection.IsClosed)
        {
            _idle.Set(_loop.NowMs + IdleMs);
            await _connection.WhenReadable();
            open = await Echo(buffer);
        }

        _idle.Clear();
        _loop.Buffers.Return(buffer);
        if (_aborts && _connection.BytesReceived >= _closeAfterBytes)
        {
            _connection.Abort();
        }
        else
        {
            _connection.Close();
        }
    }

    private async LoopTask<bool> Echo(byte[] buffer)
    {
        if (_connection.IsClosed)
        {
            return false;
        }

        int n = _connection.Receive(buffer);
        if (n == Connection.Ended)
        {
            _oracle.Completed(_connection);
            return false;
        }

        for (int sent = 0; sent < n;)
        {
            int taken = _connection.Send(buffer.AsSpan(sent, n - sent));
            if (taken == Connection.SendFailed)
            {
                if (!_connection.IsClosed)
                {
                    _oracle.Ended(_connection);
                }

                return false;
            }

            sent += taken;
            if (sent < n)
            {
                await _connection.WhenWritable();
            }
        }

        return _connection.BytesReceived < _closeAfterBytes;
    }
}
