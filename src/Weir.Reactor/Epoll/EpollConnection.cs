using System.Net;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>A TCP socket on an epoll loop: registered once, edge-triggered, for its whole life.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollConnection : SocketConnection, IEpollSource
{
    // struct tcp_info: 8 bytes, 24 words of 4, then pacing rate, max pacing rate, bytes acked, bytes received (8 each),
    // segments out and in, bytes not sent, least round trip (4 each). Source: linux/tcp.h
    private const int TcpInfoBytes = 152;
    private const int BytesAckedOffset = 120;
    private const int LeastRoundTripOffset = 148;

    private readonly EpollLoop _loop;
    private readonly int _fd;
    private readonly int _slot;
    private readonly bool _accepted;
    private IPEndPoint? _local;

    /// <summary>A connection that a listener accepted; <paramref name="local"/> null: asked of the kernel when needed.</summary>
    public EpollConnection(EpollLoop loop, int fd, IPEndPoint? local, IPEndPoint remote)
        : base(loop, remote)
    {
        _loop = loop;
        _fd = fd;
        _accepted = true;
        _local = local;
        _slot = Register();
    }

    /// <summary>A connect under way, or failed at once with <paramref name="connectError"/>.</summary>
    public EpollConnection(EpollLoop loop, int fd, IPEndPoint remote, int connectError)
        : base(loop, remote, connectError)
    {
        _loop = loop;
        _fd = fd;
        _slot = Register();
    }

    // After the close the descriptor may be another connection's.
    public override IPEndPoint LocalEndPoint =>
        _local ?? (IsClosed ? EpollLoop.NoAddress : _local = _loop.LocalAddress(_fd));

    public override long BytesAcknowledged()
    {
        byte* info = stackalloc byte[TcpInfoBytes];
        if (!TryReadTcpInfo(info))
        {
            return -1;
        }

        // The SYN of an active open counts as one acknowledged byte (a passive one starts behind it), and so does our FIN.
        long acknowledged = *(long*)(info + BytesAckedOffset) - (_accepted ? 0 : 1);
        return Math.Clamp(acknowledged, 0, BytesSent);
    }

    public override long RoundTripMicros()
    {
        byte* info = stackalloc byte[TcpInfoBytes];
        // The kernel says 2^32 - 1 when it has not measured one.
        return TryReadTcpInfo(info) && *(uint*)(info + LeastRoundTripOffset) is > 0 and < uint.MaxValue and uint micros ? micros : -1;
    }

    /// <summary>For tests: how long sent bytes may stay unacknowledged, or the peer's window closed, before the kernel gives up.</summary>
    internal void SetUserTimeout(int ms) =>
        _ = LibC.setsockopt(_fd, LinuxAbi.IPPROTO_TCP, LinuxAbi.TCP_USER_TIMEOUT, &ms, sizeof(int));

    protected override int SocketReceive(Span<byte> destination)
    {
        // The kernel writes at most Length bytes from the pinned start of the span.
        fixed (byte* buffer = destination)
        {
            while (true)
            {
                nint n = LibC.recv(_fd, buffer, destination.Length, 0);
                if (n >= 0)
                {
                    return (int)n;
                }

                int error = LibC.Errno;
                if (error != LinuxAbi.EINTR)
                {
                    return -error;
                }
            }
        }
    }

    protected override int SocketSend(ReadOnlySpan<byte> source)
    {
        // The kernel reads at most Length bytes from the pinned start of the span.
        fixed (byte* buffer = source)
        {
            while (true)
            {
                nint n = LibC.send(_fd, buffer, source.Length, LinuxAbi.MSG_NOSIGNAL);
                if (n >= 0)
                {
                    return (int)n;
                }

                int error = LibC.Errno;
                if (error != LinuxAbi.EINTR)
                {
                    return -error;
                }
            }
        }
    }

    protected override void SocketShutdownSend() => _ = LibC.shutdown(_fd, LinuxAbi.SHUT_WR);

    protected override int TakeSocketError()
    {
        int error = 0;
        int length = sizeof(int);
        return LibC.getsockopt(_fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_ERROR, &error, &length) == 0 ? error : LinuxAbi.ECONNRESET;
    }

    protected override void SocketClose(bool reset)
    {
        if (reset)
        {
            // struct linger { onoff = 1, linger = 0 }: close sends RST.
            int* linger = stackalloc int[2];
            linger[0] = 1;
            linger[1] = 0;
            _ = LibC.setsockopt(_fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_LINGER, linger, 8);
        }

        _loop.Unregister(_slot);
        _ = LibC.close(_fd);
    }

    private bool TryReadTcpInfo(byte* info)
    {
        int length = TcpInfoBytes;
        return !IsClosed
            && LibC.getsockopt(_fd, LinuxAbi.IPPROTO_TCP, LinuxAbi.TCP_INFO, info, &length) == 0
            && length == TcpInfoBytes;
    }

    private int Register() =>
        _loop.Register(_fd, this, LinuxAbi.EPOLLIN | LinuxAbi.EPOLLOUT | LinuxAbi.EPOLLRDHUP | LinuxAbi.EPOLLET);
}
