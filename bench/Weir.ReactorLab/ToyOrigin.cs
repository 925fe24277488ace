using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>Answers each frame with one of the same id; a payload of odd length gets its answer before it was read.</summary>
internal sealed class ToyOrigin(Loop loop, Tally tally) : IAcceptTarget
{
    public void OnAccepted(Connection connection) => Loop.Start(Serve(connection));

    public void OnAcceptPaused(int error)
    {
    }

    private async LoopTask Serve(Connection connection)
    {
        byte[] buffer = loop.Buffers.Rent(64 * 1024);
        while (await Answer(connection, buffer))
        {
            tally.Exchanges++;
        }

        loop.Buffers.Return(buffer);
        connection.Close();
    }

    private async LoopTask<bool> Answer(Connection connection, byte[] buffer)
    {
        if (!await Pipe.ReadExactly(connection, buffer, 0, Frame.HeaderBytes, tally))
        {
            return false;
        }

        (int payload, int _) = Frame.ReadHeader(buffer);
        bool early = (payload & 1) != 0;
        if (early && !await Pipe.WriteAll(connection, buffer, 0, Frame.HeaderBytes, tally))
        {
            return false;
        }

        // The answer echoes the payload when it is not early; the head was 8 bytes, kept in front of it.
        if (early)
        {
            return await Pipe.ReadExactly(connection, buffer, Frame.HeaderBytes, payload, tally)
                && await Pipe.WriteAll(connection, buffer, Frame.HeaderBytes, payload, tally);
        }

        return await Pipe.ReadExactly(connection, buffer, Frame.HeaderBytes, payload, tally)
            && await Pipe.WriteAll(connection, buffer, 0, Frame.HeaderBytes + payload, tally);
    }
}
