using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Ports for listeners that cannot ask for "any". Each is handed out once, to one test of one test process of this machine;
/// it is never given back while that process lives.
/// </summary>
internal static class ReservedPort
{
    // Not the range that the system gives to clients (net.ipv4.ip_local_port_range), so that no connection takes one in between.
    private const int First = 20_000;
    private const int End = 32_000;
    private const int MaxTries = 1_000;

    // A name in Linux's abstract namespace has one owner, and is free again when that process ends, however it ends.
    private static readonly List<Socket> _reservations = [];

    public static int Next()
    {
        for (int tries = 0; tries < MaxTries; tries++)
        {
            int port = Random.Shared.Next(First, End);
            if (TryReserve(port) && IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no free port among {First} to {End - 1}");
    }

    private static bool TryReserve(int port)
    {
        var name = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            name.Bind(new UnixDomainSocketEndPoint($"\0weir-test-port-{port}"));
        }
        catch (SocketException)
        {
            name.Dispose();
            return false;
        }

        lock (_reservations)
        {
            _reservations.Add(name);
        }

        return true;
    }

    // Of programs that know nothing of reservations.
    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
