using System.Net;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// A listening socket of one epoll loop; every loop has its own on the same port (SO_REUSEPORT), and the kernel spreads
/// the connections. Level-triggered, so what is not accepted in one turn is reported again in the next.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollListener : Listener, IEpollSource, ITimerTarget
{
    // So that a burst of new connections does not keep the existing ones waiting.
    private const int AcceptsPerTurn = 64;

    // How long to wait for descriptors when there are none: neither spinning nor noticeable.
    private const int PauseMs = 100;

    private readonly EpollLoop _loop;
    private readonly LoopTimer _starved;
    private readonly int _fd;
    private readonly IAcceptTarget _target;
    private int _slot;
    private bool _paused;
    private bool _closing;
    private bool _closed;

    public EpollListener(EpollLoop loop, int fd, IAcceptTarget target)
    {
        _loop = loop;
        _fd = fd;
        _target = target;
        _starved = new LoopTimer(loop, this);
        LocalEndPoint = loop.LocalAddress(fd);
        _slot = loop.Register(fd, this, LinuxAbi.EPOLLIN);
    }

    public override IPEndPoint LocalEndPoint { get; }

    private bool IsRegistered => !_paused && !_starved.IsSet;

    public void Apply(uint bits)
    {
    }

    public void Dispatch()
    {
        if (!_closed)
        {
            Accept(AcceptsPerTurn);
        }
    }

    public void OnTimer(LoopTimer timer)
    {
        if (!_paused)
        {
            _slot = _loop.Register(_fd, this, LinuxAbi.EPOLLIN);
        }
    }

    public override void Pause()
    {
        if (IsRegistered && !_closed)
        {
            _loop.UnregisterKeepOpen(_slot, _fd);
        }

        _paused = true;
    }

    public override void Resume()
    {
        bool was = _paused;
        _paused = false;
        if (was && IsRegistered && !_closed)
        {
            _slot = _loop.Register(_fd, this, LinuxAbi.EPOLLIN);
        }
    }

    public override void Close()
    {
        // A target may close the listener from within an accept, this one's too.
        if (_closing)
        {
            return;
        }

        _closing = true;
        Accept(int.MaxValue);
        _closed = true;
        if (IsRegistered)
        {
            _loop.Unregister(_slot);
        }

        _starved.Clear();
        _ = LibC.close(_fd);
    }

    private void Accept(int most)
    {
        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        bool wildcard = LocalEndPoint.Address.Equals(IPAddress.Any) || LocalEndPoint.Address.Equals(IPAddress.IPv6Any);
        while (!_closed && !_paused && most-- > 0)
        {
            int length = SocketAddress.MaxBytes;
            int fd = LibC.accept4(_fd, address, &length, LinuxAbi.SOCK_NONBLOCK | LinuxAbi.SOCK_CLOEXEC);
            if (fd >= 0)
            {
                IPEndPoint remote = SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.MaxBytes));
                _target.OnAccepted(new EpollConnection(_loop, fd, wildcard ? null : LocalEndPoint, remote));
                continue;
            }

            int error = LibC.Errno;
            switch (error)
            {
                case LinuxAbi.EINTR:
                case LinuxAbi.ECONNABORTED:
                    continue;
                case LinuxAbi.EMFILE:
                case LinuxAbi.ENFILE:
                case LinuxAbi.ENOBUFS:
                case LinuxAbi.ENOMEM:
                    Starve(error);
                    return;
                default:
                    // EAGAIN: all accepted. Others (a network error of the new connection) concern that one only.
                    return;
            }
        }
    }

    // Nobody says when there are descriptors again.
    private void Starve(int error)
    {
        if (!_starved.IsSet)
        {
            _loop.UnregisterKeepOpen(_slot, _fd);
            _starved.Set(_loop.NowMs + PauseMs);
            _target.OnAcceptPaused(error);
        }
    }
}
