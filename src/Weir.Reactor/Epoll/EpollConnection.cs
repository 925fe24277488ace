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
    private bool _errorSeen;
    private IPEndPoint? _local;

    public EpollConnection(EpollLoop loop, int fd, IPEndPoint? local, IPEndPoint remote, bool connected)
        : base(loop)
    {
        _loop = loop;
        _fd = fd;
        _local = local;
        RemoteEndPoint = remote;
        CanSend = connected;
        _slot = loop.Register(fd, this, LibC.EPOLLIN | LibC.EPOLLOUT | LibC.EPOLLRDHUP | LibC.EPOLLET);
    }

    public override IPEndPoint RemoteEndPoint { get; }

    public override IPEndPoint LocalEndPoint => _local ??= _loop.LocalAddress(_fd);

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

        if (IsParked && CanReceive)
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
        if (IsClosed)
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
            _ = LibC.shutdown(_fd, LibC.SHUT_WR);
        }
    }

    public override ConnectOutcome FinishConnect()
    {
        if (!CanSend)
        {
            return ConnectOutcome.Pending;
        }

        int error = TakeSocketError();
        switch (error)
        {
            case 0:
                return ConnectOutcome.Connected;
            case LibC.ECONNREFUSED:
            case LibC.ECONNRESET:
                return ConnectOutcome.Refused;
            case LibC.ETIMEDOUT:
                return ConnectOutcome.TimedOut;
            case LibC.EADDRNOTAVAIL:
            case LibC.ENOBUFS:
            case LibC.ENOMEM:
                return ConnectOutcome.NoResources;
            default:
                return ConnectOutcome.Unreachable;
        }
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

        // The SYN counts as one acknowledged byte.
        return Math.Max(0, *(long*)(info + BytesAckedOffset) - 1);
    }

    protected override void Release(bool reset)
    {
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
            _errorSeen = false;
            int error = TakeSocketError();
            if (error != 0)
            {
                RecordError(error);
            }
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

    private int TakeSocketError()
    {
        int error = 0;
        int length = sizeof(int);
        return LibC.getsockopt(_fd, LibC.SOL_SOCKET, LibC.SO_ERROR, &error, &length) == 0 ? error : LibC.ECONNRESET;
    }
}
