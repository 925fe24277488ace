using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Reactor;

/// <summary>
/// The system calls of the epoll loop, and what .NET has no call for. Their constants are <see cref="LinuxAbi"/>.
/// </summary>
/// <remarks>
/// All but the wait and those on files leave out the collector's transition: they never block and take a few microseconds at the most, and
/// errno stays untouched until it is read.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static unsafe class LibC
{
    [DllImport("libc"), SuppressGCTransition]
    public static extern nint recv(int fd, byte* buffer, nint length, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern nint send(int fd, byte* buffer, nint length, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int clock_gettime(int clock, Timespec* time);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int epoll_ctl(int epoll, int operation, int fd, byte* epollEvent);

    [DllImport("libc")]
    public static extern int epoll_wait(int epoll, byte* events, int maxEvents, int timeoutMs);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int epoll_create1(int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int eventfd(uint initial, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern nint read(int fd, byte* buffer, nint length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern nint write(int fd, byte* buffer, nint length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int socket(int family, int type, int protocol);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int bind(int fd, byte* address, int length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int listen(int fd, int backlog);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int connect(int fd, byte* address, int length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int accept4(int fd, byte* address, int* length, int flags);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int getsockname(int fd, byte* address, int* length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int setsockopt(int fd, int level, int option, void* value, int length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int getsockopt(int fd, int level, int option, void* value, int* length);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int shutdown(int fd, int how);

    [DllImport("libc"), SuppressGCTransition]
    public static extern int close(int fd);

    [DllImport("libc")]
    public static extern int statx(int folder, byte* path, int flags, uint mask, byte* result);

    /// <summary>struct timespec on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>errno itself: right after a call that suppresses the transition, where nothing can have changed it.</summary>
    public static int Errno => Marshal.GetLastSystemError();

    public static long ReadClockMicros(int clock)
    {
        Timespec time;
        _ = clock_gettime(clock, &time);
        return (time.Seconds * 1_000_000) + (time.Nanoseconds / 1000);
    }

    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);
}
