using System.Net;
using System.Net.Sockets;

namespace Weir.Reactor.Tests;

/// <summary>A connection on the loop under test and its peer, a plain blocking socket of the operating system.</summary>
internal sealed class Pair : IDisposable
{
    private readonly LoopThread _thread;
    private readonly Listener? _listener;

    private Pair(LoopThread thread, Connection connection, Socket peer, Listener? listener)
    {
        _thread = thread;
        _listener = listener;
        Connection = connection;
        Peer = peer;
        peer.NoDelay = true;
        peer.ReceiveTimeout = peer.SendTimeout = (int)LoopThread.Bound.TotalMilliseconds;
    }

    public Connection Connection { get; }

    public Socket Peer { get; }

    /// <summary>The loop listens, the peer connects.</summary>
    public static Pair Accepted(LoopThread thread, IPAddress? address = null, int receiveBufferBytes = 0)
    {
        var endpoint = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        AcceptQueue queue = thread.Call(loop => new AcceptQueue(loop));
        Listener listener = thread.Call(loop => loop.Listen(endpoint, queue)).Listener!;
        Task<Connection> accepted = thread.Begin(_ => queue.Take());
        var peer = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBufferBytes > 0)
        {
            peer.ReceiveBufferSize = receiveBufferBytes;
        }

        peer.Connect(listener.LocalEndPoint);
        return new Pair(thread, LoopThread.Wait(accepted), peer, listener);
    }

    /// <summary>The peer listens, the loop connects.</summary>
    public static Pair Connected(LoopThread thread, IPAddress? address = null)
    {
        var endpoint = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        using var listening = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(endpoint);
        listening.Listen();
        var target = (IPEndPoint)listening.LocalEndPoint!;
        Connection connection = thread.Run(async loop =>
        {
            Connection begun = loop.Connect(target)!;
            await begun.WhenWritable();
            Assert.Equal(ConnectOutcome.Connected, begun.FinishConnect());
            return begun;
        });
        return new Pair(thread, connection, listening.Accept(), listener: null);
    }

    /// <summary>Closes the peer's socket with a reset, whatever is in its buffers.</summary>
    public void ResetByPeer()
    {
        Peer.LingerState = new LingerOption(enable: true, seconds: 0);
        Peer.Close();
    }

    public void Dispose()
    {
        Peer.Dispose();
        _thread.Call(_ =>
        {
            Connection.Close();
            _listener?.Close();
        });
    }
}
