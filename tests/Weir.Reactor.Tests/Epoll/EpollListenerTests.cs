using System.Net;
using System.Net.Sockets;

namespace Weir.Reactor.Tests.Epoll;

public sealed class EpollListenerTests : IDisposable
{
    private const int EMFILE = 24;

    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void Listen_AddressNotOurs_FailsWithTheSystemsWords()
    {
        // TEST-NET-1 is nobody's address. Source: RFC 5737
        ListenOutcome outcome = _thread.Call(loop =>
            loop.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), new OneByteServer()));
        Assert.Null(outcome.Listener);
        Assert.NotEqual(0, outcome.Error);
        Assert.NotEmpty(outcome.Message);
    }

    [Fact]
    public void Close_WithConnectionsInTheQueue_ServesThemAll()
    {
        const int Clients = 300;
        var server = new OneByteServer();
        Listener listener = Listen(server);
        var clients = new List<Socket>();
        _thread.Call(_ =>
        {
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(Connect(listener));
            }

            Assert.Equal(0, server.Accepted);
            listener.Close();
        });
        Assert.Equal(Clients, server.Accepted);
        Assert.All(clients, client =>
        {
            Assert.Equal(1, client.Receive(new byte[1]));
            client.Dispose();
        });
        Assert.Throws<SocketException>(() => Connect(listener));
    }

    [Fact]
    public void Close_FromWithinAnAccept_ServesTheRestAndStops()
    {
        const int Clients = 100;
        var server = new OneByteServer();
        Listener listener = Listen(server);
        var clients = new List<Socket>();
        Listener? next = null;
        var nextServer = new OneByteServer();
        _thread.Call(loop =>
        {
            server.AfterNext = () =>
            {
                listener.Close();
                // Gets the closed listener's descriptor: an accept that goes on would steal from it.
                next = Listen(loop, nextServer);
                clients.Add(Connect(next));
            };
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(Connect(listener));
            }
        });
        _thread.Run(async loop =>
        {
            while (server.Accepted + nextServer.Accepted <= Clients)
            {
                await loop.Yield();
            }
        });
        Assert.All(clients, client =>
        {
            Assert.Equal(1, client.Receive(new byte[1]));
            client.Dispose();
        });
        Assert.Equal(Clients, server.Accepted);
        Assert.Equal(1, nextServer.Accepted);
        _thread.Call(_ => next!.Close());
    }

    [Fact]
    public void Accept_WithoutDescriptors_PausesWithoutSpinningAndRecovers()
    {
        AcceptQueue queue = _thread.Call(loop => new AcceptQueue(loop));
        Listener listener = _thread.Call(loop => loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), queue)).Listener!;
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        long turns = PausedTurns(listener, queue, late, pauses: 3);

        Assert.Equal(EMFILE, queue.PauseError);
        // Three pauses of 100 ms, and the turns that the test itself causes by asking.
        Assert.InRange(turns, 3, 60);
        _thread.Run(async _ =>
        {
            Connection connection = await queue.Take();
            Assert.Equal(1, connection.Send("x"u8));
            connection.Close();
        });
        Assert.Equal(1, late.Receive(new byte[1]));
        _thread.Call(_ => listener.Close());
    }

    [Fact]
    public void Close_WhilePaused_ClearsItsTimer()
    {
        AcceptQueue queue = _thread.Call(loop => new AcceptQueue(loop));
        Listener listener = _thread.Call(loop => loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), queue)).Listener!;
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _ = PausedTurns(listener, queue, late, pauses: 1);
        _thread.Call(loop =>
        {
            listener.Close();
            listener.Close();
            Assert.Equal(0, loop.Timers.Count);
        });
        _thread.Run(async _ => (await queue.Take()).Close());
    }

    [Fact]
    public void Pause_FromWithinAnAccept_KeepsTheRestWaitingUntilResumed()
    {
        const int Clients = 20;
        var server = new OneByteServer();
        Listener listener = Listen(server);
        var clients = new List<Socket>();
        _thread.Call(_ =>
        {
            server.AfterNext = listener.Pause;
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(Connect(listener));
            }
        });
        long turns = _thread.Call(loop => loop.Turns);
        _thread.Run(async loop => await new TimerWait(loop).After(50));
        Assert.Equal(1, server.Accepted);
        Assert.InRange(_thread.Call(loop => loop.Turns) - turns, 0, 20);
        _thread.Call(_ =>
        {
            listener.Resume();
            listener.Resume();
        });
        Assert.All(clients, client =>
        {
            Assert.Equal(1, client.Receive(new byte[1]));
            client.Dispose();
        });
        Assert.Equal(Clients, server.Accepted);
        _thread.Call(_ => listener.Close());
    }

    [Fact]
    public void Close_AfterAPause_ResetsWhatWaited()
    {
        var server = new OneByteServer();
        Listener listener = Listen(server);
        _thread.Call(_ => listener.Pause());
        using Socket client = Connect(listener);
        _thread.Call(_ =>
        {
            listener.Close();
            listener.Resume();
        });
        Assert.Equal(0, server.Accepted);
        Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
    }

    // The turns that the loop takes, from the socket's connecting on, until accepting has paused so many times.
    private long PausedTurns(Listener listener, AcceptQueue queue, Socket late, int pauses)
    {
        // Once with descriptors, so that nothing has to be loaded from a file while there are none.
        using Socket warm = Connect(listener);
        _thread.Run(async _ => (await queue.Take()).Close());
        Task<long> counted = _thread.Begin(async loop =>
        {
            var poll = new TimerWait(loop);
            await poll.After(1);
            using (DescriptorLimit.None())
            {
                late.Connect(listener.LocalEndPoint);
                long before = loop.Turns;
                while (queue.Pauses < pauses)
                {
                    await poll.After(20);
                }

                return loop.Turns - before;
            }
        });
        return LoopThread.Wait(counted);
    }

    private Listener Listen(IAcceptTarget target) => _thread.Call(loop => Listen(loop, target));

    private static Listener Listen(Loop loop, IAcceptTarget target) =>
        loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), target).Listener!;

    private static Socket Connect(Listener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)LoopThread.Bound.TotalMilliseconds,
        };
        socket.Connect(listener.LocalEndPoint);
        return socket;
    }
}
