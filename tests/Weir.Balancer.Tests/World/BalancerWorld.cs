using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Weir.AccessLogs;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer.Tests;

/// <summary>
/// A balancer, its targets and its clients in a simulated network: everything runs on the test's thread, in virtual
/// time, and clients and targets say exactly the bytes that a test gives them. Made and disposed of by one test.
/// </summary>
internal sealed partial class BalancerWorld : IDisposable
{
    public const int TargetPort = 8080;
    public const int HealthPort = 9000;

    public static readonly IPAddress Address = IPAddress.Parse("10.9.0.1");
    public static readonly IPAddress ClientAddress = IPAddress.Parse("10.8.0.1");

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly string _logPath = Path.Combine(Path.GetTempPath(), $"weir-balancer-{Guid.NewGuid():N}.log");
    private readonly AccessLogWriter _log;
    private readonly AccessLogWriter _explain;
    private readonly AccessLogWriter _connectionLog;
    private readonly List<string> _connectionLines = [];
    private readonly TlsTicketKeys _tickets = new();
    private readonly List<string> _reports = [];
    private readonly Dictionary<string, TargetDouble> _targets = [];

    public BalancerWorld(WorldOptions? options = null)
    {
        Options = options ?? new WorldOptions();
        Network = new SimNetwork(Options.Seed, Options.Network);
        BalancerLoop = Network.CreateLoop("balancer", Address);
        ClientLoop = Network.CreateLoop("client", ClientAddress);
        _log = AccessLogWriter.Create(_logPath, new AccessLogWriterOptions { Chunks = 8 });
        _explain = AccessLogWriter.CreateUndivided(ExplainPath, new AccessLogWriterOptions { Chunks = 8 });
        _connectionLog = AccessLogWriter.Create(_connectionLines.Add, new AccessLogWriterOptions { Chunks = 8 });
        Node = new BalancerNode(new BalancerOptions
        {
            Observer = Options.Observer,
            AccessLog = _log,
            ConnectionLog = _connectionLog,
            Explain = _explain,
            StickyKey = Options.StickyKey,
            MaxClientConnections = Options.MaxClients,
            Report = _reports.Add,
        });
        Node.AddLoop(BalancerLoop);
        for (int i = 1; i < Options.Loops; i++)
        {
            Node.AddLoop(Network.CreateLoop($"balancer {i}", Address));
        }

        for (int group = 1; group <= Options.Weights.Count; group++)
        {
            for (int number = 1; number <= Options.Targets; number++)
            {
                AddTarget($"10.0.{group}.{number}");
            }
        }

        Apply(Options);
        RunMs(20);
    }

    private string ExplainPath => _logPath + ".explain";

    public WorldOptions Options { get; private set; }

    public SimNetwork Network { get; }

    public SimLoop BalancerLoop { get; }

    public SimLoop ClientLoop { get; }

    public BalancerNode Node { get; }

    public LoopCounters Counters => Node.Counters[0];

    /// <summary>The only target, or the first.</summary>
    public TargetDouble Target => _targets["10.0.1.1"];

    public IReadOnlyCollection<TargetDouble> Targets => _targets.Values;

    public TargetDouble TargetAt(string address) => _targets[address];

    public TargetDouble AddTarget(string address)
    {
        var target = new TargetDouble(this, IPAddress.Parse(address));
        _targets.Add(address, target);
        return target;
    }

    /// <summary>Puts a configuration into force.</summary>
    public IReadOnlyList<ListenFailure> Apply(WorldOptions options)
    {
        Options = options;
        return Apply(options.Compile());
    }

    public IReadOnlyList<ListenFailure> Apply(BalancerSnapshot snapshot)
    {
        IReadOnlyList<ListenFailure>? failures = null;
        Node.Apply(snapshot, LoadTls(snapshot), result => failures = result);
        Until(() => failures is not null, "the snapshot is in force");
        return failures!;
    }

    /// <summary>A client's new connection.</summary>
    public Peer Connect(int? port = null) =>
        new(this, ClientLoop, ClientLoop.Connect(new IPEndPoint(Options.ListenAddress, port ?? Options.ListenPort))!);

    /// <summary>A client's new connection with bytes on it.</summary>
    public Peer Connect(string bytes)
    {
        Peer client = Connect();
        client.Send(bytes);
        return client;
    }

    /// <summary>Sends a request on a new connection and answers it at the target; the client's connection.</summary>
    public Peer Exchange(string request, string response)
    {
        Peer client = Connect(request);
        Target.Accept().Answer(response);
        return client;
    }

    public void RunMs(int ms) => Network.RunFor(TimeSpan.FromMilliseconds(ms));

    public void RunSeconds(double seconds) => Network.RunFor(TimeSpan.FromSeconds(seconds));

    /// <summary>Runs until it holds; the test fails when it does not in time.</summary>
    public void Until(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        bool met = Network.RunUntil(condition, limit ?? _patience);
        Assert.True(met, $"in vain waited for: {what}");
    }

    /// <summary>The access log so far. Ends the log: once in a test, at its end.</summary>
    public IReadOnlyList<LogLine> Log()
    {
        RunMs(1100);
        Assert.True(_log.Stop(TimeSpan.FromSeconds(5)));
        return File.Exists(_logPath) ? [.. File.ReadAllLines(_logPath).Select(line => new LogLine(line))] : [];
    }

    /// <summary>The connection log so far. Ends it: once in a test, at its end.</summary>
    public IReadOnlyList<string> ConnectionLog()
    {
        RunMs(1100);
        Assert.True(_connectionLog.Stop(TimeSpan.FromSeconds(5)));
        return _connectionLines;
    }

    /// <summary>What the operator was told since the last look. What no test looks at fails it.</summary>
    public IReadOnlyList<string> TakeReports()
    {
        string[] reports = [.. _reports];
        _reports.Clear();
        return reports;
    }

    /// <summary>The explain log so far. Ends it: once in a test, at its end.</summary>
    public IReadOnlyList<JsonElement> Explained()
    {
        RunMs(1100);
        Assert.True(_explain.Stop(TimeSpan.FromSeconds(5)));
        return File.Exists(ExplainPath) ? [.. File.ReadAllLines(ExplainPath).Select(line => JsonDocument.Parse(line).RootElement)] : [];
    }

    /// <summary>Health now, as the API would show it.</summary>
    public TargetHealthStatus HealthOf(string address, int group = 1) =>
        Node.Health.StatusOf(Node.Snapshot.TargetGroups[group - 1].Arn, $"{address}:{TargetPort}");

    /// <summary>A page as specified, but for its date. Source: ALB, observed.</summary>
    public static string Page(string status, bool keepAlive, string detail = "", bool head = false)
    {
        string center = detail.Length == 0 ? "" : $"<center>{detail}</center>\r\n";
        string body = $"<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n"
            + $"{center}</body>\r\n</html>\r\n";
        return $"HTTP/1.1 {status}\r\nServer: awselb/2.0\r\nDate: *\r\nContent-Type: text/html\r\n"
            + $"Content-Length: {body.Length}\r\nConnection: {(keepAlive ? "keep-alive" : "close")}\r\n\r\n{(head ? "" : body)}";
    }

    /// <summary>The same text with what differs from run to run replaced by stars.</summary>
    public static string Masked(string bytes) =>
        TraceId().Replace(Date().Replace(bytes, "Date: *\r\n"), "X-Amzn-Trace-Id: *\r\n");

    public void Dispose()
    {
        _log.Dispose();
        File.Delete(_logPath);
        _explain.Dispose();
        _connectionLog.Dispose();
        File.Delete(ExplainPath);
        Assert.Empty(_reports);
        Assert.Equal(Options.Bugs, Counters[Counter.ConnectionsCutByBugs]);
    }

    private BalancerTls? LoadTls(BalancerSnapshot snapshot)
    {
        BalancerTls? tls = BalancerTls.Load(snapshot, _tickets, new TlsFiles(), DateTimeOffset.UnixEpoch.AddMicroseconds(BalancerLoop.UnixMicros), out var problems);
        Assert.Empty(problems);
        return tls;
    }

    [GeneratedRegex("Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r\n")]
    private static partial Regex Date();

    [GeneratedRegex("X-Amzn-Trace-Id: Root=1-[0-9a-f]{8}-[0-9a-f]{24}\r\n")]
    private static partial Regex TraceId();
}
