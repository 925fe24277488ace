using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Weir.Hosting;

/// <summary>
/// Tells the service manager (systemd) what the node is doing, by a datagram to `NOTIFY_SOCKET`. Without that variable it
/// does nothing; a manager that cannot be reached never stops the node.
/// </summary>
// Source: sd_notify(3)
internal sealed class ServiceNotifier(string? socketPath)
{
    private const long MicrosPerSecond = 1_000_000;

    public static ServiceNotifier FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    // The manager orders the messages of a reload by this clock. Source: sd_notify(3), MONOTONIC_USEC
    public void Reloading() => Send(string.Create(
        CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={MonotonicMicros}"));

    public void Stopping() => Send("STOPPING=1");

    // The runtime's timestamp is CLOCK_MONOTONIC on Linux, in nanoseconds.
    private static long MonotonicMicros => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / MicrosPerSecond);

    private void Send(string message)
    {
        if (string.IsNullOrEmpty(socketPath))
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(ToSocketName(socketPath)));
            socket.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // The manager learns of the end of the process anyway, and clients come first.
        }
    }

    // `@name` is written for an abstract socket, whose name begins with a zero byte.
    private static string ToSocketName(string path) => path.StartsWith('@') ? '\0' + path[1..] : path;
}
