using System.Net;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Diagnosis;

/// <summary>
/// Counts races where the formula computes them: Weir's own data plane, in `observe`, between clients and targets of a
/// simulated network, in virtual time and from a seed. It must share nothing with <see cref="RaceRate"/>.
/// </summary>
public sealed class RaceSimulation
{
    private const int ListenerPort = 80;
    private const int TargetPort = 8080;
    private const int HealthCheckSeconds = 300;

    // What is under way when the last request has come is answered within this.
    private static readonly TimeSpan _slice = TimeSpan.FromMinutes(10);
    private static readonly IPAddress _balancerAddress = IPAddress.Parse("10.200.0.1");

    private readonly RacePrediction _asked;
    private readonly SimNetwork _network;
    private readonly BalancerNode _node = new(new BalancerOptions());
    private readonly SimulatedClients _clients;

    private RaceSimulation(RacePrediction asked, ulong seed)
    {
        _asked = asked;
        // Between clients and balancer nothing happens that is asked for.
        _network = new SimNetwork(seed, new SimNetworkOptions { Link = new SimLinkOptions { LatencyMicros = 0, JitterMicros = 0, SplitProbability = 0 } });
        _node.AddLoop(_network.CreateLoop("balancer", _balancerAddress));
        // One pool is one loop and one target. Targets that take turns are connections that do.
        IPAddress[] targets = [.. Enumerable.Range(0, asked.ConnectionsInTurn ?? 1).Select(static i => new IPAddress([10, 201, (byte)(i >> 8), (byte)i]))];
        var link = new SimLinkOptions
        {
            LatencyMicros = (int)asked.Latency.TotalMicroseconds,
            JitterMicros = 0,
            SplitProbability = 0,
        };
        foreach (IPAddress address in targets)
        {
            _network.SetLink(_balancerAddress, address, link);
            _network.SetLink(address, _balancerAddress, link);
            _ = new SimulatedTarget(_network, asked, new IPEndPoint(address, TargetPort));
        }

        Apply(targets);
        _clients = new SimulatedClients(
            _network, asked.RequestsPerSecond / asked.Pools, asked.Pattern, asked.BalancerIdleTimeout, new IPEndPoint(_balancerAddress, ListenerPort));
    }

    /// <summary>Ends when it has seen <paramref name="enough"/> races or sent <paramref name="limit"/> requests, whichever comes first.</summary>
    /// <param name="asked">The traffic of one pool is simulated; the pools are alike.</param>
    /// <param name="seed">The same one gives the same course.</param>
    /// <param name="enough">Races.</param>
    /// <param name="limit">Requests.</param>
    /// <param name="progress">Called now and then with what is counted so far.</param>
    /// <param name="cancel">Ends it early, with what is counted so far.</param>
    public static RaceSimulationResult Run(
        RacePrediction asked, ulong seed, long enough, long limit, Action<RaceSimulationResult>? progress, CancellationToken cancel) =>
        new RaceSimulation(asked, seed).Run(enough, limit, progress ?? (static _ => { }), cancel);

    private RaceSimulationResult Run(long enough, long limit, Action<RaceSimulationResult> progress, CancellationToken cancel)
    {
        // The first health check is over before the first request comes.
        _network.RunFor(TimeSpan.FromSeconds(1));
        _clients.ScheduleNext(limit);
        RaceSimulationResult result;
        do
        {
            _network.RunUntil(() => cancel.IsCancellationRequested || _clients.Races >= enough || _clients.IsDone, _slice);
            result = new RaceSimulationResult(_clients.Sent, _clients.Races, _clients.OtherFailures, _network.Elapsed);
            progress(result);
        }
        while (!cancel.IsCancellationRequested && _clients.Races < enough && !_clients.IsDone);

        return result;
    }

    private void Apply(IPAddress[] targets)
    {
        SnapshotCompilation compiled = SnapshotCompiler.Compile(Definition(targets));
        if (compiled.Snapshot is not { } snapshot)
        {
            throw new InvalidOperationException(string.Join(", ", compiled.Errors));
        }

        _node.Apply(snapshot, static failures =>
        {
            if (failures.Count > 0)
            {
                throw new InvalidOperationException(failures[0].ToString());
            }
        });
    }

    private BalancerDefinition Definition(IPAddress[] targets) => new()
    {
        LoadBalancers =
        [
            new LoadBalancerDefinition
            {
                Name = "simulated",
                ListenAddress = _balancerAddress,
                Attributes =
                [
                    new AttributeSetting("weir.stale_connection.mode", "observe"),
                    new AttributeSetting("idle_timeout.timeout_seconds", ((int)Math.Ceiling(_asked.BalancerIdleTimeout.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ],
            },
        ],
        TargetGroups =
        [
            new TargetGroupDefinition
            {
                Name = "targets",
                TargetType = TargetType.Ip,
                Port = TargetPort,
                Protocol = TargetProtocol.Http,
                HealthCheck = new HealthCheckDefinition { IntervalSeconds = HealthCheckSeconds },
                Targets = [.. targets.Select(static address => new TargetDefinition(address.ToString(), TargetPort))],
            },
        ],
        Listeners =
        [
            new ListenerDefinition
            {
                LoadBalancer = "simulated",
                Port = ListenerPort,
                DefaultActions = [ActionDefinition.ForwardTo("targets")],
            },
        ],
    };
}
