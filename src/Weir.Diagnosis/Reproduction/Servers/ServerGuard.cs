using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Weir.Diagnosis;

/// <summary>
/// A process between a reproduction and its server: it ends the server, with all that it has started, as soon as nobody
/// holds the other end of its standard input any more. So a server ends with the reproduction, however that one ends, and
/// what went into the background ends too, and the server's temporary folder goes with it. It must never end what it has not
/// started, or remove what is not such a folder.
/// </summary>
[SupportedOSPlatform("linux")]
public static class ServerGuard
{
    /// <summary>The word before the server's folder and its own command.</summary>
    public const string Word = "guard-server";

    // As shells have it: the program is not there, or is none.
    private const int CannotStart = 127;

    // Linux, the same on x64 and arm64.
    private const int PR_SET_CHILD_SUBREAPER = 36;
    private const int SIGKILL = 9;

    private static readonly TimeSpan _askInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _killLimit = TimeSpan.FromSeconds(5);

    /// <summary>Runs the program; its exit code, or 0 if it was ended.</summary>
    /// <param name="folder">The server's temporary folder, or <see cref="ServerFolder.None"/>.</param>
    public static async Task<int> Run(string folder, string program, IEnumerable<string> arguments)
    {
        // What goes into the background leaves its parent, and its process group; it then belongs to this process.
        _ = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        // A terminal's signals come to every process on it. The reproduction knows what to do.
        using PosixSignalRegistration interrupt = Ignore(PosixSignal.SIGINT);
        using PosixSignalRegistration terminate = Ignore(PosixSignal.SIGTERM);
        using PosixSignalRegistration hangup = Ignore(PosixSignal.SIGHUP);
        Process server;
        try
        {
            server = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true })!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            await Console.Error.WriteLineAsync($"{program} cannot be started: {exception.Message}");
            return CannotStart;
        }

        Task deserted = Task.Run(static () => Console.OpenStandardInput().CopyToAsync(Stream.Null));
        await Task.WhenAny(deserted, server.WaitForExitAsync());
        while (!deserted.IsCompleted && Descendants().Length > 0)
        {
            await Task.Delay(_askInterval);
        }

        bool endedItself = server.HasExited;
        await EndAll();
        ServerFolder.Remove(folder);
        return endedItself ? server.ExitCode : 0;
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) =>
        PosixSignalRegistration.Create(signal, static context => context.Cancel = true);

    // Again and again: a server may start another process while it is being ended.
    private static async Task EndAll()
    {
        long start = Stopwatch.GetTimestamp();
        while (Descendants() is { Length: > 0 } processes && Stopwatch.GetElapsedTime(start) < _killLimit)
        {
            foreach (int process in processes)
            {
                _ = kill(process, SIGKILL);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }
    }

    // Those that run; one that has ended and waits for its parent to notice is none.
    private static int[] Descendants()
    {
        ILookup<int, int> children = Running().ToLookup(static entry => entry.Parent, static entry => entry.Process);
        var found = new List<int>();
        var next = new Queue<int>([Environment.ProcessId]);
        while (next.TryDequeue(out int process))
        {
            foreach (int child in children[process])
            {
                found.Add(child);
                next.Enqueue(child);
            }
        }

        return [.. found];
    }

    private static IEnumerable<(int Process, int Parent)> Running()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && ParentOf(folder) is { } parent)
            {
                yield return (process, parent);
            }
        }
    }

    // Source: proc_pid_stat(5): `PID (NAME) STATE PARENT …`, and a name may hold anything.
    private static int? ParentOf(string folder)
    {
        try
        {
            string line = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields is [not ("Z" or "X"), var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
