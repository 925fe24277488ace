using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>The eventfd by which other threads end a loop's wait.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EpollWakeUp : IEpollSource, IDisposable
{
    private readonly Lock _gate = new();
    private readonly int _fd;
    private bool _disposed;

    public EpollWakeUp(EpollLoop loop)
    {
        _fd = LibC.eventfd(0, LinuxAbi.EFD_NONBLOCK | LinuxAbi.EFD_CLOEXEC);
        if (_fd < 0)
        {
            throw new InvalidOperationException($"eventfd failed: {LibC.Describe(LibC.Errno)}");
        }

        loop.Register(_fd, this, LinuxAbi.EPOLLIN | LinuxAbi.EPOLLET);
    }

    /// <summary>From any thread.</summary>
    public void Set()
    {
        // A write after the close could go into whatever connection has got the descriptor since.
        lock (_gate)
        {
            if (!_disposed)
            {
                ulong one = 1;
                _ = LibC.write(_fd, (byte*)&one, sizeof(ulong));
            }
        }
    }

    public void Apply(uint bits)
    {
        ulong count;
        _ = LibC.read(_fd, (byte*)&count, sizeof(ulong));
    }

    public void Dispatch()
    {
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = LibC.close(_fd);
            }
        }
    }
}
