using System.Runtime.InteropServices;

namespace Weir.Reactor;

/// <summary>
/// The system calls of the epoll loop, and their constants on Linux x64 and arm64 (the generic numbers, the same on both).
/// </summary>
/// <remarks>
/// All but the wait leave out the collector's transition: they never block and take a few microseconds at the most, and
/// errno stays untouched until it is read.
/// </remarks>
internal static unsafe class LibC
{
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int EPIPE = 32;
    public const int EADDRINUSE = 98;
    public const int EADDRNOTAVAIL = 99;
    public const int ECONNABORTED = 103;
    public const int ECONNRESET = 104;
    public const int ENOBUFS = 105;
    public const int ETIMEDOUT = 110;
    public const int ECONNREFUSED = 111;
    public const int EINPROGRESS = 115;

    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int SOCK_STREAM = 1;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_ERROR = 4;
    public const int SO_LINGER = 13;
    public const int SO_REUSEPORT = 15;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_IPV6 = 41;
    public const int IPV6_V6ONLY = 26;
    public const int TCP_NODELAY = 1;
    public const int TCP_INFO = 11;
    public const int TCP_USER_TIMEOUT = 18;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int SHUT_WR = 1;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const uint EPOLLIN = 0x1;
    public const uint EPOLLOUT = 0x4;
    public const uint EPOLLERR = 0x8;
    public const uint EPOLLHUP = 0x10;
    public const uint EPOLLRDHUP = 0x2000;
    public const uint EPOLLET = 1u << 31;

    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;

    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;

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
