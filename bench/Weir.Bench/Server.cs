using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Bench;

/// <summary>A started proxy or origin, pinned to a core; stops its process when disposed, and never any other.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly string _logFile;

    private Server(string name, Process process, int port, string logFile)
    {
        Name = name;
        _process = process;
        Port = port;
        _logFile = logFile;
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>Of another listener, where there is one: without TLS in a flood profile, for HTTP/2 at the origin.</summary>
    public int SecondPort { get; init; }

    public int ProcessId => _process.Id;

    /// <summary>Starts <paramref name="command"/>, with all its output in a file, and waits until it accepts connections.</summary>
    public static async Task<Server> StartAsync(string name, int core, int port, IReadOnlyList<string> command, string logFile, int secondPort = 0)
    {
        // The shell puts the output into the file and becomes taskset, which becomes the server: one process id throughout.
        string[] arguments =
        [
            "-c", "exec >\"$0\" 2>&1 </dev/null; exec taskset -c \"$@\"", logFile,
            core.ToString(CultureInfo.InvariantCulture), .. command,
        ];
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("/bin/sh", arguments))!;
        }
        catch (Win32Exception failure)
        {
            throw new BenchException($"{name} did not start: {failure.Message}");
        }

        var server = new Server(name, process, port, logFile) { SecondPort = secondPort };
        try
        {
            await server.WaitUntilAcceptingAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM, not SIGKILL: nginx's master takes its worker along.
            using var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(_stopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private async Task WaitUntilAcceptingAsync()
    {
        var elapsed = Stopwatch.StartNew();
        while (elapsed.Elapsed < _startLimit)
        {
            if (_process.HasExited) break;
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }

        string log = File.Exists(_logFile) ? File.ReadAllText(_logFile).Trim() : "";
        throw new BenchException($"{Name} accepts no connections on 127.0.0.1:{Port}\n{log}".Trim());
    }
}
