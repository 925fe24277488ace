using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>Sending bytes whole, however little the socket takes at a time.</summary>
internal static class ConnectionSending
{
    /// <summary>False: the connection has ended.</summary>
    public static async LoopTask<bool> SendAll(this Connection connection, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int n = connection.IsClosed ? Connection.SendFailed : connection.Send(bytes.AsSpan(sent));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            sent += n;
            if (sent < bytes.Length)
            {
                await connection.WhenWritable();
            }
        }

        return true;
    }
}
