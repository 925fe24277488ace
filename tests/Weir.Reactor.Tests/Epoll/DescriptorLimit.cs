using System.Runtime.InteropServices;

namespace Weir.Reactor.Tests.Epoll;

/// <summary>Takes new descriptors away from this process until it is disposed; those that are open stay.</summary>
internal sealed class DescriptorLimit : IDisposable
{
    private const int RLIMIT_NOFILE = 7;

    private readonly Limits _before;

    private DescriptorLimit(Limits before) => _before = before;

    public static DescriptorLimit None()
    {
        Assert.Equal(0, getrlimit(RLIMIT_NOFILE, out Limits before));
        Limits none = before with { Current = 1 };
        Assert.Equal(0, setrlimit(RLIMIT_NOFILE, in none));
        return new DescriptorLimit(before);
    }

    public void Dispose() => _ = setrlimit(RLIMIT_NOFILE, in _before);

    [DllImport("libc")]
    private static extern int getrlimit(int resource, out Limits limits);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limits limits);

    /// <summary>struct rlimit.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private record struct Limits(nuint Current, nuint Maximum);
}
