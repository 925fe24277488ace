using System.Diagnostics;

namespace Weir.EndToEnd.Tests;

/// <summary>A server program in a process of its own, which says a line when it serves. Owned by one test, and ended with it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>What it has said so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Starts it and waits until it has said something that contains <paramref name="ready"/>.</summary>
    public static async Task<ServerProcess> StartAsync(string ready, string program, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var server = new ServerProcess(process);
        process.OutputDataReceived += server.Read;
        process.ErrorDataReceived += server.Read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Deadline.Until(
                () => server.Lines.Any(line => line.Contains(ready, StringComparison.Ordinal)) || process.HasExited, $"{program} serves");
            Assert.False(process.HasExited, $"{program} ended: {string.Join('\n', server.Lines)}");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>To its standard input.</summary>
    public void Write(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>SIGTERM: what whoever deploys sends first.</summary>
    public void Terminate() => Signals.Send(_process.Id, Signals.SIGTERM);

    public Task WaitForExit() => _process.WaitForExitAsync(Deadline.Token());

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private void Read(object sender, DataReceivedEventArgs said)
    {
        if (said.Data is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
