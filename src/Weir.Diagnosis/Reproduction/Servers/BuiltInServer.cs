using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Diagnosis;

/// <summary>
/// A target in this process that closes idle connections as Node does: in the scenario <see cref="RaceScenario.Closed"/>
/// when no request has come, in <see cref="RaceScenario.Handled"/> even while one is being handled. Owned by one bench.
/// </summary>
internal sealed class BuiltInServer : TargetServer
{
    private const int Backlog = 512;
    private const int BufferBytes = 16 * 1024;

    /// <summary>As long as a query to a database may take; the race of the handled variant has this much time to happen in.</summary>
    public static readonly TimeSpan Handling = TimeSpan.FromMilliseconds(20);

    // Source: Node.js manual, server.headersTimeout.
    private static readonly TimeSpan _firstRequestLimit = TimeSpan.FromSeconds(60);

    private readonly Socket _listener;
    private readonly TimeSpan _said;
    private readonly TimeSpan _idleLimit;
    private readonly RaceScenario _scenario;

    private BuiltInServer(Socket listener, TimeSpan said, TimeSpan idleLimit, RaceScenario scenario)
    {
        _listener = listener;
        _said = said;
        _idleLimit = idleLimit;
        _scenario = scenario;
    }

    public static BuiltInServer Start(TimeSpan said, TimeSpan idleLimit, RaceScenario scenario)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        var server = new BuiltInServer(listener, said, idleLimit, scenario)
        {
            EndPoint = (IPEndPoint)listener.LocalEndPoint!,
            Log = new TargetLog(),
        };
        _ = server.Accept();
        return server;
    }

    public override void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The server has ended.
        }
    }

    private async Task Serve(Socket socket)
    {
        socket.NoDelay = true;
        // Idle is what has been answered; a first request has as long as Node gives it.
        using var idle = new CancellationTokenSource(_firstRequestLimit);
        // When the time is over either nothing more is read, or the connection ends wherever its request stands.
        bool endsAnywhere = _scenario == RaceScenario.Handled;
        using CancellationTokenRegistration end = endsAnywhere ? idle.Token.Register(() => End(socket)) : default;
        CancellationToken reading = endsAnywhere ? CancellationToken.None : idle.Token;
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (await ReadRequest(socket, buffer, reading) is { } head)
            {
                if (endsAnywhere)
                {
                    await Task.Delay(Handling);
                }
                else
                {
                    idle.CancelAfter(Timeout.InfiniteTimeSpan);
                }

                Log!.Add(LogLine(head));
                await socket.SendAsync(Answer());
                idle.CancelAfter(_idleLimit);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Its idle time is over, or the peer has closed.
        }
        finally
        {
            socket.Dispose();
        }
    }

    // Shut down before it is closed: closing alone resets a connection that is being read from.
    private static void End(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    // What the laboratory sends is small and comes in few pieces. Null at the end of the connection.
    private static async Task<string?> ReadRequest(Socket socket, byte[] buffer, CancellationToken cancel)
    {
        int length = 0;
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            length += count;
            if (count == 0 || length == buffer.Length)
            {
                return null;
            }

            string text = Encoding.ASCII.GetString(buffer, 0, length);
            int headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (headEnd >= 0 && length >= headEnd + 4 + BodyLength(text[..headEnd]))
            {
                return text[..headEnd];
            }
        }
    }

    private static int BodyLength(string head) =>
        int.TryParse(Field(head, "Content-Length"), CultureInfo.InvariantCulture, out int length) ? length : 0;

    private static string? Field(string head, string name) => head.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private static string LogLine(string head)
    {
        string[] words = head.Split("\r\n", 2)[0].Split(' ');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Field(head, "X-Amzn-Trace-Id") ?? "-"} {words[0]} {words[1]} 200");
    }

    private byte[] Answer() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\nKeep-Alive: timeout={_said.TotalSeconds:0}\r\n\r\nok\n"));
}
