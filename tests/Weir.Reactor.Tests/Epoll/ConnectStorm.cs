using System.Net;
using System.Net.Sockets;

namespace Weir.Reactor.Tests.Epoll;

/// <summary>Clients that connect as fast as they can, ask for one byte each, and count who answered.</summary>
internal sealed class ConnectStorm(IPEndPoint endpoint, int threads, int connectionsEach)
{
    private readonly List<Thread> _threads = [];
    private int _served;
    private int _failed;

    public int Served => Volatile.Read(ref _served);

    /// <summary>Connections that were refused, reset or closed without the byte.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public void Begin()
    {
        for (int i = 0; i < threads; i++)
        {
            var thread = new Thread(Connect) { IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    public void Join() => Assert.All(_threads, thread => Assert.True(thread.Join(LoopThread.Bound)));

    private void Connect()
    {
        byte[] answer = new byte[1];
        for (int i = 0; i < connectionsEach; i++)
        {
            try
            {
                using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                socket.ReceiveTimeout = (int)LoopThread.Bound.TotalMilliseconds;
                socket.Connect(endpoint);
                Interlocked.Increment(ref socket.Receive(answer) == 1 ? ref _served : ref _failed);
            }
            catch (SocketException)
            {
                Interlocked.Increment(ref _failed);
            }
        }
    }
}
