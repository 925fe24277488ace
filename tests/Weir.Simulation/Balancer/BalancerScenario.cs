using System.Net;
using Weir.AccessLogs;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// The whole data plane between clients and targets of every temper, with every fault there is: no exchange is lost, doubled
/// or crossed, each failure is called what it was, the log has one line for each, and nothing is left at the end.
/// </summary>
internal sealed class BalancerScenario(PlantedBug plant) : ISimulationScenario
{
    private const int LogChunks = 4_096;

    private static readonly IPEndPoint _balancer = new(IPAddress.Parse("10.200.0.1"), 80);
    private static readonly TimeSpan _longestRun = TimeSpan.FromHours(20);
    private static readonly TimeSpan _longestEnd = TimeSpan.FromHours(2);

    public string Name => "balancer";

    public SimulationOutcome Run(ulong seed, TextWriter? trace)
    {
        string log = Path.GetTempFileName();
        try
        {
            using var run = new BalancerRun(seed, plant, log, trace);
            return run.Run();
        }
        finally
        {
            File.Delete(log);
        }
    }

    private sealed class BalancerRun : IDisposable
    {
        private readonly string _logPath;
        private readonly LoopRandom _random;
        private readonly WorldKind _kind;
        private readonly WorldTls _tls;
        private readonly SimNetwork _network;
        private readonly BalancerWorld _world;
        private readonly FailureOracle _exchanges;
        private readonly AccessLogWriter _log;
        private readonly BalancerNode _node;
        private readonly List<SimLoop> _loops = [];
        private readonly List<SimLoop> _balancerLoops = [];
        private readonly List<SimLoop> _clientLoops = [];
        private readonly List<TargetServer> _targets = [];
        private int _clientsLeft;
        private bool _drained;

        public BalancerRun(ulong seed, PlantedBug plant, string logPath, TextWriter? trace)
        {
            _logPath = logPath;
            _random = new LoopRandom(seed);
            _kind = WorldKind.Of(seed);
            _tls = new WorldTls(seed, _kind);
            var faults = new RecordingFaults(_clientLoops.Contains, FaultsOf(0.02), FaultsOf(0.05));
            _network = new SimNetwork(seed, DrawNetwork(faults)) { Trace = trace };
            _world = new BalancerWorld(_network, faults, _kind, _tls, plant);
            _exchanges = new FailureOracle(_world, _network);
            _log = AccessLogWriter.Create(logPath, new AccessLogWriterOptions { Chunks = LogChunks });
            _node = new BalancerNode(new BalancerOptions
            {
                AccessLog = _log,
                Observer = _exchanges,
                Report = Hear,
            });
        }

        public SimulationOutcome Run()
        {
            _log.Start();
            MakeProcesses();
            Apply(_targets);
            PlanEvents();
            bool drainsUnderLoad = _random.Next(3) == 0;
            if (drainsUnderLoad)
            {
                _network.RunFor(TimeSpan.FromSeconds(60 + _random.Next(600)));
            }
            else if (!_network.RunUntil(() => _clientsLeft == 0 || _world.HasFoundPlant, _longestRun))
            {
                _world.Oracle.Violated($"{_clientsLeft} clients never came to an end");
            }

            Drain();
            Check(_network.RunUntilIdle(_longestEnd));
            return new SimulationOutcome(
                _world.Oracle.Records.Count(record => record.Ends > 0),
                _network.TraceHash,
                _network.Elapsed,
                Summary(),
                _world.Oracle.Violations);
        }

        public void Dispose()
        {
            _log.Dispose();
            _tls.Dispose();
        }

        // What was prevented is no trouble; everything else that an operator would be told is.
        private void Hear(string sentence)
        {
            bool isPrevented = sentence.EndsWith("behind ALB this would have been a 502", StringComparison.Ordinal)
                || (_kind.TargetsSpeakHttp2
                    && sentence.EndsWith("where what a target refuses is not sent again this would have been a 502", StringComparison.Ordinal));
            if (!isPrevented)
            {
                _world.Oracle.Violated(sentence);
            }
        }

        private static SimRandomFaults FaultsOf(double rate) => new()
        {
            RefuseRate = rate / 4,
            SwallowRate = rate / 8,
            ResetRate = rate,
            VanishRate = rate / 2,
            StallRate = rate,
            OneByteRate = rate / 2,
            OneByteUntil = 1024,
            WithinBytes = 32 * 1024,
        };

        private void MakeProcesses()
        {
            for (int i = 1 + _random.Next(2); i > 0; i--)
            {
                SimLoop loop = Add($"balancer-{i}", _balancer.Address);
                _balancerLoops.Add(loop);
                _node.AddLoop(loop);
            }

            foreach (TargetStyle style in Enum.GetValues<TargetStyle>())
            {
                SimLoop loop = Add($"target-{style}");
                _targets.Add(new TargetServer(_world, loop, new IPEndPoint(loop.Address, 8080), style));
            }

            int client = 0;
            for (int i = 0; i < _world.Scale.ClientLoops; i++)
            {
                SimLoop loop = Add($"client-{i}");
                _clientLoops.Add(loop);
                for (int j = 0; j < _world.Scale.ClientsPerLoop; j++)
                {
                    int number = ++client;
                    _clientsLeft++;
                    _network.After(TimeSpan.FromSeconds(1), () => loop.Post(() => Loop.Start(RunClient(loop, number))));
                }
            }
        }

        private SimLoop Add(string name, IPAddress? address = null)
        {
            SimLoop loop = _network.CreateLoop(name, address);
            _loops.Add(loop);
            return loop;
        }

        private async LoopTask RunClient(SimLoop loop, int number)
        {
            var think = new Delay(loop);
            for (int i = 0; i < _world.Scale.ConnectionsPerClient; i++)
            {
                await think.For(loop.Random.Next(_world.Scale.MaxThinkMs));
                await NewClient(loop, number).Run(_balancer);
            }

            _clientsLeft--;
        }

        private ClientPeer NewClient(SimLoop loop, int number) =>
            _kind.Http2Percent > 0 && loop.Random.Next(100) < _kind.Http2Percent
                ? new Http2ClientSession(_world, loop, number)
                : _kind.WebSocketPercent > 0 && loop.Random.Next(100) < _kind.WebSocketPercent
                    ? new WebSocketSession(_world, loop, number)
                    : new ClientSession(_world, loop, number);

        private void Apply(IEnumerable<TargetServer> targets)
        {
            if (_world.IsDraining)
            {
                return;
            }

            SnapshotCompilation compiled = SnapshotCompiler.Compile(BalancerConfiguration.Of(_balancer, targets, _kind, _tls, _network.Seed));
            if (compiled.Snapshot is not { } snapshot)
            {
                throw new InvalidOperationException(string.Join(", ", compiled.Errors));
            }

            _node.Apply(snapshot, _tls.Load(snapshot, _network.UnixMicros), failures =>
            {
                if (failures.Count > 0)
                {
                    _world.Oracle.Violated(failures[0].ToString());
                }
            });
        }

        // A target is deregistered and comes back; in some seeds one dies, in others one stops answering for good.
        private void PlanEvents()
        {
            TargetServer changed = _targets[_random.Next(_targets.Count)];
            int goneSeconds = 30 + _random.Next(200);
            _network.After(TimeSpan.FromSeconds(goneSeconds), () =>
            {
                _world.TargetsWereChanged = true;
                Apply(_targets.Where(target => target != changed));
            });
            _network.After(TimeSpan.FromSeconds(goneSeconds + 1 + _random.Next(60)), () => Apply(_targets));
            TargetServer doomed = _targets[_random.Next(_targets.Count)];
            doomed.IsDoomed = true;
            var when = TimeSpan.FromSeconds(10 + _random.Next(300));
            switch (_random.Next(4))
            {
                case 0:
                    _network.After(when, doomed.Loop.Kill);
                    break;
                case 1:
                    _network.After(when, () => _network.SetSilent(doomed.EndPoint.Address, true));
                    break;
            }
        }

        private void Drain()
        {
            _world.IsDraining = true;
            _node.Drain(TimeSpan.FromSeconds(_random.Next(40)), () => _drained = true);
            if (!_network.RunUntil(() => _drained, TimeSpan.FromSeconds(50)))
            {
                _world.Oracle.Violated("draining does not end");
            }
        }

        private void Check(bool idle)
        {
            if (!idle)
            {
                _world.Oracle.Violated("something is still going on");
            }

            foreach (SimLoop loop in _loops.Where(loop => !loop.IsKilled))
            {
                if (loop.Buffers.Rented != 0 || loop.OpenConnections != 0 || loop.ReadyCount != 0)
                {
                    _world.Oracle.Violated(
                        $"{loop.Name} holds {loop.Buffers.Rented} buffers and {loop.OpenConnections} connections, {loop.ReadyCount} are ready");
                }
            }

            if (_network.SegmentsInUse != 0)
            {
                _world.Oracle.Violated($"{_network.SegmentsInUse} segments are still in use");
            }

            _log.Stop(TimeSpan.FromSeconds(10));
            string[] lines = File.ReadAllLines(_logPath);
            LogChecks.Run(_world, _exchanges, lines);
            CounterChecks.Run(_world, _exchanges, _node, lines.Length);
            RequestChecks.Run(_world);
        }

        private string Summary()
        {
            string outcomes = string.Join(' ', _world.Oracle.Records.CountBy(record => record.Outcome).Select(pair => $"{pair.Key}={pair.Value}"));
            string reasons = string.Join(
                ' ', Enum.GetValues<FailureReason>().Where(reason => _exchanges.Reasons[(int)reason] > 0).Select(reason => $"{reason}={_exchanges.Reasons[(int)reason]}"));
            int whole = _world.Oracle.Records.Count(record => record.Tunnel is { ToTarget.IsWhole: true, ToClient.IsWhole: true });
            return $"{_world.Oracle.Records.Count} requests, {outcomes}, {reasons}, {_exchanges.Retried} sent again, {whole} tunnels whole, {_network.DeliveredEvents} events";
        }

        private SimNetworkOptions DrawNetwork(ISimFaults faults)
        {
            int[] windows = [2 * 1024, 16 * 1024, 64 * 1024, 256 * 1024];
            return new SimNetworkOptions
            {
                Link = new SimLinkOptions
                {
                    LatencyMicros = 10 + _random.Next(20_000),
                    JitterMicros = _random.Next(5_000),
                    SplitProbability = _random.NextDouble() * 0.1,
                },
                SendBufferBytes = windows[_random.Next(windows.Length)],
                ReceiveBufferBytes = windows[_random.Next(windows.Length)],
                SendGiveUp = TimeSpan.FromSeconds(_random.Next(2) == 0 ? 20 : 924.6),
                TurnDelayMicros = _random.Next(500),
                ResetDiscardsReceived = _random.Next(4) == 0,
                Faults = faults,
                TracesContents = !_tls.IsUsed,
            };
        }
    }
}
