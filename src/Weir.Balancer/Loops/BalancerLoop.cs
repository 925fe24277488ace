using System.Net;
using System.Runtime.Versioning;
using Weir.AccessLogs;
using Weir.Model;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// Everything of the balancer that lives on one event loop: its listeners, clients, targets and pools, its counters and
/// scratch memory. Nothing of it is touched by another thread, but for reading counters.
/// </summary>
internal sealed class BalancerLoop : ITimerTarget
{
    // Larger than any head that is composed here together with any buffer that is copied behind it; a half of it is larger than any
    // field block.
    private const int ScratchBytes = 512 * 1024;

    // How long a log line may wait in the loop's buffer before the writer gets it, and a gauge before it is renewed.
    private const int HousekeepingMs = 1_000;

    private readonly int _index;
    private TlsHandshakes? _handshakes;
    private readonly Stack<Exchange> _freeExchanges = new();
    private readonly Stack<DeclinedReuse> _freeDeclines = new();
    private readonly Stack<Http2ClientStream> _freeStreams = new();
    private readonly Stack<Http2TargetStream> _freeTargetStreams = new();
    private readonly Stack<ReceivedHead> _freeHeads = new();
    private readonly ClientList _clients = new();
    private readonly Dictionary<string, LoopListener> _listeners = [];
    private readonly Dictionary<(string Group, string Target), LoopTarget> _targets = [];
    private readonly LoadBalancerLogs _accessLogs;
    private readonly LoadBalancerLogs _connectionLogs;
    private readonly LoopTimer _housekeeping;
    private readonly LoopTimer _drainLimit;
    private readonly byte[] _date = new byte[Http.HttpDate.Length];
    private long _dateSeconds = -1;
    private int _clientCount;
    private Action? _drained;

    public BalancerLoop(BalancerNode shared, Loop loop, int index)
    {
        Shared = shared;
        _index = index;
        Loop = loop;
        Stickiness = new StickySession(loop, shared.Options.StickyKey);
        ClientLimit = new ClientLimit(this);
        _accessLogs = new LoadBalancerLogs(shared.Options.AccessLog);
        _connectionLogs = new LoadBalancerLogs(shared.Options.ConnectionLog, AccessLogSource.ConnectionLogPrefix);
        Explain = shared.Options.Explain is { } explain ? new ExplainLog(explain.CreateBuffer()) : null;
        _housekeeping = new LoopTimer(loop, this);
        _drainLimit = new LoopTimer(loop, this);
        loop.UnhandledException = OnUnhandled;
    }

    public BalancerNode Shared { get; }

    public Loop Loop { get; }

    /// <summary>The node's first loop: what is decided once for all loops is decided here.</summary>
    public bool IsFirst => _index == 0;

    public LoopCounters Counters { get; } = new();

    public StickySession Stickiness { get; }

    public ClientLimit ClientLimit { get; }

    public Dictionary<string, LoopListener>.ValueCollection Listeners => _listeners.Values;

    /// <summary>Null when it is off.</summary>
    public ExplainLog? Explain { get; }

    /// <summary>The clients that have not agreed on TLS yet.</summary>
    [SupportedOSPlatform("linux")]
    public TlsHandshakes Handshakes => _handshakes ??= new TlsHandshakes(this);

    /// <summary>Where heads are composed; its content does not outlive the call that sends it.</summary>
    public byte[] Scratch { get; } = new byte[ScratchBytes];

    /// <summary>No request is begun any more; connections end with their present one.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>The date of this second, as HTTP writes it.</summary>
    public ReadOnlySpan<byte> HttpDate
    {
        get
        {
            long seconds = Loop.UnixMicros / 1_000_000;
            if (seconds != _dateSeconds)
            {
                _dateSeconds = seconds;
                Http.HttpDate.Write(seconds, _date);
            }

            return _date;
        }
    }

    public Exchange RentExchange() => _freeExchanges.TryPop(out Exchange? exchange) ? exchange : new Exchange(this);

    public void ReturnExchange(Exchange exchange)
    {
        exchange.Reset();
        _freeExchanges.Push(exchange);
    }

    public Http2ClientStream RentStream() =>
        _freeStreams.TryPop(out Http2ClientStream? stream) ? stream : new Http2ClientStream(this);

    public void ReturnStream(Http2ClientStream stream) => _freeStreams.Push(stream);

    public Http2TargetStream RentTargetStream() =>
        _freeTargetStreams.TryPop(out Http2TargetStream? stream) ? stream : new Http2TargetStream(this);

    public void ReturnTargetStream(Http2TargetStream stream) => _freeTargetStreams.Push(stream);

    public ReceivedHead RentHead() => _freeHeads.TryPop(out ReceivedHead? head) ? head : new ReceivedHead();

    public void ReturnHead(ReceivedHead head) => _freeHeads.Push(head);

    /// <summary>A registered target as this loop has it.</summary>
    public LoopTarget? TargetOf(string groupArn, string key) => _targets.GetValueOrDefault((groupArn, key));

    public DeclinedReuse RentDecline() => _freeDeclines.TryPop(out DeclinedReuse? decline) ? decline : new DeclinedReuse();

    public void ReturnDecline(DeclinedReuse decline)
    {
        decline.Clear();
        _freeDeclines.Push(decline);
    }

    public void Add(IClientConnection client)
    {
        _clients.Add(client);
        CountClients(1);
        if (IsDraining)
        {
            client.CloseWhenIdle();
        }
    }

    public void Remove(IClientConnection client, Connection ended)
    {
        _clients.Remove(client);
        CountClients(-1);
        CountIfFlood(ended, Counter.ClientTlsFloods);
    }

    /// <summary>Counts a connection that is over, if it is because its peer sent too much TLS without data.</summary>
    public void CountIfFlood(Connection ended, Counter counter)
    {
        if (OperatingSystem.IsLinux() && ended is TlsConnection { Failure.Kind: TlsFailureKind.WithoutData })
        {
            Counters.Add(counter);
        }
    }

    /// <summary>A client's connection was opened or has ended, whether or not it came to a request.</summary>
    public void CountClients(int change)
    {
        _clientCount += change;
        Counters.Add(Counter.ClientConnectionsOpen, change);
        ClientLimit.OnChanged(_clientCount);
        ReportIfDrained();
    }

    /// <summary>
    /// Begins a connection to a target; null when the system has nothing left for one. With a limit of clients there is
    /// one of targets too, the same: idle connections make room for those that are needed, wherever they lead.
    /// </summary>
    public Connection? ConnectToTarget(IPEndPoint endpoint)
    {
        // Every connection to a target that is not idle has a request, this one's included, and every request a client.
        while (ClientLimit.Connections > 0
            && Counters[Counter.TargetConnectionsIdle] + Counters[Counter.RequestsInFlight] > ClientLimit.Connections
            && FullestPool() is { } pool)
        {
            pool.CloseOldest();
        }

        return Loop.Connect(endpoint);
    }

    /// <summary>
    /// Takes over a snapshot: opens what is new, closes what is gone, gives the rest its new view. Returns what could
    /// not be opened. <paramref name="ports"/> remembers the port that the first loop was given for port 0.
    /// </summary>
    public List<ListenFailure> Apply(BalancerSnapshot snapshot, BalancerTls? tls, IDictionary<string, int> ports)
    {
        var failures = new List<ListenFailure>();
        Dictionary<string, LoopTargetGroup> groups = MakeGroups(snapshot, tls);
        List<LoopListener> unwanted = TakeUnwanted(snapshot, ports);
        foreach (LoadBalancerSnapshot loadBalancer in snapshot.LoadBalancers)
        {
            foreach (ListenerSnapshot listener in loadBalancer.Listeners)
            {
                ApplyListener(loadBalancer, listener, tls, groups, ports, unwanted, failures);
            }
        }

        unwanted.ForEach(Close);
        if (!_housekeeping.IsSet)
        {
            _housekeeping.Set(Loop.NowMs + HousekeepingMs);
        }

        return failures;
    }

    /// <summary>
    /// Stops accepting, lets what is under way end, and says when nothing is left: at the latest after
    /// <paramref name="limit"/>, when the rest is cut.
    /// </summary>
    public void Drain(TimeSpan limit, Action drained)
    {
        bool first = !IsDraining;
        IsDraining = true;
        _drained = drained;
        _drainLimit.Set(Loop.NowMs + (long)limit.TotalMilliseconds);
        if (first)
        {
            foreach (LoopListener listener in _listeners.Values)
            {
                listener.Listener?.Close();
            }

            _clients.ForEach(static client => client.CloseWhenIdle());
            if (OperatingSystem.IsLinux())
            {
                _handshakes?.Hurry();
            }

            foreach (LoopTarget target in _targets.Values)
            {
                target.Pool.CloseAll();
            }
        }

        ReportIfDrained();
    }

    public void OnTimer(LoopTimer timer)
    {
        if (timer == _housekeeping)
        {
            FlushLogs();
            Loop.Buffers.Trim();
            Counters.Set(Counter.AllocatedBytes, GC.GetAllocatedBytesForCurrentThread());
            if (IsFirst && OperatingSystem.IsLinux())
            {
                Shared.Tls?.TicketKeys.RotateIfDue(Loop.UnixMicros);
            }

            _housekeeping.Set(Loop.NowMs + HousekeepingMs);
        }
        else
        {
            _clients.ForEach(static client => client.Cut());
            if (OperatingSystem.IsLinux())
            {
                _handshakes?.Cut();
            }
        }
    }

    private void ApplyListener(
        LoadBalancerSnapshot loadBalancer,
        ListenerSnapshot listener,
        BalancerTls? tls,
        Dictionary<string, LoopTargetGroup> groups,
        IDictionary<string, int> ports,
        List<LoopListener> unwanted,
        List<ListenFailure> failures)
    {
        var action = (ForwardActionSnapshot)listener.DefaultRule.Action;
        var forward = new LoopForward(
            [.. action.TargetGroups.Select(weighted => groups[weighted.TargetGroup.Arn])],
            [.. action.TargetGroups.Select(weighted => weighted.Weight)]);
        int port = ports.TryGetValue(listener.Arn, out int chosen) ? chosen : listener.Port;
        ListenerTls? listenerTls = listener.Tls is not null && OperatingSystem.IsLinux() ? tls!.Of(listener) : null;
        ListenerView MakeView(int boundPort) =>
            new(loadBalancer, listener, boundPort, forward, _accessLogs.Of(loadBalancer), _connectionLogs.Of(loadBalancer), listenerTls);

        if (_listeners.TryGetValue(listener.Arn, out LoopListener? existing))
        {
            bool wasHttps = existing.View.IsHttps;
            existing.View = MakeView(existing.View.Port);
            if (existing.View.IsHttps != wasHttps)
            {
                CloseClientsOf(existing);
            }

            return;
        }

        if (TakeOver(loadBalancer.ListenAddress, port, unwanted) is { } successor)
        {
            successor.View = MakeView(port);
            ports[listener.Arn] = port;
            _listeners.Add(listener.Arn, successor);
            return;
        }

        var opened = new LoopListener(this, MakeView(port));
        var endpoint = new IPEndPoint(loadBalancer.ListenAddress, port);
        ListenOutcome outcome = Loop.Listen(endpoint, opened);
        if (outcome.Listener is null)
        {
            failures.Add(new ListenFailure(endpoint, outcome.Error, outcome.Message));
            return;
        }

        opened.Listener = outcome.Listener;
        ClientLimit.Apply(opened);
        int bound = outcome.Listener.LocalEndPoint.Port;
        ports[listener.Arn] = bound;
        if (bound != port)
        {
            opened.View = MakeView(bound);
        }

        _listeners.Add(listener.Arn, opened);
    }

    // What ends, and what moves with its load balancer to another address.
    private List<LoopListener> TakeUnwanted(BalancerSnapshot snapshot, IDictionary<string, int> ports)
    {
        var wanted = new Dictionary<string, IPAddress>(StringComparer.Ordinal);
        foreach (LoadBalancerSnapshot loadBalancer in snapshot.LoadBalancers)
        {
            foreach (ListenerSnapshot listener in loadBalancer.Listeners)
            {
                wanted.Add(listener.Arn, loadBalancer.ListenAddress);
            }
        }

        var unwanted = new List<LoopListener>();
        foreach ((string arn, LoopListener listener) in _listeners.ToArray())
        {
            IPAddress? address = wanted.GetValueOrDefault(arn);
            if (address is null)
            {
                ports.Remove(arn);
            }

            if (!listener.View.LoadBalancer.ListenAddress.Equals(address))
            {
                _listeners.Remove(arn);
                unwanted.Add(listener);
            }
        }

        return unwanted;
    }

    // A listener that comes to where another one ended or moved away goes on with that one's socket and clients: none is
    // dropped.
    private static LoopListener? TakeOver(IPAddress address, int port, List<LoopListener> unwanted)
    {
        int found = unwanted.FindIndex(listener =>
            listener.View.Port == port && listener.View.LoadBalancer.ListenAddress.Equals(address));
        if (found < 0)
        {
            return null;
        }

        LoopListener successor = unwanted[found];
        unwanted.RemoveAt(found);
        return successor;
    }

    private Dictionary<string, LoopTargetGroup> MakeGroups(BalancerSnapshot snapshot, BalancerTls? tls)
    {
        var groups = new Dictionary<string, LoopTargetGroup>(StringComparer.Ordinal);
        var gone = new HashSet<(string, string)>(_targets.Keys);
        foreach (TargetGroupSnapshot group in snapshot.TargetGroups)
        {
            var targets = new LoopTarget[group.Targets.Length];
            for (int i = 0; i < targets.Length; i++)
            {
                TargetSnapshot target = group.Targets[i];
                gone.Remove((group.Arn, target.Key));
                // Who speaks another protocol now is another target: what is pooled or under way is of no use to it.
                if (_targets.TryGetValue((group.Arn, target.Key), out LoopTarget? former) && (former.Protocol, former.ProtocolVersion) != (group.Protocol, group.ProtocolVersion))
                {
                    Deregister(former);
                    _targets.Remove((group.Arn, target.Key));
                }

                if (!_targets.TryGetValue((group.Arn, target.Key), out LoopTarget? existing))
                {
                    existing = new LoopTarget(
                        this,
                        target,
                        Shared.Health.Of(group, target),
                        Shared.Reuse.On(_index, group.Arn),
                        Shared.Reuse.ClosesOf(group.Arn).Of(target.Key))
                    {
                        Protocol = group.Protocol,
                        ProtocolVersion = group.ProtocolVersion,
                    };
                    existing.Reuse.Add(existing.Advertised);
                    _targets.Add((group.Arn, target.Key), existing);
                }

                existing.DeregistrationDelay = group.DeregistrationDelay;
                existing.Tls = group.Protocol == TargetProtocol.Https && OperatingSystem.IsLinux() ? tls?.Of(group) : null;
                targets[i] = existing;
            }

            groups.Add(group.Arn, new LoopTargetGroup(this, group, targets));
        }

        foreach ((string Group, string Target) key in gone)
        {
            Deregister(_targets[key]);
            _targets.Remove(key);
        }

        return groups;
    }

    private TargetPool? FullestPool()
    {
        TargetPool? fullest = null;
        foreach (LoopTarget target in _targets.Values)
        {
            if (target.Pool.ParkedCount > (fullest?.ParkedCount ?? 0))
            {
                fullest = target.Pool;
            }
        }

        return fullest;
    }

    private void Deregister(LoopTarget target)
    {
        target.IsDeregistered = true;
        target.Reuse.Remove(target.Advertised);
        target.Pool.CloseAll();
        Loop.Start(StopAfterDelay(target));
    }

    // Source: ALB user guide, deregistration delay: what still runs when it ends is answered 502.
    private async LoopTask StopAfterDelay(LoopTarget target)
    {
        await new Sleep(Loop, target.DeregistrationDelay);
        _clients.ForEach(client => client.StopExchangesWith(target, FailureReason.DeregistrationDelayOver));
    }

    private void Close(LoopListener listener)
    {
        listener.Listener?.Close();
        CloseClientsOf(listener);
    }

    private void CloseClientsOf(LoopListener listener)
    {
        if (OperatingSystem.IsLinux())
        {
            _handshakes?.Hurry(listener);
        }

        _clients.ForEach(client =>
        {
            if (client.Listener == listener)
            {
                client.CloseWhenIdle();
            }
        });
    }

    private void FlushLogs()
    {
        _accessLogs.Flush();
        _connectionLogs.Flush();
        Explain?.Flush();
    }

    private void ReportIfDrained()
    {
        if (IsDraining && _clientCount == 0 && _drained is { } drained)
        {
            _drained = null;
            _drainLimit.Clear();
            _housekeeping.Clear();
            FlushLogs();
            drained();
        }
    }

    private void OnUnhandled(Exception exception)
    {
        Counters.Add(Counter.ConnectionsCutByBugs);
        Shared.Report($"a connection was cut by an internal error: {exception}");
    }
}
