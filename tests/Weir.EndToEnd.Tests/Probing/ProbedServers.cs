using System.Diagnostics;
using System.Globalization;

namespace Weir.EndToEnd.Tests;

/// <summary>
/// Real servers, each probed once by the real program. All at the same time, and for all tests: it is seconds of waiting and
/// hardly any work.
/// </summary>
public sealed class ProbedServers : IAsyncLifetime
{
    // Longer than any server here takes to close a silent connection, if it closes one at all.
    private static readonly string[] _usual = ["--repeat", "1", "--silent", "5"];

    // Behind a balancer that gives up within a second these are safe.
    private static readonly string[] _short = ["--repeat", "1", "--silent", "0", "--idle-timeout", "1"];

    private readonly Dictionary<string, Task<ProbeRun?>> _probes = [];
    private readonly List<RealServer> _servers = [];
    private readonly TaskCompletionSource _allStand = new();
    private readonly List<Task> _starts = [];
    private readonly List<KestrelServer> _kestrels = [];

    public async ValueTask InitializeAsync()
    {
        Probe("node", ServerSetups.Node(maxRequests: 0), "http", "/", _usual);
        Probe("node-limited", ServerSetups.Node(maxRequests: 20), "http", "/", [.. _usual[..2], "--silent", "0"]);
        Probe("node-cluster", ServerSetups.NodeCluster(), "http", "/", [.. _usual[..2], "--silent", "0"]);
        Probe("nginx", ServerSetups.Nginx("2s"), "http", "/", _usual);
        Probe("nginx-tls", ServerSetups.NginxWithTls("2s"), "https", "/", [.. _usual[..2], "--silent", "3"]);
        Probe("nginx-open", ServerSetups.Nginx("75s"), "http", "/", _short);
        Probe("nginx-later", ServerSetups.Nginx("3s 30s"), "http", "/private", _short);
        Probe("nginx-broken", ServerSetups.Nginx("75s"), "http", "/broken", _short);
        Probe("apache", ServerSetups.Apache(), "http", "/", _usual);
        Probe("gthread", ServerSetups.GunicornThreads(), "http", "/", _usual);
        Probe("sync", ServerSetups.GunicornSync(), "http", "/", _usual);
        Probe("uvicorn", ServerSetups.Uvicorn(), "http", "/", _usual);
        Probe("puma", ServerSetups.Puma(), "http", "/", _usual);
        Probe("tomcat", ServerSetups.Tomcat(), "http", "/", _usual);
        Probe("node-h2c", ServerSetups.NodeHttp2(tls: false), "http", "/", [.. _usual, "--http2"]);
        Probe("node-h2", ServerSetups.NodeHttp2(tls: true), "https", "/", [.. _usual, "--http2"]);
        Probe("nginx-h2", ServerSetups.NginxWithTls("2s", http2: true), "https", "/", [.. _usual[..2], "--silent", "0", "--http2"]);
        Probe("apache-h2c", ServerSetups.Apache(http2: true), "http", "/", [.. _usual[..2], "--silent", "0", "--http2"]);
        _probes["kestrel"] = ProbeKestrel();
        _probes["kestrel-h2c"] = ProbeKestrel("--http2");

        // What starts takes the processor from what measures.
        await Settled(Task.WhenAll(_starts));
        _allStand.SetResult();
        await Settled(Task.WhenAll(_probes.Values));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RealServer server in _servers)
        {
            server.Dispose();
        }

        foreach (KestrelServer kestrel in _kestrels)
        {
            await kestrel.DisposeAsync();
        }
    }

    /// <summary>What was measured of it. Skips the test where the server is not to be had.</summary>
    internal async Task<ProbeRun> Of(string name)
    {
        ProbeRun? run = await _probes[name];
        Assert.SkipWhen(run is null, $"{name} is not on this machine");
        return run!;
    }

    private void Probe(string name, Func<TempFolder, int, ProcessStartInfo>? setup, string scheme, string path, string[] options)
    {
        if (setup is null)
        {
            _probes[name] = Task.FromResult<ProbeRun?>(null);
            return;
        }

        Task<RealServer> start = Start(setup);
        _starts.Add(start);
        _probes[name] = Run();

        async Task<ProbeRun?> Run()
        {
            int port = (await start).Port;
            await _allStand.Task;
            return await ProbeRun.Of(string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}{path}"), options);
        }
    }

    private async Task<RealServer> Start(Func<TempFolder, int, ProcessStartInfo> setup)
    {
        RealServer server = await RealServer.Start(setup);
        lock (_servers)
        {
            _servers.Add(server);
        }

        return server;
    }

    private async Task<ProbeRun?> ProbeKestrel(params string[] more)
    {
        KestrelServer kestrel = await KestrelServer.Start(http2: more.Length > 0);
        lock (_kestrels)
        {
            _kestrels.Add(kestrel);
        }

        await _allStand.Task;
        return await ProbeRun.Of(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{kestrel.Port}/"), [.. _usual, .. more]);
    }

    // Whose fault it was, the test says that asks for it.
    private static async Task Settled(Task all)
    {
        try
        {
            await all;
        }
        catch (Exception) when (all.IsFaulted)
        {
        }
    }
}
