using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis.Tests.Probing;

/// <summary>A target in this process that does as its script says with every connection. Ends with its test.</summary>
internal sealed class ScriptedTarget : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Func<ScriptedConnection, Task> _script;
    private readonly Lock _lock = new();
    private readonly List<ScriptedConnection> _open = [];
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private TimeSpan? _down;
    private int _connections;

    private ScriptedTarget(Func<ScriptedConnection, Task> script)
    {
        _script = script;
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        Accepting = Accept();
    }

    public IPEndPoint EndPoint { get; }

    private Task Accepting { get; }

    public static ScriptedTarget Of(Func<ScriptedConnection, Task> script) => new(script);

    /// <summary>Answers every request, and closes each connection that is left idle for so long.</summary>
    public static ScriptedTarget ClosingAfter(TimeSpan idle, string fields = "") => new(connection => connection.AnswerUntilIdle(idle, fields));

    /// <summary>Ends as a process does: nothing listens for so long, and every connection is over.</summary>
    public void Restart(TimeSpan down)
    {
        _down = down;
        _listener.Stop();
        EndConnections();
    }

    /// <summary>Ends every connection, and goes on listening, as a server does that is told to reload.</summary>
    public void EndConnections()
    {
        lock (_lock)
        {
            _open.ForEach(static connection => connection.End());
        }
    }

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
        do
        {
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
                // The test is over, or the target restarts.
            }
        }
        while (await IsBack());

        await Task.WhenAll(serving);
    }

    private async Task<bool> IsBack()
    {
        if (_down is not { } down || _end.IsCancellationRequested)
        {
            return false;
        }

        _down = null;
        try
        {
            await Task.Delay(down, _end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        _listener = new TcpListener(EndPoint);
        _listener.Start();
        return true;
    }

    private async Task Serve(ScriptedConnection connection)
    {
        using (connection)
        {
            lock (_lock)
            {
                _open.Add(connection);
            }

            try
            {
                await _script(connection);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The probe has gone, or the test is over.
            }
            finally
            {
                lock (_lock)
                {
                    _open.Remove(connection);
                }
            }
        }
    }
}
