using System.Diagnostics;
using System.Globalization;

namespace Weir.Bench;

/// <summary>Counts the system calls of a proxy under small keep-alive requests, without an access log. Needs strace.</summary>
internal sealed class SystemCallBenchmark(Proxies proxies, Wrk wrk, BenchOptions options, Workspace workspace)
{
    private static readonly TimeSpan _attachLimit = TimeSpan.FromSeconds(5);

    private static readonly HashSet<string> _receives = ["read", "readv", "recvfrom", "recvmsg", "recvmmsg"];
    private static readonly HashSet<string> _sends = ["write", "writev", "sendto", "sendmsg", "sendmmsg", "sendfile"];
    private static readonly HashSet<string> _polls = ["epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll"];

    public async Task<IReadOnlyList<SystemCallRow>> RunAsync(Profile profile, int originPort, Action<string> progress)
    {
        var rows = new List<SystemCallRow>();
        foreach (string name in options.Proxies)
        {
            progress($"{profile.Name}: {name}");
            await using Server server = await proxies.StartAsync(name, originPort, profile);
            await ResponseCheck.ExpectOkAsync(server, profile);
            await wrk.RunAsync(profile, server.Port, seconds: 1);
            rows.Add(await MeasureAsync(profile, server));
        }

        return rows;
    }

    private async Task<SystemCallRow> MeasureAsync(Profile profile, Server server)
    {
        string file = workspace.PathOf(server.Name + ".strace");
        IReadOnlyList<int> processes = ProcessTree.Of(server.ProcessId);
        List<string> arguments = ["-c", Text(Cores.LoadAndOrigin), "strace", "-f", "-c", "-qq", "-o", file];
        foreach (int id in processes) arguments.AddRange(["-p", Text(id)]);
        using Process strace = Process.Start(new ProcessStartInfo("taskset", arguments) { RedirectStandardError = true })!;
        await WaitUntilTracedAsync(processes, strace);
        LoadResult load = await wrk.RunAsync(profile, server.Port, options.SecondsPerRun);
        using (Process interrupt = Process.Start("kill", ["-INT", Text(strace.Id)])) await interrupt.WaitForExitAsync();
        await strace.WaitForExitAsync();
        return Count(server.Name, load.Requests, ReadCalls(file));
    }

    private static async Task WaitUntilTracedAsync(IReadOnlyList<int> processes, Process strace)
    {
        var elapsed = Stopwatch.StartNew();
        while (!processes.All(IsTraced))
        {
            if (strace.HasExited || elapsed.Elapsed > _attachLimit)
                throw new BenchException($"strace could not attach: {await strace.StandardError.ReadToEndAsync()}");
            await Task.Delay(10);
        }
    }

    // Every thread: the loop need not be the first one.
    private static bool IsTraced(int processId) => Directory.EnumerateDirectories($"/proc/{processId}/task")
        .All(task => !File.ReadAllText(task + "/status").Contains("TracerPid:\t0\n", StringComparison.Ordinal));

    // Columns: % time, seconds, usecs/call, calls, [errors,] name. Source: strace(1), -c.
    private static Dictionary<string, long> ReadCalls(string file)
    {
        var calls = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(file))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length is not (5 or 6) || fields[^1] is "total" or "syscall") continue;
            if (long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long count)) calls[fields[^1]] = count;
        }

        return calls;
    }

    private static SystemCallRow Count(string proxy, long requests, Dictionary<string, long> calls)
    {
        double receives = PerRequest(calls, requests, _receives.Contains);
        double sends = PerRequest(calls, requests, _sends.Contains);
        double polls = PerRequest(calls, requests, _polls.Contains);
        double all = PerRequest(calls, requests, _ => true);
        return new SystemCallRow(proxy, requests, receives, sends, polls, all - receives - sends - polls, calls);
    }

    private static double PerRequest(Dictionary<string, long> calls, long requests, Func<string, bool> counts) =>
        calls.Where(call => counts(call.Key)).Sum(call => (double)call.Value) / requests;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
