using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

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
    private readonly Func<bool, IPassingReader>? _readHttp2;
    private readonly Socket[] _listeners;
    private readonly BlockingCollection<DelayedItem> _line = [];
    private readonly ConcurrentDictionary<string, RelayedRequest> _requests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _passes = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<RelayedConnection> _connections = [];
    private readonly X509Certificate2? _certificate;
    private readonly Thread _thread;
    private int _lastId;

    /// <param name="target">Where all that comes is passed on to.</param>
    /// <param name="latency">Each way.</param>
    /// <param name="isTls">Whether the target speaks TLS.</param>
    /// <param name="readHttp2">Makes what reads HTTP/2, from the target (true) or the balancer; null: HTTP/1.1 is spoken.</param>
    /// <param name="ports">How many it listens on: a balancer shares a connection of HTTP/2 among the requests to one port.</param>
    public DelayRelay(
        IPEndPoint target, TimeSpan latency, bool isTls = false, Func<bool, IPassingReader>? readHttp2 = null, int ports = 1)
    {
        _target = target;
        _readHttp2 = readHttp2;
        _certificate = isTls ? LaboratoryTls.CreateCertificate() : null;
        _latencyTicks = (long)(latency.TotalSeconds * Stopwatch.Frequency);
        _listeners = [.. Enumerable.Range(0, ports).Select(static _ => Listen())];
        EndPoints = [.. _listeners.Select(static listener => (IPEndPoint)listener.LocalEndPoint!)];
        _thread = new Thread(Deliver) { Name = "relay", IsBackground = true };
        _thread.Start();
        for (int port = 0; port < ports; port++)
        {
            _ = Accept(port);
        }
    }

    /// <summary>Where it listens, in the order of <see cref="RelayedConnection.Port"/>.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    public IPEndPoint EndPoint => EndPoints[0];

    /// <summary>Every connection so far, oldest first.</summary>
    public IEnumerable<RelayedConnection> Connections => _connections;

    /// <summary>The first passage of the request with this path; null if it never came by.</summary>
    public RelayedRequest? Find(string key) => _requests.GetValueOrDefault(key);

    /// <summary>
    /// The connection of this port that the target had ended last by then; null if it had ended none. It is the one that a request
    /// met which the balancer sent there and which never came by.
    /// </summary>
    /// <param name="port">As <see cref="EndPoints"/> has it.</param>
    /// <param name="timestamp">Of the <see cref="Stopwatch"/>.</param>
    public RelayedConnection? LastEnded(int port, long timestamp) => _connections
        .Where(connection => connection.Port == port && connection.IsEndedByTarget && connection.EndTimestamp <= timestamp)
        .MaxBy(static connection => connection.EndTimestamp);

    /// <summary>How often that request came by: more than once if the balancer sent it again.</summary>
    public int Passes(string key) => _passes.GetValueOrDefault(key);

    public void Dispose()
    {
        foreach (Socket listener in _listeners)
        {
            listener.Dispose();
        }

        _line.CompleteAdding();
        _thread.Join();
        foreach (RelayedConnection connection in _connections)
        {
            connection.Dispose();
        }

        _line.Dispose();
        _certificate?.Dispose();
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        return listener;
    }

    private async Task Accept(int port)
    {
        try
        {
            while (true)
            {
                Socket balancer = await _listeners[port].AcceptAsync();
                _ = Serve(Interlocked.Increment(ref _lastId), balancer, port);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The relay has ended.
        }
    }

    private async Task Serve(int id, Socket balancer, int port)
    {
        var target = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var connection = new RelayedConnection(id, new RelaySide(balancer), new RelaySide(target), port);
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
    private async Task<bool> Secure(RelayedConnection connection, X509Certificate2 certificate)
    {
        using var limit = new CancellationTokenSource(LaboratoryTls.HandshakeLimit);
        try
        {
            await connection.Target.SecureAsClient(_readHttp2 is not null, limit.Token);
            await connection.Balancer.SecureAsServer(certificate, _readHttp2 is not null, limit.Token);
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
        IPassingReader reader = _readHttp2?.Invoke(toBalancer) ?? new Http1PassingReader(isFromTarget: toBalancer);
        try
        {
            int count;
            while ((count = await source.Receive(buffer)) > 0)
            {
                byte[] bytes = buffer[..count];
                Passing passing = reader.Read(bytes);
                if (toBalancer && passing.HasAnswer)
                {
                    connection.AnswerCame();
                }

                if (passing.GoAway is { } goAway)
                {
                    connection.GoAwayCame(goAway, fromTarget: toBalancer);
                }

                Delay(connection, toBalancer, bytes, RelayEnd.None, passing);
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
            Delay(connection, toBalancer, [], end, Passing.Nothing);
        }
    }

    private void Delay(RelayedConnection connection, bool toBalancer, byte[] bytes, RelayEnd end, Passing passing)
    {
        RelayedRequest[] requests = [.. passing.Requests.Select(request => Note(connection.AddRequest(request.Key, request.StreamId), request.Key))];
        try
        {
            _line.Add(new DelayedItem(Stopwatch.GetTimestamp() + _latencyTicks, connection, toBalancer, bytes, end, passing, requests));
        }
        catch (InvalidOperationException)
        {
            // The relay has ended.
        }
    }

    private RelayedRequest Note(RelayedRequest request, string key)
    {
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
                    item.Connection.Delivered(item.Passing);
                }
                else
                {
                    item.Connection.WritingToTarget();
                }

                foreach (RelayedRequest request in item.Requests)
                {
                    item.Connection.Reach(request);
                }

                (item.ToBalancer ? item.Connection.Balancer : item.Connection.Target).Send(item.Bytes);
            }
            catch (Exception exception) when (exception is SocketException or IOException or InvalidOperationException)
            {
                // The receiver has ended, of TLS perhaps only that; whoever reads from it tells the other side.
            }
        }
    }
}
