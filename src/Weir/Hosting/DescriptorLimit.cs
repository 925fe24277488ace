using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Hosting;

/// <summary>
/// How many files and sockets the process may have open. The soft limit is 1,024 on most systems, for the sake of select();
/// a balancer needs two for each connection it carries, so it takes the hard one.
/// </summary>
/// <param name="Before">As the process was given it.</param>
/// <param name="Now">The limit in force.</param>
/// <param name="Open">What the process had open at that time: few as a native file, a hundred assemblies under the JIT.</param>
[SupportedOSPlatform("linux")]
internal sealed record DescriptorLimit(ulong Before, ulong Now, ulong Open)
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
            ? new DescriptorLimit(before, limits.Hard, CountOpen())
            : new DescriptorLimit(before, before, CountOpen());
    }

    private static ulong CountOpen()
    {
        try
        {
            return (ulong)Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without /proc: the reserve for everything else has to be enough.
            return 0;
        }
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
