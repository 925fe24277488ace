using System.Net;
using Weir.AccessLogs;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Diagnosis;

/// <summary>
/// The real balancer, on one loop, before one target: the same data plane as `weir run`. Owned by one bench, which ends it.
/// </summary>
internal sealed class LaboratoryBalancer : IDisposable
{
    private const string Name = "reproduce";

    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(5);

    private readonly EpollLoop _loop = new();
    private readonly Thread _thread;
    private readonly AccessLogWriter _log;
    private readonly BalancerNode _node;

    public LaboratoryBalancer(IPEndPoint target, string staleConnectionMode, int idleTimeoutSeconds, Action<string> receiveLogLine)
    {
        BalancerSnapshot snapshot = Compile(target, staleConnectionMode, idleTimeoutSeconds);
        _log = AccessLogWriter.Create(receiveLogLine);
        _log.Start();
        _node = new BalancerNode(new BalancerOptions { AccessLog = _log });
        _node.AddLoop(_loop);
        _thread = new Thread(_loop.Run) { Name = "loop of the laboratory", IsBackground = true };
        _thread.Start();
        Open(snapshot);
        EndPoint = new IPEndPoint(IPAddress.Loopback, _node.PortOf(snapshot.LoadBalancers[0].Listeners[0].Arn));
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>A counter by its name in `/metrics`; null if this balancer does not count it.</summary>
    public long? Count(string name) => CounterTable.Rows.FirstOrDefault(row => row.Name == name) is { } row
        ? _node.Counters.Sum(counters => counters[row.Counter])
        : null;

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
    }

    private static BalancerSnapshot Compile(IPEndPoint target, string staleConnectionMode, int idleTimeoutSeconds)
    {
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
                        Setting(LoadBalancerAttributes.StaleConnectionMode, staleConnectionMode),
                        Setting(LoadBalancerAttributes.IdleTimeout, $"{idleTimeoutSeconds}"),
                        // So that requests which follow one another use connections of the same age, and not the
                        // one that has just been used.
                        Setting(LoadBalancerAttributes.PoolOrder, "oldest_first"),
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
                    DefaultActions = [ActionDefinition.ForwardTo(Name)],
                },
            ],
            TargetGroups =
            [
                new TargetGroupDefinition
                {
                    Name = Name,
                    TargetType = TargetType.Ip,
                    Protocol = TargetProtocol.Http,
                    Port = target.Port,
                    Targets = [new TargetDefinition(target.Address.ToString(), target.Port)],
                },
            ],
        });
        return compilation.Snapshot
            ?? throw new InvalidOperationException($"the laboratory's configuration is wrong: {compilation.Errors[0]}");
    }

    private static AttributeSetting Setting(AttributeDefinition attribute, string value) => new(attribute.Key, value);

    private void Open(BalancerSnapshot snapshot)
    {
        using var applied = new ManualResetEventSlim();
        IReadOnlyList<ListenFailure> failures = [];
        _node.Apply(snapshot, found =>
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
