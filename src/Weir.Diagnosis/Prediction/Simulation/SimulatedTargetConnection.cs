using Weir.Reactor;

namespace Weir.Diagnosis;

/// <summary>One connection of a simulated target. Its requests have no body, so a head is all that comes.</summary>
internal sealed class SimulatedTargetConnection(SimNetwork network, RacePrediction asked, Connection connection)
{
    private const int HeadBytes = 4 * 1024;

    private readonly byte[] _buffer = new byte[HeadBytes];

    // Set by the network's clock, which is finer than the milliseconds of a loop's timers.
    private readonly Signal _handled = new(connection.Loop);

    // Which idleness a timer was set for: one that a request has ended means nothing.
    private int _idleness;

    public async LoopTask Serve()
    {
        int received = 0;
        while (true)
        {
            await connection.WhenReadable();
            int n = connection.IsClosed ? Connection.Ended : connection.Receive(_buffer.AsSpan(received));
            if (n == Connection.WouldBlock)
            {
                continue;
            }

            if (n == Connection.Ended || received + n == HeadBytes)
            {
                break;
            }

            _idleness++;
            received += n;
            if (_buffer.AsSpan(0, received).EndsWith("\r\n\r\n"u8))
            {
                received = 0;
                await Handle();
                if (connection.IsClosed || connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8) < 0)
                {
                    break;
                }

                CloseWhenIdle();
            }
        }

        connection.Close();
    }

    private async LoopTask Handle()
    {
        if (asked.HandlingTime > TimeSpan.Zero)
        {
            _handled.Reset();
            network.After(asked.HandlingTime, () => connection.Loop.Post(_handled.Set));
            await _handled;
        }
    }

    private void CloseWhenIdle()
    {
        int idleness = _idleness;
        TimeSpan spread = asked.ClosesUntil - asked.ClosesFrom;
        network.After(asked.ClosesFrom + (spread * connection.Loop.Random.NextDouble()), () => connection.Loop.Post(() =>
        {
            if (_idleness == idleness && !connection.IsClosed)
            {
                connection.Close();
            }
        }));
    }
}
