using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.AccessLogs;

/// <summary>
/// The process's standard output, written with write(2) itself: only the system call says how much of a line went out
/// before it failed. Console's stream swallows that, and a closed pipe too.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class StandardOutput
{
    private const int Descriptor = 1;

    // Linux, the same on x64 and arm64.
    private const int ErrorInterrupted = 4;
    private const int ErrorTryAgain = 11;
    private const short PollOut = 4;

    // A terminal that a parent made non-blocking and nobody reads is given up after this; its lines are lost, not the writer.
    private const int PollTimeoutMs = 1_000;

    /// <summary>Writes some of the bytes, at least one, or says why none.</summary>
    public static int Write(ReadOnlySpan<byte> bytes, out string? cause)
    {
        cause = null;
        bool polled = false;
        while (true)
        {
            nint written = write(Descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written > 0)
                return (int)written;

            int error = Marshal.GetLastPInvokeError();
            if (error == ErrorInterrupted)
                continue;

            if (error == ErrorTryAgain && !polled)
            {
                polled = true;
                var descriptor = new PollDescriptor { Descriptor = Descriptor, Events = PollOut };
                _ = poll(ref descriptor, 1, PollTimeoutMs);
                continue;
            }

            cause = Marshal.GetPInvokeErrorMessage(error);
            return 0;
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, ref byte bytes, nint count);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReceivedEvents;
    }
}
