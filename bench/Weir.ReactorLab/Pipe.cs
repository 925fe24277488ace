using Weir.Reactor;

namespace Weir.ReactorLab;

/// <summary>The decomposed helpers that every scenario is built from: each suspends, each is pooled.</summary>
internal static class Pipe
{
    /// <summary>Reads exactly <paramref name="count"/> bytes; false at the end, an abort or an interruption.</summary>
    public static async LoopTask<bool> ReadExactly(Connection connection, byte[] buffer, int offset, int count, Tally tally)
    {
        while (count > 0)
        {
            if (await connection.WhenReadable() == Wake.Interrupted)
            {
                return false;
            }

            tally.NoteDepth();
            int n = connection.Receive(buffer.AsSpan(offset, count));
            if (n == Connection.Ended)
            {
                return false;
            }

            if (n > 0)
            {
                offset += n;
                count -= n;
            }
        }

        return true;
    }

    public static async LoopTask<bool> WriteAll(Connection connection, byte[] buffer, int offset, int count, Tally tally)
    {
        while (count > 0)
        {
            int n = connection.Send(buffer.AsSpan(offset, count));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            offset += n;
            count -= n;
            if (count > 0 && await connection.WhenWritable() == Wake.Interrupted)
            {
                return false;
            }

            tally.NoteDepth();
        }

        return true;
    }

    /// <summary>Moves bytes of one direction until they are all through: half of an exchange.</summary>
    public static async LoopTask<bool> Relay(Connection from, Connection to, int count, Tally tally)
    {
        while (count > 0)
        {
            if (await from.WhenReadable() == Wake.Interrupted)
            {
                return false;
            }

            byte[] buffer = from.Loop.Buffers.Rent(4096);
            int n = from.Receive(buffer.AsSpan(0, Math.Min(count, buffer.Length)));
            bool ok = n != Connection.Ended && (n < 0 || await WriteAll(to, buffer, 0, n, tally));
            from.Loop.Buffers.Return(buffer);
            if (!ok)
            {
                return false;
            }

            count -= Math.Max(n, 0);
        }

        return true;
    }
}
