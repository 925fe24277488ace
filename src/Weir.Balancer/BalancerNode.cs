using System.Net;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// The data plane of one node: the same balancer on every one of its loops, each with its own listeners, connections, pools
/// and counters. A snapshot goes in; log records, counters and health come out. It knows no file, flag or API.
/// </summary>
public sealed class BalancerNode(BalancerOptions options)
{
    private readonly List<BalancerLoop> _loops = [];
    private readonly List<LoopCounters> _counters = [];
    private readonly Dictionary<string, int> _ports = [];
    private BalancerSnapshot _snapshot = BalancerSnapshot.Empty;

    public HealthBook Health { get; } = new();

    /// <summary>How the connections to the targets are reused.</summary>
    public ReuseBook Reuse { get; } = new();

    /// <summary>The configuration in force.</summary>
    public BalancerSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>The counters of each loop.</summary>
    public IReadOnlyList<LoopCounters> Counters => _counters;

    /// <summary>Client connections that may be open at once; 0: no limit.</summary>
    public int MaxClientConnections => options.MaxClientConnections;

    /// <summary>The first loop's.</summary>
    internal BalancerTls? Tls { get; private set; }

    internal BalancerOptions Options => options;

    internal IReadOnlyList<BalancerLoop> Loops => _loops;

    /// <summary>Puts the balancer onto a loop as well. Before the first snapshot.</summary>
    public void AddLoop(Loop loop)
    {
        var added = new BalancerLoop(this, loop, _loops.Count);
        _loops.Add(added);
        _counters.Add(added.Counters);
        for (int i = 0; i < _loops.Count && options.MaxClientConnections > 0; i++)
        {
            int more = i < options.MaxClientConnections % _loops.Count ? 1 : 0;
            _loops[i].ClientLimit.Connections = Math.Max(1, (options.MaxClientConnections / _loops.Count) + more);
        }
    }

    /// <summary>
    /// Puts a snapshot into force on all loops, one after another, and then tells what could not be listened on. From any
    /// thread; one at a time. Exchanges under way go on with what they began with.
    /// </summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="tls">What was made of its files; null where there is no TLS in it.</param>
    /// <param name="done">Gets what could not be listened on.</param>
    public void Apply(BalancerSnapshot snapshot, BalancerTls? tls, Action<IReadOnlyList<ListenFailure>> done) =>
        ApplyFrom(0, snapshot, tls, [], done);

    /// <summary>As above, for a configuration without TLS.</summary>
    public void Apply(BalancerSnapshot snapshot, Action<IReadOnlyList<ListenFailure>> done) => Apply(snapshot, null, done);

    /// <summary>The port bound for a listener: what the system chose where 0 was configured. 0 when it is not open.</summary>
    public int PortOf(string listenerArn)
    {
        lock (_ports)
        {
            return _ports.GetValueOrDefault(listenerArn);
        }
    }

    /// <summary>The certificates that a listener shows to new connections, the default one first; empty without TLS. From any thread.</summary>
    public IReadOnlyList<ListenerCertificate> CertificatesOf(ListenerSnapshot listener) =>
        OperatingSystem.IsLinux() && Tls is { } tls ? tls.CertificatesOf(listener) : [];

    /// <summary>
    /// Stops accepting, lets what is under way end, cuts the rest after <paramref name="limit"/>, and then says so. Called
    /// again with a shorter limit, it hurries.
    /// </summary>
    public void Drain(TimeSpan limit, Action drained)
    {
        int left = _loops.Count;
        _loops[0].Loop.Post(Health.StopAll);
        foreach (BalancerLoop loop in _loops)
        {
            loop.Loop.Post(() => loop.Drain(limit, () =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    drained();
                }
            }));
        }
    }

    internal BalancerLoop LoopAt(int index) => _loops[index];

    internal void Report(string sentence) => options.Report(sentence);

    // The first loop comes first: it learns the port that the system chooses, and it checks the targets' health.
    private void ApplyFrom(
        int index, BalancerSnapshot snapshot, BalancerTls? tls, List<ListenFailure> failures, Action<IReadOnlyList<ListenFailure>> done)
    {
        if (index == _loops.Count)
        {
            done(failures);
            return;
        }

        BalancerLoop loop = _loops[index];
        loop.Loop.Post(() =>
        {
            try
            {
                ApplyOn(loop, isFirst: index == 0, snapshot, tls, failures);
            }
#pragma warning disable CA1031 // A bug here must reach whoever waits for the outcome, not leave him waiting.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Report($"the configuration could not be put into force: {exception}");
                failures.Add(new ListenFailure(new IPEndPoint(IPAddress.Any, 0), Error: 0, exception.Message));
            }

            ApplyFrom(index + 1, snapshot, tls, failures, done);
        });
    }

    private void ApplyOn(BalancerLoop loop, bool isFirst, BalancerSnapshot snapshot, BalancerTls? tls, List<ListenFailure> failures)
    {
        if (isFirst)
        {
            Health.Apply(loop.Loop, snapshot, tls);
            Tls = tls;
            Reuse.Apply(snapshot);
            Volatile.Write(ref _snapshot, snapshot);
        }

        lock (_ports)
        {
            failures.AddRange(loop.Apply(snapshot, tls, _ports));
        }
    }
}
