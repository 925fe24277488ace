using System.Globalization;
using System.Net;
using Weir.AccessLogs;
using Weir.Balancer;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Simulation.Race;

/// <summary>
/// Days of the story: a target that closes idle connections sooner than the balancer. Every request is accounted for; what
/// fails is a race and nothing else; in `observe` as often as the formula says, in `protect` only where no rule could save it.
/// </summary>
internal sealed class RaceScenario(RacePlant plant) : ISimulationScenario
{
    private const int LogChunks = 4_096;

    private static readonly IPEndPoint _balancer = new(IPAddress.Parse("10.200.0.1"), 80);
    private static readonly IPEndPoint _target = new(IPAddress.Parse("10.200.0.2"), 8080);
    private static readonly TimeSpan _longestEnd = TimeSpan.FromHours(2);

    private double _expected;
    private long _raced;

    public string Name => "race";

    public SimulationOutcome Run(ulong seed, TextWriter? trace)
    {
        string log = Path.GetTempFileName();
        try
        {
            using var run = new RaceRun(seed, new RaceDay(seed, plant), log, trace);
            SimulationOutcome outcome = run.Run();
            _expected += run.Expected;
            _raced += run.Expected > 0 ? run.Raced : 0;
            return outcome;
        }
        finally
        {
            File.Delete(log);
        }
    }

    public SimulationConclusion? Conclude()
    {
        if (_expected == 0)
        {
            return null;
        }

        double off = (_raced / _expected) - 1;
        string sum = string.Create(
            CultureInfo.InvariantCulture,
            $"observed days: {_raced} races, the formula expects {_expected:F1} ({off:+0.0%;-0.0%}, allowed {RaceDay.Tolerance(_expected) / _expected:0.0%})");
        return new SimulationConclusion(
            sum, Math.Abs(_raced - _expected) > RaceDay.Tolerance(_expected) ? ["the number of races is not the formula's"] : []);
    }

    private sealed class RaceRun : IDisposable
    {
        private readonly string _logPath;
        private readonly RaceDay _day;
        private readonly SimNetwork _network;
        private readonly RaceWorld _world;
        private readonly AccessLogWriter _log;
        private readonly BalancerNode _node;
        private readonly List<SimLoop> _loops = [];
        private readonly RaceClients _clients;
        private bool _drained;

        public RaceRun(ulong seed, RaceDay day, string logPath, TextWriter? trace)
        {
            _logPath = logPath;
            _day = day;
            _network = new SimNetwork(seed) { Trace = trace };
            _world = new RaceWorld(_network, day);
            _log = AccessLogWriter.Create(logPath, new AccessLogWriterOptions { Chunks = LogChunks });
            _node = new BalancerNode(new BalancerOptions
            {
                AccessLog = _log,
                Observer = new RaceOracle(_world),
                Report = _ => { },
            });
            SimLoop balancer = Add("balancer", _balancer.Address);
            _node.AddLoop(balancer);
            var link = new SimLinkOptions { LatencyMicros = day.LatencyMicros, JitterMicros = day.JitterMicros };
            _network.SetLink(_balancer.Address, _target.Address, link);
            _network.SetLink(_target.Address, _balancer.Address, link);
            _ = new RaceTarget(_world, Add("target", _target.Address), _target);
            _clients = new RaceClients(_world, Add("clients", null), _balancer);
        }

        /// <summary>Races that the formula expects; 0 when nothing is to be expected.</summary>
        public double Expected => _day.Protects ? 0 : _day.ExpectedRaces();

        public int Raced => _world.Ledger.Requests.Count(request => request.Failure.Reason == FailureReason.TargetClosed);

        public SimulationOutcome Run()
        {
            _log.Start();
            Apply();
            _network.RunFor(TimeSpan.FromSeconds(1));
            _clients.ScheduleNext();
            _network.RunFor(_day.Length - _network.Elapsed);
            if (!_network.RunUntil(() => _clients.Outstanding == 0, _longestEnd))
            {
                _world.Ledger.Violated($"{_clients.Outstanding} requests never came to an end");
            }

            _clients.End();
            _node.Drain(TimeSpan.FromSeconds(10), () => _drained = true);
            Check(_network.RunUntilIdle(_longestEnd));
            return new SimulationOutcome(
                _world.Ledger.Requests.Count, _network.TraceHash, _network.Elapsed, Summary(), _world.Ledger.Violations);
        }

        public void Dispose() => _log.Dispose();

        private SimLoop Add(string name, IPAddress? address)
        {
            SimLoop loop = _network.CreateLoop(name, address);
            _loops.Add(loop);
            return loop;
        }

        private void Apply()
        {
            SnapshotCompilation compiled = SnapshotCompiler.Compile(
                RaceConfiguration.Of(_balancer, _target, _day.Protects && !_world.IsPlanted(RacePlant.Unprotected)));
            if (compiled.Snapshot is not { } snapshot)
            {
                throw new InvalidOperationException(string.Join(", ", compiled.Errors));
            }

            _node.Apply(snapshot, failures =>
            {
                if (failures.Count > 0)
                {
                    _world.Ledger.Violated(failures[0].ToString());
                }
            });
        }

        private void Check(bool idle)
        {
            if (!idle || !_drained)
            {
                _world.Ledger.Violated("something is still going on");
            }

            foreach (SimLoop loop in _loops.Where(loop => loop.Buffers.Rented != 0 || loop.OpenConnections != 0))
            {
                _world.Ledger.Violated($"{loop.Name} holds {loop.Buffers.Rented} buffers and {loop.OpenConnections} connections");
            }

            _log.Stop(TimeSpan.FromSeconds(10));
            RaceLogChecks.Run(_world, _target.ToString(), File.ReadLines(_logPath));
            RaceChecks.Run(_world);
            if (Expected > 0 && Math.Abs(Raced - Expected) > RaceDay.Tolerance(Expected))
            {
                _world.Ledger.Violated(string.Create(CultureInfo.InvariantCulture, $"{Raced} races, and the formula expects {Expected:F1}"));
            }
        }

        private string Summary() => string.Create(
            CultureInfo.InvariantCulture, $"{_day}, {Raced} races{(Expected > 0 ? $", expected {Expected:F1}" : "")}");
    }
}
