using System.Diagnostics;
using System.Net;

namespace Weir.Reactor;

/// <summary>A TCP socket on an epoll loop: registered once, edge-triggered, for its whole life.</summary>
internal sealed unsafe class EpollConnection : Connection, IEpollSource
{
    // struct tcp_info: 8 bytes, 24 words of 4, then pacing rate, max pacing rate, bytes acked (8 each).
    // Source: linux/tcp.h
    private const int TcpInfoBytes = 128;
    private const int BytesAckedOffset = 120;

    private readonly EpollLoop _loop;
    private readonly int _fd;
    private readonly int _slot;
    private readonly bool _accepted;
    private bool _errorSeen;
    private bool _sendShutdown;
    private readonly int _connectError;
    private ConnectOutcome _connectOutcome;
    private IPEndPoint? _local;

    /// <summary>A connection that a listener accepted; <paramref name="local"/> null: asked of the kernel when needed.</summary>
    public EpollConnection(EpollLoop loop, int fd, IPEndPoint? local, IPEndPoint remote)
        : this(loop, fd, remote)
    {
        _accepted = true;
        _local = local;
        _connectOutcome = ConnectOutcome.Connected;
        CanSend = true;
    }

    /// <summary>A connect under way, or failed at once with <paramref name="connectError"/>.</summary>
    public EpollConnection(EpollLoop loop, int fd, IPEndPoint remote, int connectError)
        : this(loop, fd, remote)
    {
        _connectError = connectError;
        CanSend = connectError != 0;
    }

    private EpollConnection(EpollLoop loop, int fd, IPEndPoint remote)
        : base(loop)
    {
        _loop = loop;
        _fd = fd;
        RemoteEndPoint = remote;
        _slot = loop.Register(fd, this, LibC.EPOLLIN | LibC.EPOLLOUT | LibC.EPOLLRDHUP | LibC.EPOLLET);
    }

    public override IPEndPoint RemoteEndPoint { get; }

    // After the close the descriptor may be another connection's.
    public override IPEndPoint LocalEndPoint =>
        _local ?? (IsClosed ? EpollLoop.NoAddress : _local = _loop.LocalAddress(_fd));

    public void Apply(uint bits)
    {
        if ((bits & (LibC.EPOLLRDHUP | LibC.EPOLLHUP | LibC.EPOLLERR)) != 0)
        {
            HangupSeen = true;
            CanReceive = CanSend = true;
            if ((bits & (LibC.EPOLLHUP | LibC.EPOLLERR)) == 0)
            {
                // A reset sets the hang-up bits of both directions: with RDHUP alone it was a FIN.
                Evidence.PeerFin = true;
            }

            _errorSeen |= (bits & LibC.EPOLLERR) != 0;
        }

        if ((bits & LibC.EPOLLIN) != 0)
        {
            CanReceive = true;
        }

        if ((bits & LibC.EPOLLOUT) != 0)
        {
            CanSend = true;
        }

        // By this event's bits: room to send is no stir, whatever was known of receiving before.
        if (IsParked && (bits & ~LibC.EPOLLOUT) != 0)
        {
            ReportParkedActivity();
        }
    }

    public void Dispatch()
    {
        if (!IsClosed && !IsParked)
        {
            ResumeWaiters();
        }
    }

    public override int Receive(Span<byte> destination)
    {
        Debug.Assert(destination.Length > 0, "room to receive into");
        if (IsClosed)
        {
            return Ended;
        }

        while (true)
        {
            nint n;
            // The kernel writes at most Length bytes from the pinned start of the span.
            fixed (byte* buffer = destination)
            {
                n = LibC.recv(_fd, buffer, destination.Length, 0);
            }

            if (n > 0)
            {
                BytesReceived += n;
                LastActivityMs = _loop.NowMs;
                // A FIN that came in the same event gives no further edge: then the short read is not the last word.
                if (n < destination.Length && !HangupSeen)
                {
                    CanReceive = false;
                }

                return (int)n;
            }

            if (n == 0)
            {
                EndOfStream();
                return Ended;
            }

            int error = LibC.Errno;
            if (error == LibC.EAGAIN)
            {
                CanReceive = false;
                return WouldBlock;
            }

            if (error != LibC.EINTR)
            {
                RecordError(error);
                return Ended;
            }
        }
    }

    public override int Send(ReadOnlySpan<byte> source)
    {
        // The kernel would say EPIPE to a send after our own FIN, which is no evidence about the peer.
        if (IsClosed || _sendShutdown)
        {
            return SendFailed;
        }

        while (true)
        {
            nint n;
            // The kernel reads at most Length bytes from the pinned start of the span.
            fixed (byte* buffer = source)
            {
                n = LibC.send(_fd, buffer, source.Length, LibC.MSG_NOSIGNAL);
            }

            if (n >= 0)
            {
                BytesSent += n;
                LastActivityMs = _loop.NowMs;
                if (n < source.Length)
                {
                    CanSend = false;
                }

                return (int)n;
            }

            int error = LibC.Errno;
            if (error == LibC.EAGAIN)
            {
                CanSend = false;
                return 0;
            }

            if (error != LibC.EINTR)
            {
                RecordError(error);
                return SendFailed;
            }
        }
    }

    public override void ShutdownSend()
    {
        if (!IsClosed)
        {
            _sendShutdown = true;
            _ = LibC.shutdown(_fd, LibC.SHUT_WR);
        }
    }

    public override ConnectOutcome FinishConnect()
    {
        // SO_ERROR is consumed by its first read, and after the close the descriptor may be another connection's.
        if (_connectOutcome == ConnectOutcome.Pending && CanSend && !IsClosed)
        {
            int error = _connectError != 0 ? _connectError : TakeSocketError();
            _errorSeen = false;
            if (error is LibC.ECONNRESET or LibC.EPIPE)
            {
                // A reset of the handshake says ECONNREFUSED; with these it was established, and reset since.
                RecordError(error);
                error = 0;
            }

            _connectOutcome = NameConnect(error);
        }

        return _connectOutcome;
    }

    public override long BytesAcknowledged()
    {
        if (IsClosed)
        {
            return -1;
        }

        byte* info = stackalloc byte[TcpInfoBytes];
        int length = TcpInfoBytes;
        if (LibC.getsockopt(_fd, LibC.IPPROTO_TCP, LibC.TCP_INFO, info, &length) != 0 || length < TcpInfoBytes)
        {
            return -1;
        }

        // The SYN of an active open counts as one acknowledged byte (a passive one starts behind it), and so does our FIN.
        long acknowledged = *(long*)(info + BytesAckedOffset) - (_accepted ? 0 : 1);
        return Math.Clamp(acknowledged, 0, BytesSent);
    }

    /// <summary>For tests: how long sent bytes may stay unacknowledged, or the peer's window closed, before the kernel gives up.</summary>
    internal void SetUserTimeout(int ms) =>
        _ = LibC.setsockopt(_fd, LibC.IPPROTO_TCP, LibC.TCP_USER_TIMEOUT, &ms, sizeof(int));

    protected override void Release(bool reset)
    {
        if (_errorSeen && _connectOutcome == ConnectOutcome.Connected)
        {
            // Closed without a receive after the event: the last chance to learn how the peer ended it.
            TakeErrorEvidence();
        }

        if (reset)
        {
            // struct linger { onoff = 1, linger = 0 }: close sends RST.
            int* linger = stackalloc int[2];
            linger[0] = 1;
            linger[1] = 0;
            _ = LibC.setsockopt(_fd, LibC.SOL_SOCKET, LibC.SO_LINGER, linger, 8);
        }

        _loop.Unregister(_slot);
        _ = LibC.close(_fd);
    }

    private void EndOfStream()
    {
        // When a send has already taken the reset's error, receive says 0 although no FIN came.
        if (!Evidence.Reset && !Evidence.TimedOut)
        {
            Evidence.PeerFin = true;
        }

        HangupSeen = true;
        if (_errorSeen)
        {
            TakeErrorEvidence();
        }
    }

    private void TakeErrorEvidence()
    {
        _errorSeen = false;
        int error = TakeSocketError();
        if (error != 0)
        {
            RecordError(error);
        }
    }

    private void RecordError(int error)
    {
        HangupSeen = true;
        CanReceive = CanSend = true;
        if (error is LibC.EPIPE or LibC.ECONNRESET or LibC.ECONNABORTED)
        {
            // The kernel turns a reset into EPIPE only where a FIN came before it (CLOSE_WAIT); every later send says
            // EPIPE too, so only the first error tells.
            if (error == LibC.EPIPE && !Evidence.Reset && !Evidence.TimedOut)
            {
                Evidence.PeerFin = true;
            }

            Evidence.Reset = true;
        }
        else
        {
            Evidence.TimedOut = true;
        }
    }

    private static ConnectOutcome NameConnect(int error) => error switch
    {
        0 => ConnectOutcome.Connected,
        LibC.ECONNREFUSED => ConnectOutcome.Refused,
        LibC.ETIMEDOUT => ConnectOutcome.TimedOut,
        LibC.EADDRNOTAVAIL or LibC.ENOBUFS or LibC.ENOMEM => ConnectOutcome.NoResources,
        _ => ConnectOutcome.Unreachable,
    };

    private int TakeSocketError()
    {
        int error = 0;
        int length = sizeof(int);
        return LibC.getsockopt(_fd, LibC.SOL_SOCKET, LibC.SO_ERROR, &error, &length) == 0 ? error : LibC.ECONNRESET;
    }
}
