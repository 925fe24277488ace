using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weir.Diagnosis;

/// <summary>
/// Stands for the network between balancer and target: it hands on bytes, FIN and RST alike, in order, each a fixed time
/// after it came. Owned by one bench. It is no packet network: it acknowledges bytes itself, and an RST overtakes nothing. Before a
/// target with TLS it ends TLS on both sides, and hands on close_notify with FIN; handshakes it does not delay.
/// </summary>
internal sealed class DelayRelay : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int Backlog = 512;

    // How often a half-closed side is asked whether RST has come meanwhile.
    private static readonly TimeSpan _resetCheckInterval = TimeSpan.FromMilliseconds(1);

    private readonly IPEndPoint _target;
    private readonly long _latencyTicks;
    private readonly Socket _listener;
    private readonly BlockingCollection<DelayedItem> _line = [];
    private readonly ConcurrentDictionary<string, RelayedRequest> _requests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _passes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<RelayedConnection> _connections = [];
    private readonly X509Certificate2? _certificate;
    private readonly Thread _thread;

    public DelayRelay(IPEndPoint target, TimeSpan latency, bool isTls = false)
    {
        _target = target;
        _certificate = isTls ? LaboratoryTls.CreateCertificate() : null;
        _latencyTicks = (long)(latency.TotalSeconds * Stopwatch.Frequency);
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        _thread = new Thread(Deliver) { Name = "relay", IsBackground = true };
        _thread.Start();
        _ = Accept();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Every connection so far, oldest first.</summary>
    public IEnumerable<RelayedConnection> Connections => _connections;

    /// <summary>The first passage of the request with this path; null if it never came by.</summary>
    public RelayedRequest? Find(string key) => _requests.GetValueOrDefault(key);

    /// <summary>How often that request came by: more than once if the balancer sent it again.</summary>
    public int Passes(string key) => _passes.GetValueOrDefault(key);

    public void Dispose()
    {
        _listener.Dispose();
        _line.CompleteAdding();
        _thread.Join();
        foreach (RelayedConnection connection in _connections)
        {
            connection.Dispose();
        }

        _line.Dispose();
        _certificate?.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            for (int id = 1; ; id++)
            {
                Socket balancer = await _listener.AcceptAsync();
                _ = Serve(id, balancer);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The relay has ended.
        }
    }

    private async Task Serve(int id, Socket balancer)
    {
        var target = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var connection = new RelayedConnection(id, new RelaySide(balancer), new RelaySide(target));
        connection.Balancer.Prepare();
        connection.Target.Prepare();
        try
        {
            await target.ConnectAsync(_target);
        }
        catch (SocketException)
        {
            DelayEnd(connection, toBalancer: true, RelayEnd.Rst);
            return;
        }

        _connections.Enqueue(connection);
        if (_certificate is not null && !await Secure(connection, _certificate))
        {
            DelayEnd(connection, toBalancer: true, RelayEnd.Rst);
            return;
        }

        _ = Pump(connection, connection.Target, toBalancer: true);
        await Pump(connection, connection.Balancer, toBalancer: false);
    }

    // The target first: where it does not agree, the balancer's handshake fails too.
    private static async Task<bool> Secure(RelayedConnection connection, X509Certificate2 certificate)
    {
        using var limit = new CancellationTokenSource(LaboratoryTls.HandshakeLimit);
        try
        {
            await connection.Target.SecureAsClient(limit.Token);
            await connection.Balancer.SecureAsServer(certificate, limit.Token);
            return true;
        }
        catch (Exception exception) when (
            exception is AuthenticationException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private async Task Pump(RelayedConnection connection, RelaySide source, bool toBalancer)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await source.Receive(buffer)) > 0)
            {
                byte[] bytes = buffer[..count];
                RelayedRequest? request = toBalancer ? null : NoteRequest(connection, bytes);
                Delay(connection, toBalancer, bytes, RelayEnd.None, request);
            }

            DelayEnd(connection, toBalancer, RelayEnd.Fin);
            await WaitForReset(source.Socket);
            DelayEnd(connection, toBalancer, RelayEnd.Rst);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            DelayEnd(connection, toBalancer, RelayEnd.Rst);
        }
        catch (ObjectDisposedException)
        {
            // Both sides have ended, and the relay has closed.
        }
    }

    // After FIN no more reading tells of a reset: it is asked for, until the connection is over.
    private static async Task WaitForReset(Socket source)
    {
        while ((int)source.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! == 0)
        {
            await Task.Delay(_resetCheckInterval);
        }
    }

    private void DelayEnd(RelayedConnection connection, bool toBalancer, RelayEnd end)
    {
        if (connection.EndCame(end, fromTarget: toBalancer))
        {
            Delay(connection, toBalancer, [], end);
        }
    }

    private void Delay(RelayedConnection connection, bool toBalancer, byte[] bytes, RelayEnd end, RelayedRequest? request = null)
    {
        try
        {
            _line.Add(new DelayedItem(Stopwatch.GetTimestamp() + _latencyTicks, connection, toBalancer, bytes, end, request));
        }
        catch (InvalidOperationException)
        {
            // The relay has ended.
        }
    }

    // The balancer sends head and body of a small request together, so a request begins where a piece begins.
    private RelayedRequest? NoteRequest(RelayedConnection connection, ReadOnlySpan<byte> bytes)
    {
        int lineEnd = bytes.IndexOf("\r\n"u8);
        if (lineEnd < 0 || !bytes[..lineEnd].EndsWith(" HTTP/1.1"u8)
            || Encoding.ASCII.GetString(bytes[..lineEnd]).Split(' ') is not [_, var key, _])
        {
            return null;
        }

        RelayedRequest request = connection.AddRequest(key);
        _requests.TryAdd(key, request);
        _passes.AddOrUpdate(key, 1, static (_, passes) => passes + 1);
        return request;
    }

    // One latency for all makes the order of coming the order of leaving: one line, one thread.
    private void Deliver()
    {
        foreach (DelayedItem item in _line.GetConsumingEnumerable())
        {
            PreciseWait.Until(item.DueTimestamp);
            if (item.End != RelayEnd.None)
            {
                item.Connection.PassEnd(item.End, item.ToBalancer);
                continue;
            }

            try
            {
                if (item.ToBalancer)
                {
                    item.Connection.Delivered();
                }
                else if (item.Request is { } request)
                {
                    request.MetEnd = item.Connection.HasTargetEnded();
                }

                (item.ToBalancer ? item.Connection.Balancer : item.Connection.Target).Send(item.Bytes);
            }
            catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
            {
                // The receiver has ended; whoever reads from it tells the other side.
            }
        }
    }
}
