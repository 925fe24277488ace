using System.Buffers.Binary;
using System.Net;

namespace Weir.Reactor.Tests.Epoll;

/// <summary>
/// Both sides of many connections on one loop, closed, aborted and interrupted at random, so that descriptors, slots
/// and boxes are reused all the time. Every message carries the id of its connection: nothing meant for one owner may
/// reach another.
/// </summary>
public sealed class StressTests : IDisposable
{
    private const int Clients = 64;
    private const int LivesEach = 60;
    private const int MessagesEach = 12;
    private const int HeaderBytes = 12;

    private readonly LoopThread _thread = new();
    private readonly List<Connection> _live = [];
    private LoopRandom _random = new(0);
    private long _lastId;
    private int _running;
    private int _served;
    private long _echoed;

    public void Dispose() => _thread.Dispose();

    [Theory]
    [InlineData(1UL)]
    [InlineData(20UL)]
    public void Connections_ClosedAbortedAndInterruptedAtRandom_NeverMixTheirOwners(ulong seed)
    {
        _random = new LoopRandom(seed);
        Listener listener = _thread.Call(loop =>
            loop.Listen(new IPEndPoint(IPAddress.Loopback, 0), new StressServer(this))).Listener!;
        _thread.Run(async loop =>
        {
            for (int i = 0; i < Clients; i++)
            {
                Loop.Start(Client(loop, listener.LocalEndPoint));
            }

            var poll = new TimerWait(loop);
            while (_running > 0)
            {
                Disturb();
                await poll.After(1);
            }

            listener.Close();
            while (_live.Count > 0)
            {
                _live[0].Interrupt();
                await poll.After(1);
            }
        });
        Assert.Empty(_thread.TakeUnhandled());
        Assert.Equal(0, _thread.Call(loop => loop.Buffers.Rented));
        Assert.Equal(0, _thread.Call(loop => loop.Timers.Count));
        Assert.True(_served > Clients * LivesEach / 2, $"only {_served} connections were served");
        Assert.True(_echoed > Clients * LivesEach / 4, $"only {_echoed} messages came back");
    }

    internal async LoopTask Serve(Connection connection)
    {
        _served++;
        _live.Add(connection);
        long id = 0;
        byte[] buffer = connection.Loop.Buffers.Rent(16 * 1024);
        while (true)
        {
            int bytes = await ReadMessage(connection, buffer);
            if (bytes < 0)
            {
                break;
            }

            long read = BinaryPrimitives.ReadInt64LittleEndian(buffer);
            id = id == 0 ? read : id;
            Assert.Equal(id, read);
            if (Chance(40) || !await SendMessage(connection, buffer, bytes))
            {
                break;
            }
        }

        connection.Loop.Buffers.Return(buffer);
        End(connection);
    }

    private async LoopTask Client(EpollLoop loop, IPEndPoint endpoint)
    {
        _running++;
        for (int life = 0; life < LivesEach; life++)
        {
            Connection connection = loop.Connect(endpoint)!;
            var deadline = new StressDeadline(connection);
            _live.Add(connection);
            while (connection.FinishConnect() == ConnectOutcome.Pending && !connection.IsClosed)
            {
                await connection.WhenWritable();
            }

            if (!connection.IsClosed)
            {
                Assert.Equal(ConnectOutcome.Connected, connection.FinishConnect());
                deadline.Set(2 + _random.Next(80));
                await Talk(connection, ++_lastId);
                deadline.Clear();
            }

            End(connection);
        }

        _running--;
    }

    private async LoopTask Talk(Connection connection, long id)
    {
        byte[] buffer = connection.Loop.Buffers.Rent(16 * 1024);
        for (int i = 0; i < MessagesEach; i++)
        {
            int bytes = HeaderBytes + _random.Next(8 * 1024);
            BinaryPrimitives.WriteInt64LittleEndian(buffer, id);
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(8), bytes);
            if (!await SendMessage(connection, buffer, bytes) || Chance(60))
            {
                break;
            }

            buffer.AsSpan().Clear();
            if (await ReadMessage(connection, buffer) != bytes)
            {
                break;
            }

            Assert.Equal(id, BinaryPrimitives.ReadInt64LittleEndian(buffer));
            _echoed++;
        }

        connection.Loop.Buffers.Return(buffer);
    }

    // The message's length, or -1 when the connection ended before it was there in full.
    private static async LoopTask<int> ReadMessage(Connection connection, byte[] buffer)
    {
        int have = 0;
        int want = HeaderBytes;
        while (have < want)
        {
            await connection.WhenReadable();
            int n = connection.Receive(buffer.AsSpan(have, want - have));
            if (n == Connection.Ended)
            {
                return -1;
            }

            have += Math.Max(n, 0);
            want = have >= HeaderBytes ? BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(8)) : HeaderBytes;
        }

        return have;
    }

    private static async LoopTask<bool> SendMessage(Connection connection, byte[] buffer, int bytes)
    {
        int sent = 0;
        while (sent < bytes)
        {
            int n = connection.Send(buffer.AsSpan(sent, bytes - sent));
            if (n == Connection.SendFailed)
            {
                return false;
            }

            sent += n;
            if (sent < bytes)
            {
                await connection.WhenWritable();
            }
        }

        return true;
    }

    // Acts on connections of others, from the outside, as deadlines and drains do.
    private void Disturb()
    {
        for (int n = Math.Min(2, _live.Count); n > 0; n--)
        {
            Connection victim = _live[_random.Next(_live.Count)];
            switch (_random.Next(6))
            {
                case 0:
                    victim.Close();
                    break;
                case 1:
                    victim.Abort();
                    break;
                case 2:
                    victim.ShutdownSend();
                    break;
                default:
                    victim.Interrupt();
                    break;
            }
        }
    }

    private void End(Connection connection)
    {
        Assert.True(_live.Remove(connection));
        if (Chance(3))
        {
            connection.Abort();
        }
        else
        {
            connection.Close();
        }
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
