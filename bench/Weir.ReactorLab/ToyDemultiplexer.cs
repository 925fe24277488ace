using System.Net;
using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>
/// 128 streams over one connection: one coroutine reads frames and wakes the stream they name, through the ready
/// queue; each stream is a coroutine that sends a frame and waits for its answer. The shape of HTTP/2.
/// </summary>
internal sealed class ToyDemultiplexer(Loop loop, IPEndPoint proxy, Tally tally)
{
    public const int Streams = 128;

    private readonly Signal[] _answered = new Signal[Streams];
    private bool _writing;
    private bool _stop;

    public int Running { get; private set; }

    public void StopSoon() => _stop = true;

    public async LoopTask Run()
    {
        Running = Streams;
        Connection connection = loop.Connect(proxy)!;
        await connection.WhenWritable();
        _ = connection.FinishConnect();
        for (int i = 0; i < Streams; i++)
        {
            _answered[i] = new Signal(loop);
            Loop.Start(RunStream(connection, i));
        }

        byte[] frame = loop.Buffers.Rent(4096);
        while (Running > 0 && await Pipe.ReadExactly(connection, frame, 0, Frame.HeaderBytes, tally))
        {
            (int payload, int id) = Frame.ReadHeader(frame);
            if (!await Pipe.ReadExactly(connection, frame, Frame.HeaderBytes, payload, tally))
            {
                break;
            }

            if (_answered[id].IsSet)
            {
                tally.WrongOwner++;
            }

            _answered[id].Set();
        }

        loop.Buffers.Return(frame);
        connection.Close();
    }

    private async LoopTask RunStream(Connection connection, int id)
    {
        while (!_stop)
        {
            _answered[id].Reset();
            await SendFrame(connection, id);
            await _answered[id];
            tally.Exchanges++;
        }

        Running--;
        if (Running == 0)
        {
            connection.Interrupt();
        }
    }

    // One stream writes at a time: a frame is never cut by another.
    private async LoopTask SendFrame(Connection connection, int id)
    {
        while (_writing)
        {
            await loop.Yield();
        }

        _writing = true;
        byte[] frame = loop.Buffers.Rent(Frame.HeaderBytes + 64);
        Frame.WriteHeader(frame, 64, id);
        await Pipe.WriteAll(connection, frame, 0, Frame.HeaderBytes + 64, tally);
        loop.Buffers.Return(frame);
        _writing = false;
    }
}
