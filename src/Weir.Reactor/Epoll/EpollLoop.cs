using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>The production loop: epoll, the kernel's sockets and clocks. Runs on the thread that calls <see cref="Run"/>.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class EpollLoop : Loop, IDisposable
{
    private const int EventsPerTurn = 512;
    private const int Backlog = 4096;

    /// <summary>The address of a socket that has none, or no longer.</summary>
    internal static readonly IPEndPoint NoAddress = new(IPAddress.None, 0);

    private readonly int _epoll;
    private readonly EpollEvents _events = new(EventsPerTurn);
    private readonly IEpollSource?[] _turn = new IEpollSource?[EventsPerTurn];
    private readonly EpollWakeUp _wakeUp;
    private readonly Stack<int> _freeSlots = new();
    private IEpollSource?[] _sources = new IEpollSource?[256];
    private uint[] _generations = new uint[256];
    private int _usedSlots;
    private volatile bool _stop;
    private long _nowMicros = LibC.ReadClockMicros(LinuxAbi.CLOCK_MONOTONIC);
    private long _unixMicros = LibC.ReadClockMicros(LinuxAbi.CLOCK_REALTIME);

    public EpollLoop()
        : this(LoopRandom.FromSystem())
    {
    }

    public EpollLoop(LoopRandom random)
        : base(random, LibC.ReadClockMicros(LinuxAbi.CLOCK_MONOTONIC) / 1000)
    {
        _epoll = LibC.epoll_create1(LinuxAbi.EPOLL_CLOEXEC);
        if (_epoll < 0)
        {
            throw new InvalidOperationException($"epoll_create1 failed: {LibC.Describe(LibC.Errno)}");
        }

        _wakeUp = new EpollWakeUp(this);
    }

    public override long NowMicros => _nowMicros;

    public override long MeasuredMicros => LibC.ReadClockMicros(LinuxAbi.CLOCK_MONOTONIC);

    public override long UnixMicros => _unixMicros;

    /// <summary>
    /// Events that named a registration which had ended by then. They are dropped, whoever has the descriptor now.
    /// </summary>
    public long StaleEvents { get; private set; }

    /// <summary>Turns taken so far.</summary>
    public long Turns { get; private set; }

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public void Run()
    {
        Loop? previous = Enter(this);
        try
        {
            while (!_stop)
            {
                Turn();
            }
        }
        finally
        {
            Enter(previous);
        }
    }

    /// <summary>Ends <see cref="Run"/> after the current turn. From any thread.</summary>
    public void Stop()
    {
        _stop = true;
        _wakeUp.Set();
    }

    public override ListenOutcome Listen(IPEndPoint endpoint, IAcceptTarget target)
    {
        int family = SocketAddress.FamilyOf(endpoint);
        int fd = LibC.socket(family, LinuxAbi.SOCK_STREAM | LinuxAbi.SOCK_NONBLOCK | LinuxAbi.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            return Failed(-1);
        }

        SetOption(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_REUSEADDR, 1);
        SetOption(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_REUSEPORT, 1);
        // Accepted sockets inherit it, so it costs no call per connection.
        SetOption(fd, LinuxAbi.IPPROTO_TCP, LinuxAbi.TCP_NODELAY, 1);
        if (family == LinuxAbi.AF_INET6)
        {
            SetOption(fd, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_V6ONLY, 1);
        }

        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        int length = SocketAddress.Write(endpoint, new Span<byte>(address, SocketAddress.MaxBytes));
        if (LibC.bind(fd, address, length) != 0 || LibC.listen(fd, Backlog) != 0)
        {
            return Failed(fd);
        }

        return new ListenOutcome(new EpollListener(this, fd, target), 0, "");

        static ListenOutcome Failed(int fd)
        {
            int error = LibC.Errno;
            if (fd >= 0)
            {
                _ = LibC.close(fd);
            }

            return new ListenOutcome(null, error, LibC.Describe(error));
        }
    }

    /// <summary>
    /// Whether this process could be the first on an address: 0, or the system's error number with its words. Listeners
    /// share their port among loops, and with any other process of the same user, so listening alone would not tell
    /// that somebody else has the address. Only for addresses that this process does not listen on.
    /// </summary>
    public static int ProbeAddress(IPEndPoint endpoint, out string message)
    {
        int family = SocketAddress.FamilyOf(endpoint);
        int fd = LibC.socket(family, LinuxAbi.SOCK_STREAM | LinuxAbi.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            int noSocket = LibC.Errno;
            message = LibC.Describe(noSocket);
            return noSocket;
        }

        // Connections of an earlier process that are not quite over do not count; its listener does.
        SetOption(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_REUSEADDR, 1);
        if (family == LinuxAbi.AF_INET6)
        {
            SetOption(fd, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_V6ONLY, 1);
        }

        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        int length = SocketAddress.Write(endpoint, new Span<byte>(address, SocketAddress.MaxBytes));
        int error = LibC.bind(fd, address, length) == 0 ? 0 : LibC.Errno;
        message = error == 0 ? "" : LibC.Describe(error);
        _ = LibC.close(fd);
        return error;
    }

    public override Connection? Connect(IPEndPoint endpoint)
    {
        int family = SocketAddress.FamilyOf(endpoint);
        int fd = LibC.socket(family, LinuxAbi.SOCK_STREAM | LinuxAbi.SOCK_NONBLOCK | LinuxAbi.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            return null;
        }

        SetOption(fd, LinuxAbi.IPPROTO_TCP, LinuxAbi.TCP_NODELAY, 1);
        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        int length = SocketAddress.Write(endpoint, new Span<byte>(address, SocketAddress.MaxBytes));
        int error = 0;
        if (LibC.connect(fd, address, length) != 0)
        {
            error = LibC.Errno;
            if (error is LinuxAbi.EADDRNOTAVAIL or LinuxAbi.ENOBUFS or LinuxAbi.ENOMEM or LinuxAbi.EAGAIN)
            {
                _ = LibC.close(fd);
                return null;
            }

            // A failure at once leaves nothing in SO_ERROR: it has to be remembered here.
            if (error is LinuxAbi.EINPROGRESS or LinuxAbi.EINTR)
            {
                error = 0;
            }
        }

        return new EpollConnection(this, fd, endpoint, error);
    }

    public void Dispose()
    {
        _wakeUp.Dispose();
        _ = LibC.close(_epoll);
        _events.Dispose();
    }

    protected override void WakeUp() => _wakeUp.Set();

    internal int Register(int fd, IEpollSource source, uint bits)
    {
        int slot = _freeSlots.TryPop(out int free) ? free : _usedSlots++;
        if (slot == _sources.Length)
        {
            Array.Resize(ref _sources, slot * 2);
            Array.Resize(ref _generations, slot * 2);
        }

        _sources[slot] = source;
        byte* epollEvent = stackalloc byte[16];
        EpollEvents.Write(epollEvent, bits, ((ulong)_generations[slot] << 32) | (uint)slot);
        int result = LibC.epoll_ctl(_epoll, LinuxAbi.EPOLL_CTL_ADD, fd, epollEvent);
        Debug.Assert(result == 0, "a new descriptor can be registered");
        return slot;
    }

    /// <summary>The descriptor is closed right after, which ends its registration in the kernel.</summary>
    internal void Unregister(int slot)
    {
        _sources[slot] = null;
        // The generation makes an event that is already in this turn's array miss the slot's next owner.
        _generations[slot]++;
        _freeSlots.Push(slot);
    }

    internal void UnregisterKeepOpen(int slot, int fd)
    {
        byte* epollEvent = stackalloc byte[16];
        _ = LibC.epoll_ctl(_epoll, LinuxAbi.EPOLL_CTL_DEL, fd, epollEvent);
        Unregister(slot);
    }

    internal IPEndPoint LocalAddress(int fd)
    {
        byte* address = stackalloc byte[SocketAddress.MaxBytes];
        int length = SocketAddress.MaxBytes;
        return LibC.getsockname(fd, address, &length) == 0
            ? SocketAddress.Read(new ReadOnlySpan<byte>(address, SocketAddress.MaxBytes))
            : NoAddress;
    }

    private void Turn()
    {
        int timeoutMs = ReadyCount > 0 || HasPosted ? 0 : Timers.DelayMs(NowMs);
        int count = LibC.epoll_wait(_epoll, _events.Pointer, EventsPerTurn, timeoutMs);
        _nowMicros = LibC.ReadClockMicros(LinuxAbi.CLOCK_MONOTONIC);
        _unixMicros = LibC.ReadClockMicros(LinuxAbi.CLOCK_REALTIME);
        Turns++;

        // All events are applied before any code runs, so that code never acts on a connection whose end is already
        // among this turn's events; parked connections are dealt with in this pass.
        for (int next = 0; next < count;)
        {
            try
            {
                ApplyEvents(ref next, count);
            }
#pragma warning disable CA1031 // A bug in a callback costs its connection, not the loop and the other events.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ReportUnhandled(exception);
            }
        }

        for (int next = 0; next < count;)
        {
            try
            {
                DispatchEvents(ref next, count);
            }
#pragma warning disable CA1031 // As above.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ReportUnhandled(exception);
            }
        }

        FireTimers();
        RunPosted();
        RunReady();
    }

    private void ApplyEvents(ref int next, int count)
    {
        while (next < count)
        {
            int i = next++;
            ulong data = _events.Data(i);
            int slot = (int)(uint)data;
            IEpollSource? source = _sources[slot];
            if (source is null || _generations[slot] != (uint)(data >> 32))
            {
                StaleEvents++;
                source = null;
            }

            _turn[i] = source;
            source?.Apply(_events.Bits(i));
        }
    }

    private void DispatchEvents(ref int next, int count)
    {
        while (next < count)
        {
            int i = next++;
            IEpollSource? source = _turn[i];
            _turn[i] = null;
            source?.Dispatch();
        }
    }

    private static void SetOption(int fd, int level, int option, int value) =>
        _ = LibC.setsockopt(fd, level, option, &value, sizeof(int));
}
