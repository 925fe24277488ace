using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// A target that does with each request exactly what a test says, down to the bytes. Health checks are answered apart and
/// counted nowhere. Owned by one test.
/// </summary>
internal sealed class RawTarget : IDisposable
{
    private const string HealthCheckAgent = "User-Agent: ELB-HealthChecker/2.0";

    private readonly Socket _listener;
    private readonly Func<TargetExchange, Task> _serve;
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private int _connections;
    private int _requests;
    private int _healthChecks;

    private RawTarget(Socket listener, Func<TargetExchange, Task> serve)
    {
        _listener = listener;
        _serve = serve;
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Its address in the access log.</summary>
    public string Key => $"127.0.0.1:{Port}";

    /// <summary>Connections that carried at least one request.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public int Requests => Volatile.Read(ref _requests);

    public int HealthChecks => Volatile.Read(ref _healthChecks);

    /// <summary>The status code for health checks.</summary>
    public int HealthCode { get; set; } = 200;

    /// <summary>The bytes of the last health check.</summary>
    public string LastHealthCheck { get; private set; } = "";

    /// <summary>What the test's own code has thrown; looked at by tests that expect a sequence of steps.</summary>
    public ConcurrentQueue<Exception> Errors { get; } = [];

    /// <summary>The heads of all requests, in the order in which they came.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    /// <summary>A target that answers every request with 200 and this body.</summary>
    public static RawTarget Answering(string body, string headers = "") => Start(exchange => exchange.Answer(body, headers));

    public static RawTarget Start(Func<TargetExchange, Task> serve, int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        return new RawTarget(listener, serve);
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket socket in _sockets.Keys)
        {
            socket.Dispose();
        }
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync();
                socket.NoDelay = true;
                _sockets[socket] = true;
                _ = Serve(socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket socket)
    {
        bool stays = false;
        try
        {
            stays = await ServeRequests(socket);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The balancer or the test ended the connection.
        }
        catch (Exception exception)
        {
            Errors.Enqueue(exception);
        }

        if (!stays)
        {
            _sockets.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private async Task<bool> ServeRequests(Socket socket)
    {
        var unread = new MemoryStream();
        for (int number = 0; await ReadHead(socket, unread) is { } head; number++)
        {
            if (head.Contains(HealthCheckAgent, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _healthChecks);
                LastHealthCheck = head;
                await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {HealthCode} Health\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                return false;
            }

            if (number == 0)
            {
                Interlocked.Increment(ref _connections);
            }

            Interlocked.Increment(ref _requests);
            Heads.Enqueue(head);
            var exchange = new TargetExchange(socket, head, number, unread);
            await _serve(exchange);
            if (exchange.Ended)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<string?> ReadHead(Socket socket, MemoryStream unread)
    {
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int end = unread.GetBuffer().AsSpan(0, (int)unread.Length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                byte[] all = unread.ToArray();
                unread.SetLength(0);
                unread.Write(all, end + 4, all.Length - end - 4);
                return Encoding.Latin1.GetString(all, 0, end + 4);
            }

            int n = await socket.ReceiveAsync(buffer);
            if (n == 0)
            {
                return null;
            }

            unread.Write(buffer, 0, n);
        }
    }
}
