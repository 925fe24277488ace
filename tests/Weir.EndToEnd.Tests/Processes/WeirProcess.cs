using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// A running `weir run`: what it says on standard error, what it counts, how it ends. Owned by one test, which ends it by
/// disposing; the process must never outlive the test.
/// </summary>
internal sealed class WeirProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly List<JsonElement> _messages = [];
    private readonly List<string> _unreadable = [];
    private readonly List<string> _output = [];
    private readonly TempFolder _folder;

    private WeirProcess(Process process, TempFolder folder)
    {
        _process = process;
        _folder = folder;
        _reading = Task.WhenAll(ReadErrors(), ReadOutput());
    }

    public int Id => _process.Id;

    /// <summary>The port of the first listener.</summary>
    public int Port => Ports[0];

    public int[] Ports => [.. Events("listening").Select(static message => message.GetProperty("port").GetInt32())];

    public string Url => $"http://127.0.0.1:{Port}";

    public string AdminUrl => Events("admin")[0].GetProperty("url").GetString()!;

    public string LogFile => _folder.PathOf("access.log");

    /// <summary>The lines on standard output so far.</summary>
    public string[] Output
    {
        get
        {
            lock (_output)
            {
                return [.. _output];
            }
        }
    }

    /// <summary>Lines on standard error that are no messages of the program: there ought to be none.</summary>
    public string[] Unreadable
    {
        get
        {
            lock (_messages)
            {
                return [.. _unreadable];
            }
        }
    }

    public static Task<WeirProcess> StartAsync(params string[] options) => StartAsync(new WeirStart(), options);

    /// <summary>Starts `weir run` and waits until it serves.</summary>
    public static async Task<WeirProcess> StartAsync(WeirStart how, params string[] options)
    {
        WeirProcess weir = Launch(how, options);
        try
        {
            await Deadline.Until(() => weir.Events("admin").Length > 0 || weir._process.HasExited, "weir says where its admin endpoint is");
            Assert.False(weir._process.HasExited, $"weir ended: {weir.Describe()}");
            return weir;
        }
        catch
        {
            await weir.DisposeAsync();
            throw;
        }
    }

    /// <summary>As <see cref="StartAsync(WeirStart, string[])"/>, for a start that is expected to fail.</summary>
    public static WeirProcess Launch(WeirStart how, params string[] options)
    {
        var folder = new TempFolder();
        List<string> all = [.. how.Wrapper, .. WeirBinary.Command, "run", "--json", .. options];
        AddUnless(all, "--listen", "0", how.HasOwnListeners);
        AddUnless(all, "--loops", "1", false);
        AddUnless(all, "--admin", "127.0.0.1:0", false);
        AddUnless(all, "--access-log", folder.PathOf("access.log"), how.HasNoLog);
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        };
        // A state folder of its own, whatever the machine has.
        start.Environment["STATE_DIRECTORY"] = folder.PathOf("state");
        foreach ((string name, string value) in how.Environment)
        {
            start.Environment[name] = value;
        }

        return new WeirProcess(Process.Start(start)!, folder);
    }

    public JsonElement[] Events(string name)
    {
        lock (_messages)
        {
            return [.. _messages.Where(message => message.GetProperty("event").GetString() == name)];
        }
    }

    public Task<Metrics> ReadMetrics() => Metrics.Read(AdminUrl);

    /// <summary>
    /// Waits until a metric has at least this value, and gives the reading that shows it. What the same request adds to
    /// others may still be on its way: <see cref="WhenQuiet"/> waits for that.
    /// </summary>
    public async Task<Metrics> WaitForMetric(string name, long atLeast, TimeSpan? limit = null)
    {
        Metrics metrics = await ReadMetrics();
        await Deadline.Until(
            async () => (metrics = await ReadMetrics())[name] >= atLeast,
            () => $"{name} reaches {atLeast}; it is {metrics[name]}",
            limit);
        return metrics;
    }

    /// <summary>
    /// Waits until no client is connected any more, and gives what was counted. A client has its answer, and the last one of
    /// a load generator may never reach it, before the loop counts the request; when its connection is counted out, nothing
    /// of it moves any more.
    /// </summary>
    public async Task<Metrics> WhenQuiet()
    {
        Metrics metrics = await ReadMetrics();
        await Deadline.Until(
            async () =>
            {
                metrics = await ReadMetrics();
                return metrics["weir_client_connections_open"] == 0 && metrics["weir_requests_in_flight"] == 0;
            },
            "no client is connected and no request is under way");
        return await ReadMetrics();
    }

    /// <summary>Waits until every target is healthy, so that no request is routed for want of one (fail open).</summary>
    public async Task<WeirProcess> WhenHealthy(int targets = 1)
    {
        await Deadline.Until(async () => (await ReadMetrics()).Sum("weir_target_healthy") >= targets, $"{targets} targets are healthy");
        return this;
    }

    public void Signal(int signal) => Signals.Send(Id, signal);

    /// <summary>Asks it to stop and gives its exit code.</summary>
    public Task<int> StopAsync(int signal = Signals.SIGTERM)
    {
        Signal(signal);
        return WaitForExit();
    }

    public async Task<int> WaitForExit(TimeSpan? limit = null)
    {
        await Deadline.Until(() => _process.HasExited, "weir ends", limit);
        await _reading;
        return _process.ExitCode;
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Stops it, so that its log is whole, and reads the log.</summary>
    public async Task<LogLine[]> StopAndReadLog()
    {
        await StopAsync();
        return LogLine.ReadAll(LogFile);
    }

    /// <summary>What the process has in memory now.</summary>
    public long ResidentBytes() => StatusBytes("VmRSS:");

    /// <summary>The most that it has had in memory at one time since <see cref="ForgetPeak"/>.</summary>
    public long PeakResidentBytes() => StatusBytes("VmHWM:");

    // Source: proc(5), /proc/PID/clear_refs: 5 resets the peak of the resident set.
    public void ForgetPeak() => File.WriteAllText($"/proc/{Id}/clear_refs", "5");

    /// <summary>None of its threads runs or waits for its turn to run: it waits for something to come.</summary>
    // Source: proc(5), /proc/PID/stat: the state follows the name, which is in parentheses and may hold anything.
    public bool Sleeps() => ProcessThreads.All(Id, "stat", static stat => stat[stat.LastIndexOf(')') + 2] == 'S');

    public string Describe()
    {
        lock (_messages)
        {
            return string.Join('\n', _messages.Select(static message => message.GetRawText()).Concat(_unreadable));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _reading;
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private long StatusBytes(string name)
    {
        string line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static void AddUnless(List<string> arguments, string option, string value, bool unwanted)
    {
        if (!unwanted && !arguments.Contains(option))
        {
            arguments.AddRange([option, value]);
        }
    }

    private async Task ReadErrors()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_messages)
            {
                if (line.StartsWith('{'))
                {
                    _messages.Add(JsonDocument.Parse(line).RootElement);
                }
                else
                {
                    _unreadable.Add(line);
                }
            }
        }
    }

    private async Task ReadOutput()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }
}
