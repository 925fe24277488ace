using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Weir.Bench.Logs;

/// <summary>Runs one command to its end and says what it and its children took. One at a time: costs are those of all children.</summary>
internal static class MeasuredCommand
{
    // Source: sysconf(_SC_CLK_TCK), 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(20);

    public static async Task<(string Output, ReadingCost Cost)> RunAsync(string name, IReadOnlyList<string> command, IReadOnlyCollection<int> goodExits)
    {
        (double userBefore, double systemBefore) = ChildrensSeconds();
        long begin = Stopwatch.GetTimestamp();
        using Process process = Start(name, command);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        int threads = 0;
        Task end = process.WaitForExitAsync();
        while (await Task.WhenAny(end, Task.Delay(_betweenLooks)) != end) threads = Math.Max(threads, ThreadsOf(process.Id));

        double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        (double user, double system) = ChildrensSeconds();
        if (!goodExits.Contains(process.ExitCode)) throw new BenchException($"{name} ended with {process.ExitCode}: {await errors}");
        return (await output, new ReadingCost(wall, user - userBefore, system - systemBefore, threads));
    }

    private static Process Start(string name, IReadOnlyList<string> command)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception failure)
        {
            throw new BenchException($"{name} did not start: {failure.Message}");
        }
    }

    // Of children that have ended, and theirs. Source: proc(5), cutime and cstime: fields 16 and 17 of stat, counted from
    // 3 after the name in parentheses.
    private static (double User, double System) ChildrensSeconds()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Seconds(fields[16 - 3]), Seconds(fields[17 - 3]));
    }

    private static double Seconds(string ticks) => double.Parse(ticks, CultureInfo.InvariantCulture) / TicksPerSecond;

    private static int ThreadsOf(int processId)
    {
        try
        {
            return ProcessTree.Of(processId).Sum(static id => Directory.GetDirectories($"/proc/{id}/task").Length);
        }
        catch (IOException)
        {
            // One of them has just ended.
            return 0;
        }
    }
}
