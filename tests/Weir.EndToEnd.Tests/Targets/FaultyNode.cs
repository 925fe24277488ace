using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Weir.EndToEnd.Tests;

/// <summary>Node.js with tests/fixtures/faults/server.js: a target that does well, but for what it is told to get wrong.</summary>
internal sealed class FaultyNode : IDisposable
{
    private const string WorkerLine = "worker ";

    private readonly Dictionary<string, int> _options;
    private ServerProcess _server;

    private FaultyNode(Dictionary<string, int> options, ServerProcess server)
    {
        _options = options;
        _server = server;
        Port = int.Parse(server.Lines[0], CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    /// <summary>Its address in logs.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Port);

    /// <summary>The process ids of the workers that have served so far, oldest first; those that have died among them.</summary>
    public int[] Workers => [.. _server.Lines
        .Where(static line => line.StartsWith(WorkerLine, StringComparison.Ordinal))
        .Select(static line => int.Parse(line.AsSpan(WorkerLine.Length), CultureInfo.InvariantCulture))];

    /// <param name="options">The script names and explains them.</param>
    public static async Task<FaultyNode> StartAsync(params (string Name, int Value)[] options)
    {
        var all = options.ToDictionary(static option => option.Name, static option => option.Value);
        return new FaultyNode(all, await Launch(all));
    }

    /// <summary>Ends it as a deployment does.</summary>
    public async Task Stop()
    {
        _server.Terminate();
        await _server.WaitForExit();
    }

    /// <summary>Starts it once more, where it was.</summary>
    public async Task StartAgain()
    {
        _server.Dispose();
        _options["port"] = Port;
        _server = await Launch(_options);
    }

    public void Dispose() => _server.Dispose();

    private static Task<ServerProcess> Launch(Dictionary<string, int> options) =>
        ServerProcess.StartAsync("", "node", Tree.PathOf("tests/fixtures/faults/server.js"), JsonSerializer.Serialize(options));
}
