using System.Diagnostics;
using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>Counts the system calls of a process with strace, from its start to its stop.</summary>
internal sealed class SystemCallCount : IAsyncDisposable
{
    private readonly Process _strace;
    private readonly TempFolder _folder = new();

    private SystemCallCount(int processId)
    {
        string[] arguments = ["-f", "-c", "-qq", "-o", File, "-p", processId.ToString(CultureInfo.InvariantCulture)];
        _strace = Process.Start(new ProcessStartInfo("strace", arguments) { RedirectStandardError = true })!;
    }

    private string File => _folder.PathOf("calls");

    public static async Task<SystemCallCount> StartAsync(int processId)
    {
        var counting = new SystemCallCount(processId);
        await Deadline.Until(() => counting._strace.HasExited || IsTraced(processId), "strace has attached");
        if (counting._strace.HasExited)
        {
            string reason = await counting._strace.StandardError.ReadToEndAsync();
            await counting.DisposeAsync();
            Assert.Skip($"strace cannot attach here: {reason.Trim()}");
        }

        return counting;
    }

    public async Task<IReadOnlyDictionary<string, long>> StopAsync()
    {
        Signals.Send(_strace.Id, Signals.SIGINT);
        await _strace.WaitForExitAsync(Deadline.Token());
        var calls = new Dictionary<string, long>(StringComparer.Ordinal);
        // Columns: % time, seconds, usecs/call, calls, [errors,] name. Source: strace(1), -c.
        foreach (string line in System.IO.File.ReadLines(File))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length is 5 or 6 && fields[^1] != "total"
                && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long count))
            {
                calls[fields[^1]] = count;
            }
        }

        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_strace.HasExited)
        {
            Signals.Send(_strace.Id, Signals.SIGINT);
            await _strace.WaitForExitAsync();
        }

        _strace.Dispose();
        _folder.Dispose();
    }

    // Every thread: the loop need not be the first one.
    private static bool IsTraced(int processId) => ProcessThreads.All(
        processId, "status", static status => !status.Contains("TracerPid:\t0\n", StringComparison.Ordinal));
}
