using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using Weir.AccessLogs;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Diagnosis;

/// <summary>
/// The real balancer, on one loop, before one target group: the same data plane as `weir run`. Owned by one bench, which ends it.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LaboratoryBalancer : IDisposable
{
    private const string Name = "reproduce";

    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _askInterval = TimeSpan.FromMilliseconds(20);

    // Source: ALB user guide, health check settings: 300 s at the most.
    private const int RareCheckSeconds = 300;
    private const string AnyAnswerButAnError = "200-499";

    private readonly EpollLoop _loop = new();
    private readonly Thread _thread;
    private readonly AccessLogWriter _log;
    private readonly AccessLogWriter _explain;
    private readonly BalancerNode _node;
    private bool _hasWaitedForHealth;

    /// <param name="targets">Where the target, or the relay before it, listens: of HTTP/1.1 one.</param>
    /// <param name="protects">Whether it keeps requests from closing connections; otherwise it does as ALB.</param>
    /// <param name="options">Idle timeout, latency, and whether hints are believed.</param>
    /// <param name="receiveLogLine">Gets every line of the access log.</param>
    /// <param name="receiveExplainLine">Gets every line of the explain log.</param>
    /// <param name="poolOrder">Which idle connection it takes first.</param>
    public LaboratoryBalancer(
        IReadOnlyList<IPEndPoint> targets,
        bool protects,
        ReproductionOptions options,
        Action<string> receiveLogLine,
        Action<string> receiveExplainLine,
        string poolOrder = ReproductionOptions.PoolOrder)
    {
        using LaboratoryCertificate? certificate = options.Https ? new LaboratoryCertificate() : null;
        BalancerSnapshot snapshot = Compile(targets, protects, options, poolOrder, certificate?.Files);
        BalancerTls? tls = options.Https || options.TargetIsTls ? Load(snapshot, options.IsHttp2 ? "--protocol-version HTTP2" : options.Https ? "--https" : "--target https://…") : null;
        _log = AccessLogWriter.Create(receiveLogLine);
        _log.Start();
        _explain = AccessLogWriter.Create(receiveExplainLine);
        _explain.Start();
        _node = new BalancerNode(new BalancerOptions { AccessLog = _log, Explain = _explain, Report = sentence => FirstReport ??= sentence });
        _node.AddLoop(_loop);
        _thread = new Thread(_loop.Run) { Name = "loop of the laboratory", IsBackground = true };
        _thread.Start();
        Open(snapshot, tls);
        EndPoint = new IPEndPoint(IPAddress.Loopback, _node.PortOf(snapshot.LoadBalancers[0].Listeners[0].Arn));
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>A target that is not checked by then is a slow one, and its requests go the round of those that were.</summary>
    public TimeSpan FirstChecksLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first thing that the balancer had to tell its operator; null if there was nothing.</summary>
    public string? FirstReport { get; private set; }

    /// <summary>
    /// Waits for the first health checks: until all targets have had theirs, requests go to some of them only, and to others at
    /// every next one.
    /// </summary>
    public async Task WaitForHealth(CancellationToken cancel)
    {
        // Of one whose first check came to nothing the next is minutes away: it has been waited for.
        if (_hasWaitedForHealth)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        TargetGroupSnapshot group = _node.Snapshot.TargetGroups[0];
        while (group.Targets.Any(target => _node.Health.StatusOf(group.Arn, target.Key).State == TargetHealthState.Initial)
            && Stopwatch.GetElapsedTime(start) < FirstChecksLimit)
        {
            await Task.Delay(_askInterval, cancel);
        }

        _hasWaitedForHealth = true;
    }

    public long Count(Counter counter) => _node.Counters.Sum(counters => counters[counter]);

    public void Dispose()
    {
        using var drained = new ManualResetEventSlim();
        _node.Drain(TimeSpan.Zero, drained.Set);
        drained.Wait(_stopLimit);
        _loop.Stop();
        if (_thread.Join(_stopLimit))
        {
            _loop.Dispose();
        }

        _log.Dispose();
        _explain.Dispose();
    }

    private static BalancerSnapshot Compile(
        IReadOnlyList<IPEndPoint> targets, bool protects, ReproductionOptions options, string poolOrder, CertificateFiles? certificate)
    {
        TargetProtocol protocol = options.TargetIsTls ? TargetProtocol.Https : TargetProtocol.Http;
        SnapshotCompilation compilation = SnapshotCompiler.Compile(new BalancerDefinition
        {
            LoadBalancers =
            [
                new LoadBalancerDefinition
                {
                    Name = Name,
                    ListenAddress = IPAddress.Loopback,
                    Attributes =
                    [
                        Setting(LoadBalancerAttributes.StaleConnectionMode, protects ? "protect" : "observe"),
                        Setting(LoadBalancerAttributes.StaleConnectionLearnFromHints, options.LearnsFromHints ? "true" : "false"),
                        // The kernel sees the way to the relay only, and a near miss is what would have been lost.
                        Setting(LoadBalancerAttributes.StaleConnectionRoundTrip, Number(options.Window.TotalMilliseconds)),
                        Setting(LoadBalancerAttributes.IdleTimeout, Number(options.IdleTimeout.TotalSeconds)),
                        Setting(LoadBalancerAttributes.PoolOrder, poolOrder),
                    ],
                },
            ],
            Listeners =
            [
                new ListenerDefinition
                {
                    LoadBalancer = Name,
                    Port = 0,
                    SystemMayChoosePort = true,
                    Protocol = certificate is null ? ListenerProtocol.Http : ListenerProtocol.Https,
                    DefaultCertificate = certificate,
                    DefaultActions = [ActionDefinition.ForwardTo(Name)],
                },
            ],
            TargetGroups =
            [
                new TargetGroupDefinition
                {
                    Name = Name,
                    TargetType = TargetType.Ip,
                    Protocol = protocol,
                    ProtocolVersion = options.IsHttp2 ? TargetProtocolVersion.Http2 : TargetProtocolVersion.Http1,
                    HealthCheck = options.IsHttp2 ? RareCheck(protocol, options.Path) : new HealthCheckDefinition { Protocol = protocol },
                    Port = targets[0].Port,
                    Targets = [.. targets.Select(static target => new TargetDefinition(target.Address.ToString(), target.Port))],
                },
            ],
        });
        return compilation.Snapshot
            ?? throw new InvalidOperationException($"the laboratory's configuration is wrong: {compilation.Errors[0]}");
    }

    // Targets that come and go between requests would change which one each of these goes to.
    private static HealthCheckDefinition RareCheck(TargetProtocol protocol, string path) => new()
    {
        Protocol = protocol,
        Path = path,
        HttpCode = AnyAnswerButAnError,
        IntervalSeconds = RareCheckSeconds,
    };

    private static AttributeSetting Setting(AttributeDefinition attribute, string value) => new(attribute.Key, value);

    private static string Number(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    private static BalancerTls Load(BalancerSnapshot snapshot, string option) =>
        BalancerTls.Load(snapshot, new TlsTicketKeys(), new TlsFiles(), DateTimeOffset.UtcNow, out IReadOnlyList<TlsProblem> problems)
        ?? throw new ReproductionException(ReproductionOutcome.NoTls, $"{option}: {problems[0].Sentence}");

    private void Open(BalancerSnapshot snapshot, BalancerTls? tls)
    {
        using var applied = new ManualResetEventSlim();
        IReadOnlyList<ListenFailure> failures = [];
        _node.Apply(snapshot, tls, found =>
        {
            failures = found;
            applied.Set();
        });
        if (!applied.Wait(_startLimit) || failures.Count > 0)
        {
            throw new InvalidOperationException(
                $"the laboratory's balancer cannot listen: {(failures.Count > 0 ? failures[0].ToString() : "no answer")}");
        }
    }
}
