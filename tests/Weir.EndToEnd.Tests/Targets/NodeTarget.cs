using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Node.js with its defaults, which say 5 s of keep-alive, in a process of its own that ends with its test. It says of
/// every request that its handler got which trace id it had.
/// </summary>
internal sealed class NodeTarget : IDisposable
{
    private const string Script = """
        const handle = new Function('request', 'response', 'require', process.argv[2]);
        const server = require('node:http').createServer((request, response) => {
          console.log(request.headers['x-amzn-trace-id']);
          handle(request, response, require);
        });
        server.listen(0, process.argv[1], () => console.log(server.address().port));
        // Whoever started this has gone when its end of the pipe has.
        process.stdin.resume();
        process.stdin.on('end', () => process.exit());
        """;

    private readonly Process _node;
    private readonly string _address;
    private readonly int _port;
    private readonly Task _reading;
    private readonly ConcurrentDictionary<string, bool> _traceIds = new(StringComparer.Ordinal);

    private NodeTarget(Process node, string address, int port)
    {
        _node = node;
        _address = address;
        _port = port;
        _reading = ReadLog();
    }

    /// <summary>Address and port, as logs name it.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{_address}:{_port}");

    public string Url => $"http://{Key}";

    /// <summary>Starts it at an address, in the way that <paramref name="wrapper"/> says: a program that becomes Node.js.</summary>
    public static Task<NodeTarget> StartAsync(string address, params string[] wrapper) =>
        StartAsync(address, "response.end('ok')", wrapper);

    /// <summary>The same with what it does on a request, the health checks' too: a function's body of <c>request</c> and <c>response</c>.</summary>
    public static Task<NodeTarget> Serving(string handler) => StartAsync("127.0.0.1", handler, []);

    private static async Task<NodeTarget> StartAsync(string address, string handler, string[] wrapper)
    {
        string[] all = [.. wrapper, "node", "-e", Script, address, handler];
        Process node = Process.Start(new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            string? port = await node.StandardOutput.ReadLineAsync(Deadline.Token());
            return new NodeTarget(node, address, int.Parse(port!, CultureInfo.InvariantCulture));
        }
        catch
        {
            node.Kill();
            node.Dispose();
            throw;
        }
    }

    /// <summary>Whether its handler got the request.</summary>
    public bool Handled(string traceId) => _traceIds.ContainsKey(traceId);

    public void Dispose()
    {
        _node.Kill();
        _reading.Wait(Deadline.Default);
        _node.WaitForExit();
        _node.Dispose();
    }

    private async Task ReadLog()
    {
        while (await _node.StandardOutput.ReadLineAsync() is { } traceId)
        {
            _traceIds.TryAdd(traceId, true);
        }
    }
}
