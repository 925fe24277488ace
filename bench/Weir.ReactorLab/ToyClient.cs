using System.Net;
using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>Sends frames of its own id and checks that what comes back is its own. One in <c>abortEvery</c> ends abruptly and connects anew.</summary>
internal sealed class ToyClient(Loop loop, IPEndPoint proxy, Tally tally, int firstId) : ITimerTarget
{
    private readonly LoopTimer[] _timers = new LoopTimer[1];
    private int _nextId = firstId;
    private int _running;
    private bool _stop;

    public int PayloadBytes { get; set; } = 100;

    /// <summary>0: never.</summary>
    public int AbortEvery { get; set; }

    public int Running => _running;

    public void Start(int connections)
    {
        for (int i = 0; i < connections; i++)
        {
            _running++;
            Loop.Start(Run());
        }
    }

    public void StopSoon() => _stop = true;

    /// <summary>A deadline that ends everything, by a timer of the loop.</summary>
    public void StopAt(long ms)
    {
        _timers[0] ??= new LoopTimer(loop, this);
        _timers[0].Set(ms);
    }

    public void OnTimer(LoopTimer timer)
    {
        tally.Timeouts++;
        _stop = true;
    }

    private async LoopTask Run()
    {
        while (!_stop)
        {
            Connection? connection = loop.Connect(proxy);
            if (connection is null)
            {
                break;
            }

            await connection.WhenWritable();
            if (connection.FinishConnect() == ConnectOutcome.Connected)
            {
                await Use(connection, _nextId++);
            }

            connection.Close();
        }

        _running--;
    }

    private async LoopTask Use(Connection connection, int id)
    {
        byte[] buffer = loop.Buffers.Rent(Frame.HeaderBytes + PayloadBytes + 1);
        while (!_stop)
        {
            int payload = PayloadBytes - (int)(tally.Exchanges & 1);
            Frame.WriteHeader(buffer, payload, id);
            if (AbortEvery > 0 && loop.Random.Next(AbortEvery) == 0)
            {
                // Half a frame, then a reset: descriptor numbers are reused at once.
                await Pipe.WriteAll(connection, buffer, 0, Frame.HeaderBytes + (payload / 2), tally);
                tally.Aborts++;
                connection.Abort();
                break;
            }

            if (!await Exchange(connection, buffer, payload, id))
            {
                break;
            }

            tally.Exchanges++;
        }

        loop.Buffers.Return(buffer);
    }

    private async LoopTask<bool> Exchange(Connection connection, byte[] buffer, int payload, int id)
    {
        if (!await Pipe.WriteAll(connection, buffer, 0, Frame.HeaderBytes + payload, tally)
            || !await Pipe.ReadExactly(connection, buffer, 0, Frame.HeaderBytes + payload, tally))
        {
            return false;
        }

        if (Frame.ReadHeader(buffer).Id != id)
        {
            tally.WrongOwner++;
        }

        return true;
    }
}
