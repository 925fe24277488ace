namespace Weir.Reactor;

/// <summary>The eventfd by which other threads end a loop's wait.</summary>
internal sealed unsafe class EpollWakeUp : IEpollSource, IDisposable
{
    private readonly int _fd;

    public EpollWakeUp(EpollLoop loop)
    {
        _fd = LibC.eventfd(0, LibC.EFD_NONBLOCK | LibC.EFD_CLOEXEC);
        if (_fd < 0)
        {
            throw new InvalidOperationException($"eventfd failed: {LibC.Describe(LibC.Errno)}");
        }

        loop.Register(_fd, this, LibC.EPOLLIN | LibC.EPOLLET);
    }

    /// <summary>From any thread.</summary>
    public void Set()
    {
        ulong one = 1;
        _ = LibC.write(_fd, (byte*)&one, sizeof(ulong));
    }

    public void Apply(uint bits)
    {
        ulong count;
        _ = LibC.read(_fd, (byte*)&count, sizeof(ulong));
    }

    public void Dispatch()
    {
    }

    public void Dispose() => _ = LibC.close(_fd);
}
