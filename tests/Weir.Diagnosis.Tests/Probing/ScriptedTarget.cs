using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>A target in this process that does as its script says with every connection. Ends with its test.</summary>
internal sealed class ScriptedTarget : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<ScriptedConnection, Task> _script;
    private int _connections;

    private ScriptedTarget(Func<ScriptedConnection, Task> script)
    {
        _script = script;
        _listener.Start();
        Accepting = Accept();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    private Task Accepting { get; }

    public static ScriptedTarget Of(Func<ScriptedConnection, Task> script) => new(script);

    /// <summary>Answers every request, and closes each connection after so long without one.</summary>
    public static ScriptedTarget ClosingAfter(TimeSpan idle, string fields = "") => new(async connection =>
    {
        while (await connection.ReadRequest(idle) is not null)
        {
            await connection.Send($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{fields}\r\nok");
        }
    });

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        Accepting.Wait();
        _end.Dispose();
    }

    private async Task Accept()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_end.Token);
                serving.Add(Serve(new ScriptedConnection(socket, ++_connections, _end.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }

        await Task.WhenAll(serving);
    }

    private async Task Serve(ScriptedConnection connection)
    {
        using (connection)
        {
            try
            {
                await _script(connection);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The probe has gone, or the test is over.
            }
        }
    }
}
