using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>What the kernel holds of an IPv4 connection at one of its two ends.</summary>
/// <param name="UnsentBytes">Given to the socket, and not yet acknowledged by the other end.</param>
/// <param name="UnreadBytes">Received, and not yet read from the socket.</param>
internal readonly record struct SocketQueues(long UnsentBytes, long UnreadBytes)
{
    /// <summary>The end whose own port is <paramref name="localPort"/>; zeros when there is no such connection.</summary>
    // Source: Linux kernel documentation, proc_net_tcp: sl, local address:port, remote address:port, state, tx_queue:rx_queue (hex).
    public static SocketQueues At(int localPort, int remotePort)
    {
        string local = string.Create(CultureInfo.InvariantCulture, $":{localPort:X4}");
        string remote = string.Create(CultureInfo.InvariantCulture, $":{remotePort:X4}");
        foreach (string line in File.ReadLines("/proc/net/tcp"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[1].EndsWith(local, StringComparison.Ordinal) && fields[2].EndsWith(remote, StringComparison.Ordinal))
            {
                string[] queues = fields[4].Split(':');
                return new SocketQueues(FromHex(queues[0]), FromHex(queues[1]));
            }
        }

        return default;
    }

    private static long FromHex(string digits) => long.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
