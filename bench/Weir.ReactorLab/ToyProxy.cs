using System.Net;
using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>
/// A proxy of frames, decomposed as the balancer's exchange will be: both directions at once, an early answer, a
/// deadline, an abort. One target connection per client connection; what is measured is the coroutines.
/// </summary>
internal sealed class ToyProxy(Loop loop, IPEndPoint target, Tally tally) : IAcceptTarget
{
    public void OnAccepted(Connection connection) => Loop.Start(Serve(connection));

    public void OnAcceptPaused(int error)
    {
    }

    private async LoopTask Serve(Connection client)
    {
        Connection? upstream = loop.Connect(target);
        if (upstream is not null)
        {
            await upstream.WhenWritable();
            if (upstream.FinishConnect() == ConnectOutcome.Connected)
            {
                while (await ExchangeOne(client, upstream))
                {
                    tally.Exchanges++;
                }
            }

            upstream.Close();
        }

        client.Close();
    }

    // The upload runs as a coroutine of its own while this one awaits the answer; an answer that comes before the
    // upload has ended is passed on at once, and only then is the upload waited for.
    private async LoopTask<bool> ExchangeOne(Connection client, Connection upstream)
    {
        LoopTask<bool> upload = Upload(client, upstream);
        bool answered = await Download(upstream, client);
        if (!upload.IsCompleted)
        {
            tally.EarlyAnswers++;
            if (!answered)
            {
                client.Close();
                upstream.Close();
            }
        }

        return await upload & answered;
    }

    private async LoopTask<bool> Upload(Connection client, Connection upstream)
    {
        bool ok = await PassFrame(client, upstream);
        if (!ok)
        {
            // The client is gone. Closing, unlike an interruption, also reaches a wait that has not begun yet.
            upstream.Close();
        }

        return ok;
    }

    private async LoopTask<bool> Download(Connection upstream, Connection client) => await PassFrame(upstream, client);

    private async LoopTask<bool> PassFrame(Connection from, Connection to)
    {
        if (await from.WhenReadable() == Wake.Interrupted)
        {
            return false;
        }

        byte[] head = loop.Buffers.Rent(Frame.HeaderBytes);
        bool ok = await Pipe.ReadExactly(from, head, 0, Frame.HeaderBytes, tally)
            && await Pipe.WriteAll(to, head, 0, Frame.HeaderBytes, tally);
        int payload = Frame.ReadHeader(head).PayloadBytes;
        loop.Buffers.Return(head);
        return ok && await Pipe.Relay(from, to, payload, tally);
    }
}
