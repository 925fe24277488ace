using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Output;

/// <summary>
/// Notices that nobody reads the standard output any more, such as a `head` that has its lines: .NET hides both SIGPIPE
/// and EPIPE, and a command would go on for nobody.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class OutputReader
{
    private const int Descriptor = 1;

    // Linux, the same on x64 and arm64.
    private const int ErrorInterrupted = 4;
    private const short PollError = 8;
    private const short PollHangup = 16;
    private const int NoTimeout = -1;

    /// <summary>Calls once, on a thread of its own, when the reader is gone. A file has none that could go.</summary>
    public static void WhenGone(Action act) => new Thread(() => Watch(act)) { Name = "reader of the output", IsBackground = true }.Start();

    private static void Watch(Action act)
    {
        int ready;
        var output = new PollDescriptor { Descriptor = Descriptor };
        do
        {
            ready = poll(ref output, 1, NoTimeout);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
        if (ready > 0 && (output.Found & (PollError | PollHangup)) != 0)
        {
            act();
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }
}
