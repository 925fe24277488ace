using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Weir.EndToEnd.Tests;

/// <summary>A server of the field, in a process and a folder of its own. Owned by one test or fixture, and ended with it.</summary>
internal sealed class RealServer : IDisposable
{
    // A virtual machine for Java takes seconds, and more where others are started at the same time.
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TempFolder _folder;
    private readonly ConcurrentQueue<string> _output = [];

    private RealServer(Process process, TempFolder folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Starts it, and waits until it accepts connections.</summary>
    /// <param name="setup">Writes its files into a folder, and says how it is started at a port.</param>
    public static async Task<RealServer> Start(Func<TempFolder, int, ProcessStartInfo> setup)
    {
        var folder = new TempFolder();
        int port = ReservedPort.Next();
        ProcessStartInfo start = setup(folder, port);
        start.WorkingDirectory = folder.Path;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var server = new RealServer(Process.Start(start)!, folder, port);
        try
        {
            await Deadline.Until(server.Accepts, () => $"{start.FileName} accepts connections: {string.Join('\n', server._output)}", _startLimit);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // With its workers: a master that is killed cannot end them any more.
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> Accepts()
    {
        Assert.False(_process.HasExited, string.Join('\n', _output));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
