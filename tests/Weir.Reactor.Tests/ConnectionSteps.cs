using System.Text;

namespace Weir.Reactor.Tests;

/// <summary>What the tests' coroutines do with a connection again and again.</summary>
internal static class ConnectionSteps
{
    /// <summary>Reads to the end and gives what came as ASCII.</summary>
    public static async LoopTask<string> ReadToEnd(this Connection connection, int bufferBytes = 4096)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[bufferBytes];
        while (true)
        {
            await connection.WhenReadable();
            int n = connection.Receive(buffer);
            if (n == Connection.Ended)
            {
                return text.ToString();
            }

            if (n != Connection.WouldBlock)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, n));
            }
        }
    }

    /// <summary>Reads until so many bytes have come.</summary>
    public static async LoopTask ReadExactly(this Connection connection, byte[] destination, int bytes)
    {
        int have = 0;
        while (have < bytes)
        {
            await connection.WhenReadable();
            int n = connection.Receive(destination.AsSpan(have, bytes - have));
            Assert.NotEqual(Connection.Ended, n);
            have += Math.Max(n, 0);
        }
    }

    /// <summary>Sends all of it, waiting for room.</summary>
    public static async LoopTask<bool> SendAll(this Connection connection, ReadOnlyMemory<byte> source)
    {
        while (source.Length > 0)
        {
            await connection.WhenWritable();
            int n = connection.Send(source.Span);
            if (n == Connection.SendFailed)
            {
                return false;
            }

            source = source[n..];
        }

        return true;
    }

    /// <summary>Completes when the peer has hung up, without reading; what came before stays unread.</summary>
    public static async LoopTask WhenHungUp(this Connection connection)
    {
        while (!connection.PeerHungUp)
        {
            await connection.Loop.Yield();
        }
    }
}
