using System.Net;
using System.Net.Sockets;

namespace Weir.Reactor.Tests.Connections;

public sealed class ConnectionTests : IDisposable
{
    private readonly LoopThread _thread = new();

    public void Dispose() => _thread.Dispose();

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", true)]
    [InlineData("::1", false)]
    public void Exchange_BothWays_CarriesBytesAndKnowsItsAddresses(string address, bool accepted)
    {
        var ip = IPAddress.Parse(address);
        using Pair pair = accepted ? Pair.Accepted(_thread, ip) : Pair.Connected(_thread, ip);
        pair.Peer.Send("ping"u8);
        _thread.Run(async _ =>
        {
            byte[] buffer = new byte[4];
            await pair.Connection.ReadExactly(buffer, 4);
            Assert.Equal("ping"u8, buffer);
            Assert.True(await pair.Connection.SendAll("pong"u8.ToArray()));
            Assert.Equal((4L, 4L), (pair.Connection.BytesReceived, pair.Connection.BytesSent));
            Assert.Equal(pair.Peer.RemoteEndPoint, pair.Connection.LocalEndPoint);
            Assert.Equal(pair.Peer.LocalEndPoint, pair.Connection.RemoteEndPoint);
        });
        byte[] answer = new byte[4];
        Assert.Equal(4, pair.Peer.Receive(answer));
        Assert.Equal("pong"u8, answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BytesAcknowledged_PeerReadsNothing_CountsWhatItsKernelTook(bool accepted)
    {
        using Pair pair = accepted ? Pair.Accepted(_thread) : Pair.Connected(_thread);
        _thread.Run(async loop =>
        {
            Assert.Equal(0, pair.Connection.BytesAcknowledged());
            Assert.Equal(5, pair.Connection.Send("hello"u8));
            await Until(loop, () => pair.Connection.BytesAcknowledged() == 5);
            pair.Connection.ShutdownSend();
        });
        byte[] buffer = new byte[16];
        Assert.Equal(5, pair.Peer.Receive(buffer));
        Assert.Equal(0, pair.Peer.Receive(buffer));
        // The FIN is acknowledged too, and is no byte.
        Assert.Equal(5, _thread.Call(_ => pair.Connection.BytesAcknowledged()));
    }

    [Fact]
    public void BytesAcknowledged_PeerHasClosed_DoesNotCountTheRequestItRefused()
    {
        using var pair = Pair.Connected(_thread);
        pair.Peer.Close();
        long acknowledged = _thread.Run(async _ =>
        {
            await pair.Connection.WhenHungUp();
            Assert.Equal(7, pair.Connection.Send("request"u8));
            Assert.Equal("", await pair.Connection.ReadToEnd());
            return pair.Connection.BytesAcknowledged();
        });
        Assert.Equal(0, acknowledged);
        _thread.Call(_ => pair.Connection.Close());
        Assert.Equal(-1, _thread.Call(_ => pair.Connection.BytesAcknowledged()));
    }

    [Fact]
    public void Send_PeerReadsSlowly_TakesPartWaitsForTheEdgeAndLosesNothing()
    {
        const int Bytes = 16 * 1024 * 1024;
        using var pair = Pair.Accepted(_thread, receiveBufferBytes: 16 * 1024);
        byte[] payload = new byte[Bytes];
        new Random(9).NextBytes(payload);
        var waited = new TaskCompletionSource();
        Task<int> sending = _thread.Begin(async _ =>
        {
            int waits = 0;
            int sent = 0;
            while (sent < Bytes)
            {
                int n = pair.Connection.Send(payload.AsSpan(sent));
                Assert.NotEqual(Connection.SendFailed, n);
                sent += n;
                if (sent < Bytes)
                {
                    waits++;
                    waited.TrySetResult();
                    Assert.Equal(Wake.Ready, await pair.Connection.WhenWritable());
                }
            }

            pair.Connection.ShutdownSend();
            return waits;
        });
        // Were it read before, a kernel that is quick enough might take everything at once.
        LoopThread.Wait(waited.Task);
        byte[] received = new byte[Bytes];
        int have = 0;
        for (int n; (n = pair.Peer.Receive(received, have, Bytes - have, SocketFlags.None)) > 0;)
        {
            have += n;
        }

        Assert.InRange(LoopThread.Wait(sending), 1, int.MaxValue);
        Assert.True(payload.AsSpan().SequenceEqual(received));
    }

    [Fact]
    public void ShutdownSend_ByUs_LeavesThePeersDirectionOpen()
    {
        using var pair = Pair.Accepted(_thread);
        _thread.Call(_ => pair.Connection.ShutdownSend());
        Assert.Equal(0, pair.Peer.Receive(new byte[1]));
        pair.Peer.Send("still here"u8);
        pair.Peer.Close();
        Assert.Equal("still here", _thread.Run(_ => pair.Connection.ReadToEnd()));
        Assert.Equal(ConnectionEnd.Fin, _thread.Call(_ => pair.Connection.End));
    }

    [Fact]
    public void ShutdownSend_ByPeer_LeavesOurDirectionOpen()
    {
        using var pair = Pair.Accepted(_thread);
        pair.Peer.Send("request"u8);
        pair.Peer.Shutdown(SocketShutdown.Send);
        _thread.Run(async _ =>
        {
            Assert.Equal("request", await pair.Connection.ReadToEnd());
            Assert.Equal(ConnectionEnd.Fin, pair.Connection.End);
            Assert.True(await pair.Connection.SendAll("answer"u8.ToArray()));
        });
        byte[] buffer = new byte[16];
        Assert.Equal(6, pair.Peer.Receive(buffer));
    }

    [Fact]
    public void Close_WithWaiters_WakesBothAndTheyFindItClosed()
    {
        using var pair = Pair.Accepted(_thread);
        _thread.Run(async loop =>
        {
            while (pair.Connection.Send(new byte[256 * 1024]) > 0)
            {
            }

            LoopTask<Wake> reader = Read(pair.Connection);
            LoopTask<Wake> writer = Write(pair.Connection);
            pair.Connection.Close();
            Assert.False(reader.IsCompleted);
            Assert.Equal(Wake.Interrupted, await reader);
            Assert.Equal(Wake.Interrupted, await writer);
            Assert.True(pair.Connection.IsClosed);
        });

        static async LoopTask<Wake> Read(Connection connection) => await connection.WhenReadable();
        static async LoopTask<Wake> Write(Connection connection) => await connection.WhenWritable();
    }

    [Fact]
    public void Interrupt_WithoutWaiter_LeavesNothingBehind()
    {
        using var pair = Pair.Accepted(_thread);
        pair.Peer.Send("x"u8);
        Wake wake = _thread.Run(async _ =>
        {
            pair.Connection.Interrupt();
            return await pair.Connection.WhenReadable();
        });
        Assert.Equal(Wake.Ready, wake);
    }

    [Fact]
    public void Receive_FullRead_StaysReadableAndAShortOneWaits()
    {
        using var pair = Pair.Accepted(_thread);
        pair.Peer.Send("abcdef"u8);
        _thread.Run(async _ =>
        {
            await pair.Connection.WhenReadable();
            Assert.Equal(4, pair.Connection.Receive(new byte[4]));
            Assert.True(pair.Connection.WhenReadable().IsCompleted);
            Assert.Equal(2, pair.Connection.Receive(new byte[4]));
            Assert.False(pair.Connection.WhenReadable().IsCompleted);
            Assert.Equal(Connection.WouldBlock, pair.Connection.Receive(new byte[4]));
        });
    }

    [Fact]
    public void Connect_NobodyListens_IsRefusedAndStaysRefused()
    {
        // Bound and not listening: nobody else can get the port meanwhile.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _thread.Run(async loop =>
        {
            Connection connection = loop.Connect((IPEndPoint)bound.LocalEndPoint!)!;
            await connection.WhenWritable();
            Assert.Equal(ConnectOutcome.Refused, connection.FinishConnect());
            Assert.Equal(ConnectOutcome.Refused, connection.FinishConnect());
            connection.Close();
            Assert.Equal(ConnectOutcome.Refused, connection.FinishConnect());
        });
    }

    [Theory]
    [InlineData(false, ConnectionEnd.Rst)]
    [InlineData(true, ConnectionEnd.FinThenRst)]
    public void Connect_ResetBeforeTheOutcomeIsAsked_WasConnected(bool finFirst, ConnectionEnd expected)
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        ConnectionEnd end = _thread.Run(async loop =>
        {
            Connection connection = loop.Connect((IPEndPoint)listening.LocalEndPoint!)!;
            Socket peer = listening.Accept();
            if (finFirst)
            {
                peer.Close();
                Assert.Equal(1, connection.Send("x"u8));
            }
            else
            {
                peer.LingerState = new LingerOption(enable: true, seconds: 0);
                peer.Close();
            }

            await connection.WhenWritable();
            Assert.Equal(ConnectOutcome.Connected, connection.FinishConnect());
            Assert.Equal("", await connection.ReadToEnd());
            connection.Close();
            return connection.End;
        });
        Assert.Equal(expected, end);
    }

    [Fact]
    public void Connect_FailsAtOnce_IsNotTakenForConnected()
    {
        _thread.Run(async loop =>
        {
            // The kernel refuses a TCP connect to the broadcast address with ENETUNREACH before it sends anything.
            Connection connection = loop.Connect(new IPEndPoint(IPAddress.Broadcast, 80))!;
            await connection.WhenWritable();
            Assert.Equal(ConnectOutcome.Unreachable, connection.FinishConnect());
            connection.Close();
        });
    }

    [Fact]
    public void FinishConnect_AfterClose_AsksNobodyElsesDescriptor()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        _thread.Call(loop =>
        {
            var endpoint = (IPEndPoint)listening.LocalEndPoint!;
            Connection closed = loop.Connect(endpoint)!;
            closed.Close();
            Connection other = loop.Connect(endpoint)!;
            Assert.Equal(ConnectOutcome.Pending, closed.FinishConnect());
            Assert.Equal(0, closed.LocalEndPoint.Port);
            other.Close();
        });
    }

    [Fact]
    public void ParkedActivity_InOneBatchWithOthers_IsReportedBeforeAnyWaiterRuns()
    {
        using var active = Pair.Accepted(_thread);
        using var parked = Pair.Accepted(_thread);
        var log = new List<string>();
        Task waiting = _thread.Begin(async _ =>
        {
            await active.Connection.WhenReadable();
            log.Add(parked.Connection.IsClosed ? "waiter, parked is closed" : "waiter, parked looks alive");
        });
        _thread.Call(_ =>
        {
            parked.Connection.Observer = new RecordingObserver(log);
            parked.Connection.IsParked = true;
            // The active one first, so that it is the first of the batch.
            active.Peer.Send("x"u8);
            parked.Peer.Close();
        });
        LoopThread.Wait(waiting);
        Assert.Equal(["parked", "waiter, parked is closed"], log);
        Assert.Equal(ConnectionEnd.Fin, _thread.Call(_ => parked.Connection.End));
    }

    [Fact]
    public void ParkedActivity_OnlyRoomToSend_IsNotReported()
    {
        using var pair = Pair.Accepted(_thread);
        var log = new List<string>();
        pair.Peer.Send("1234"u8);
        _thread.Run(async _ =>
        {
            await pair.Connection.WhenReadable();
            // Filled to the brim: a receive would not block, as far as is known.
            Assert.Equal(4, pair.Connection.Receive(new byte[4]));
            while (pair.Connection.Send(new byte[256 * 1024]) > 0)
            {
            }

            pair.Connection.Observer = new RecordingObserver(log);
            pair.Connection.IsParked = true;
        });
        byte[] drain = new byte[1024 * 1024];
        while (_thread.Call(loop => !pair.Connection.WhenWritable().IsCompleted))
        {
            Assert.True(pair.Peer.Receive(drain) > 0);
        }

        Assert.Empty(log);
        Assert.False(_thread.Call(_ => pair.Connection.IsClosed));
    }

    [Fact]
    public void Hangup_WhileNobodyReads_IsToldToTheObserver()
    {
        using var pair = Pair.Accepted(_thread);
        var log = new List<string>();
        _thread.Call(_ => pair.Connection.Observer = new RecordingObserver(log));
        pair.Peer.Close();
        _thread.Run(async loop => await Until(loop, () => log.Count > 0));
        Assert.Equal(["hangup"], log);
    }

    private static async LoopTask Until(Loop loop, Func<bool> condition)
    {
        while (!condition())
        {
            await loop.Yield();
        }
    }
}
