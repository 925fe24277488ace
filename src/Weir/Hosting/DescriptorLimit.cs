using System.Runtime.InteropServices;

namespace Weir.Hosting;

/// <summary>
/// How many files and sockets the process may have open. The soft limit is 1,024 on most systems, for the sake of select();
/// a balancer needs two for each connection it carries, so it takes the hard one.
/// </summary>
internal sealed record DescriptorLimit(ulong Before, ulong Now)
{
    // Linux, x64 and arm64.
    private const int RLIMIT_NOFILE = 7;

    /// <summary>Raises the soft limit to the hard one; null if the system does not tell the limits.</summary>
    public static DescriptorLimit? Raise()
    {
        var limits = default(ResourceLimit);
        if (getrlimit(RLIMIT_NOFILE, ref limits) != 0)
        {
            return null;
        }

        ulong before = limits.Soft;
        limits.Soft = limits.Hard;
        return before == limits.Hard || setrlimit(RLIMIT_NOFILE, ref limits) == 0
            ? new DescriptorLimit(before, limits.Hard)
            : new DescriptorLimit(before, before);
    }

    [DllImport("libc")]
    private static extern int getrlimit(int resource, ref ResourceLimit limits);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, ref ResourceLimit limits);

    /// <summary>struct rlimit on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
