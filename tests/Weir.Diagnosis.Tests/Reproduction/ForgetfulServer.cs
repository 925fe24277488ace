using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Diagnosis.Tests;

/// <summary>
/// A target that closes its first connections after a time of idleness, and the later ones never. Owned by one test.
/// </summary>
internal sealed class ForgetfulServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _idleLimit;
    private readonly byte[] _answer;

    public ForgetfulServer(int closesFirst, TimeSpan idleLimit, int status = 200)
    {
        _idleLimit = idleLimit;
        _answer = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Status\r\nContent-Length: 0\r\n\r\n"));
        _listener.Start();
        _ = Accept(closesFirst);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task Accept(int closesFirst)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                connections.Add(Serve(socket, connections.Count < closesFirst ? _idleLimit : Timeout.InfiniteTimeSpan));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task Serve(Socket socket, TimeSpan idleLimit)
    {
        using (socket)
        {
            byte[] buffer = new byte[4096];
            try
            {
                while (true)
                {
                    using var idle = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                    idle.CancelAfter(idleLimit);
                    if (await socket.ReceiveAsync(buffer, idle.Token) == 0)
                    {
                        return;
                    }

                    await socket.SendAsync(_answer, _stop.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // Idle for long enough, or the test is over.
            }
        }
    }
}
