using System.Runtime.InteropServices;

namespace Weir.EndToEnd.Tests;

/// <summary>Sends signals to processes that a test has started.</summary>
internal static class Signals
{
    // Linux, x64 and arm64.
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGTERM = 15;

    public static void Send(int processId, int signal) => Assert.Equal(0, kill(processId, signal));

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int processId, int signal);
}
