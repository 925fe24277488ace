using System.Diagnostics;
using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>The Express service of tests/fixtures/express, with its WebSocket, in a process of its own, which ends with its test.</summary>
internal sealed class ExpressTarget : IDisposable
{
    private readonly Process _node;

    private ExpressTarget(Process node, int port)
    {
        _node = node;
        Port = port;
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>The next line of its output.</summary>
    public async Task<string?> ReadLine() => await _node.StandardOutput.ReadLineAsync(Deadline.Token());

    /// <summary>As the kernel's out-of-memory killer would.</summary>
    public void Kill()
    {
        _node.Kill();
        _node.WaitForExit();
    }

    public static async Task<ExpressTarget> StartAsync(string name)
    {
        string folder = Tree.PathOf("tests/fixtures/express");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "Express is not installed: ./dev test does it (npm ci)");
        Process node = Process.Start(new ProcessStartInfo("node", ["server.js", name])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            // Express prints the stack of what is thrown on purpose.
            RedirectStandardError = true,
        })!;
        node.ErrorDataReceived += static (_, _) => { };
        node.BeginErrorReadLine();
        string? port = await node.StandardOutput.ReadLineAsync(Deadline.Token());
        return new ExpressTarget(node, int.Parse(port!, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        Kill();
        _node.Dispose();
    }
}
