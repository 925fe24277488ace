using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Weir.Diagnosis;

/// <summary>A target that is a process of ours: its output is its log, and it ends when this is disposed of.</summary>
internal sealed class ServerProcess : TargetServer
{
    /// <summary>The longest that a server may take from its start to its first accepted connection.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan _askInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _exitLimit = TimeSpan.FromSeconds(5);

    // Its listener closes a little ahead of its end.
    private static readonly TimeSpan _endingLimit = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly string _name;
    private readonly string? _folder;
    private readonly bool _isGuarded;

    private ServerProcess(Process process, bool isGuarded, string name, string? folder)
    {
        _process = process;
        _isGuarded = isGuarded;
        _name = name;
        _folder = folder;
    }

    private string Wrote => Log!.LastLines is { Length: > 0 } lines ? $": {lines}" : ", and wrote nothing";

    /// <summary>Starts the program and waits until it accepts connections at <paramref name="endPoint"/>.</summary>
    /// <param name="guard">What ends it if this process is ended without a chance to do so; empty: nothing.</param>
    /// <param name="name">What whoever asked for it calls it.</param>
    /// <param name="folder">Its temporary folder, removed with it; null if it has none.</param>
    /// <param name="advice">What to do where it listens nowhere, in a clause; empty if there is nothing.</param>
    public static async Task<ServerProcess> Start(
        ProcessStartInfo start,
        IReadOnlyList<string> guard,
        string name,
        IPEndPoint endPoint,
        string? folder,
        string advice,
        CancellationToken cancel)
    {
        PutBehind(guard, folder, start);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var log = new TargetLog();
        ServerProcess? server = null;
        try
        {
            Process process = Process.Start(start)!;
            server = new ServerProcess(process, guard.Count > 0, name, folder) { EndPoint = endPoint, Log = log };
            process.OutputDataReceived += (_, line) => Add(log, line.Data);
            process.ErrorDataReceived += (_, line) => Add(log, line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await server.WaitUntilItAccepts(advice, cancel);
            return server;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            ServerFolder.Remove(folder);
            throw new ReproductionException(
                ReproductionOutcome.ServerNotInstalled, $"{name} cannot be started: {exception.Message}");
        }
        catch
        {
            server?.Dispose();
            throw;
        }
    }

    /// <summary>A port of this machine's loopback that nobody has at the moment.</summary>
    public static IPEndPoint FreeEndPoint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    public static async Task<bool> Accepts(IPEndPoint endPoint, CancellationToken cancel)
    {
        try
        {
            using LaboratoryClient client = await LaboratoryClient.Connect(endPoint, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A process that goes into the background ends and still serves, and one that runs may serve no more.
    public override async Task<string?> HowItEnded(CancellationToken cancel)
    {
        if (await Accepts(EndPoint, cancel))
        {
            return null;
        }

        await Task.WhenAny(_process.WaitForExitAsync(cancel), Task.Delay(_endingLimit, cancel));
        return _process.HasExited
            ? $"{_name} ended in the middle of it with exit code {_process.ExitCode}{Wrote}"
            : $"{_name} still runs, and accepts no connection at {EndPoint} any more{Wrote}";
    }

    public override void Dispose()
    {
        // A guard ends what it guards, what went into the background too, and then itself.
        _process.StandardInput.Close();
        if (!_isGuarded || !_process.WaitForExit(_exitLimit))
        {
            // With its workers: a master that is killed cannot end them any more.
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(_exitLimit);
        }

        _process.Dispose();
        ServerFolder.Remove(_folder);
    }

    private static void PutBehind(IReadOnlyList<string> guard, string? folder, ProcessStartInfo start)
    {
        if (guard.Count == 0)
        {
            return;
        }

        string[] command = [.. guard.Skip(1), folder ?? ServerFolder.None, start.FileName, .. start.ArgumentList];
        start.FileName = guard[0];
        start.ArgumentList.Clear();
        foreach (string argument in command)
        {
            start.ArgumentList.Add(argument);
        }
    }

    private static void Add(TargetLog log, string? line)
    {
        if (line is { Length: > 0 })
        {
            log.Add(line);
        }
    }

    private async Task WaitUntilItAccepts(string advice, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await Accepts(EndPoint, cancel))
        {
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw new ReproductionException(
                    ReproductionOutcome.ServerDidNotStart,
                    $"{_name} ended at once with exit code {_process.ExitCode}{Wrote}");
            }

            if (Stopwatch.GetElapsedTime(start) > StartLimit)
            {
                throw new ReproductionException(
                    ReproductionOutcome.ServerDidNotStart,
                    $"{_name} accepts no connection at {EndPoint} within {StartLimit.TotalSeconds:0} s{advice}{Wrote}");
            }

            await Task.Delay(_askInterval, cancel);
        }
    }
}
