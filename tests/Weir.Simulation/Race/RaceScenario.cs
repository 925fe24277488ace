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

    // By kind of target: what is too much for one and too little for another does not balance.
    private readonly SortedDictionary<RaceTargetStyle, RaceTally> _observed = [];
    private RaceTally _protected;

    public string Name => "race";

    public SimulationOutcome Run(ulong seed, TextWriter? trace)
    {
        string log = Path.GetTempFileName();
        try
        {
            using var run = new RaceRun(seed, new RaceDay(seed, plant), log, trace);
            SimulationOutcome outcome = run.Run();
            if (run.Day.Protects)
            {
                _protected += run.Tally;
            }
            else
            {
                _observed[run.Day.Style] = _observed.GetValueOrDefault(run.Day.Style) + run.Tally;
            }

            return outcome;
        }
        finally
        {
            File.Delete(log);
        }
    }

    public SimulationConclusion? Conclude()
    {
        RaceTally observed = _observed.Values.Aggregate(default(RaceTally), RaceTally.Add);
        string[] sums =
        [
            .. observed.Most > 0 ? [$"observe: {observed}"] : Array.Empty<string>(),
            .. _observed.Select(static kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value.Deviation:+0.0%;-0.0%}")),
            .. _protected.Most > 0 ? [$"protect: {_protected}"] : Array.Empty<string>(),
        ];
        string[] off =
        [
            .. _observed.Where(static kind => kind.Value.IsOff).Select(static kind => $"{kind.Key}: {kind.Value}"),
            .. observed.IsOff || _protected.IsOff ? ["the number of races is not the formula's"] : Array.Empty<string>(),
        ];
        return new SimulationConclusion(string.Join("; ", sums), off);
    }

    private sealed class RaceRun : IDisposable
    {
        private readonly string _logPath;
        private readonly SimNetwork _network;
        private readonly RaceWorld _world;
        private readonly AccessLogWriter _log;
        private readonly BalancerNode _node;
        private readonly List<SimLoop> _loops = [];
        private readonly List<string> _reports = [];
        private readonly RaceClients _clients;
        private bool _drained;

        public RaceRun(ulong seed, RaceDay day, string logPath, TextWriter? trace)
        {
            _logPath = logPath;
            Day = day;
            _network = new SimNetwork(seed) { Trace = trace };
            _world = new RaceWorld(_network, day);
            _log = AccessLogWriter.Create(logPath, new AccessLogWriterOptions { Chunks = LogChunks });
            _node = new BalancerNode(new BalancerOptions
            {
                AccessLog = _log,
                Observer = new RaceOracle(_world),
                Report = _reports.Add,
            });
            SimLoop balancer = Add("balancer", _balancer.Address);
            _node.AddLoop(balancer);
            var link = new SimLinkOptions { LatencyMicros = day.LatencyMicros, JitterMicros = day.JitterMicros };
            _network.SetLink(_balancer.Address, _target.Address, link);
            _network.SetLink(_target.Address, _balancer.Address, link);
            _ = new RaceTarget(_world, Add("target", _target.Address), _target);
            _clients = new RaceClients(_world, Add("clients", null), _balancer);
        }

        public RaceDay Day { get; }

        // The formula is about requests that come independently of each other.
        public RaceTally Tally => !Day.IsWhole || Day.IsPolled ? default
            : new RaceTally(MetCloses + Sum(Counter.NearMisses), Day.Protects ? Day.ExpectedNearMisses() : Day.ExpectedRaces(), Day.ExpectedRaces());

        private long MetCloses => _world.Ledger.Requests.Count(request => request.MetClose);

        public SimulationOutcome Run()
        {
            _log.Start();
            Apply();
            _network.RunFor(TimeSpan.FromSeconds(1));
            _clients.ScheduleNext();
            _network.RunFor(Day.Length - _network.Elapsed);
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
                RaceConfiguration.Of(
                _balancer,
                _target,
                Day.Protects && !_world.IsPlanted(RacePlant.Unprotected),
                learnsFromHints: Day.LearnsFromHints && !_world.IsPlanted(RacePlant.HintIgnored)));
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
            CheckCounters();
            if (Tally.IsOff)
            {
                _world.Ledger.Violated($"{Tally}");
            }
        }

        private void CheckCounters()
        {
            long retried = _world.Ledger.Requests.Count(request => request.FirstFailure.BytesWritten > 0 && request.IsAnswered);
            long failed = _world.Ledger.Requests.Count(request => request.Failure.Reason == FailureReason.TargetClosed);
            Expect("requests", _world.Ledger.Requests.Count, Sum(Counter.Requests));
            Expect("502s", failed, Sum(Counter.ElbCode502));
            Expect("retried requests", retried, Sum(Counter.RequestsRetried));
            // The first of each kind is told, and no other.
            long told = (retried > 0 ? 1 : 0) + (Sum(Counter.NearMisses) > 0 ? 1 : 0);
            Expect("sentences", told, _reports.Count(text => text.Contains("behind ALB this would have been a 502", StringComparison.Ordinal)));
            if (!Day.Protects)
            {
                Expect("withheld reuses", 0, Sum(Counter.ReusesWithheld));
            }
        }

        private void Expect(string what, long expected, long actual)
        {
            if (actual != expected)
            {
                _world.Ledger.Violated($"{what}: {actual}, and it should be {expected}");
            }
        }

        private long Sum(Counter counter) => _node.Counters.Sum(loop => loop[counter]);

        private string Summary()
        {
            long failed = Sum(Counter.ElbCode502);
            return $"{Day}: {failed} 502s, {Sum(Counter.RequestsRetried)} retried, {Sum(Counter.ReusesWithheld)} withheld, "
                + $"{Sum(Counter.NearMisses)} near misses"
                + (Tally.Most > 0 ? $"; {Tally}" : "");
        }
    }
}
