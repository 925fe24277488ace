using System.Net;

namespace Weir.Reactor;

/// <summary>
/// A network, its processes and its clock, simulated in the calling thread from one seed: TCP's real rules, virtual time
/// that only events advance, and faults on demand. Owned by a test or a simulation; never touches a socket or a clock.
/// </summary>
/// <remarks>
/// A process is a <see cref="SimLoop"/>; clients and targets are coroutines on loops of their own. Addresses are one flat
/// space: whoever listens on an address makes it exist. Two runs with the same seed and program have the same
/// <see cref="TraceHash"/>, in any process, compiled in any way.
/// </remarks>
public sealed class SimNetwork
{
    /// <summary>Virtual time begins at 2026-01-01T00:00:00Z.</summary>
    public const long StartUnixMicros = 1_767_225_600_000_000;

    // Not 0, which programs like to take for "never".
    private const long StartMicros = 1_000_000;

    // SYNs that find the backlog full come again after 1, 2, 4 … seconds. // Source: RFC 6298 §2; Linux, tcp_syn_retries
    private const long FirstSynRetryMicros = 1_000_000;
    private const int SynRetries = 6;

    private const int NoRoute = 113; // EHOSTUNREACH

    private readonly SimEventQueue _events = new();
    private readonly SimTrace _trace = new();
    private readonly List<SimLoop> _loops = [];
    private readonly LoopRandom _faultRandom;

    // For look-ups only: their order must never matter.
    private readonly Dictionary<IPAddress, SimHost> _hosts = [];
    private readonly Dictionary<IPEndPoint, List<SimListener>> _listeners = [];
    private readonly Dictionary<(IPAddress From, IPAddress To), SimLinkOptions> _links = [];

    private Exception? _failure;
    private int _connections;
    private bool _running;

    public SimNetwork(ulong seed, SimNetworkOptions? options = null)
    {
        Seed = seed;
        Options = options ?? new SimNetworkOptions();
        Options.Check();
        Random = new LoopRandom(Derive(0));
        _faultRandom = new LoopRandom(Derive(1));
        Segments = new SimSegmentPool(Options.SegmentBytes);
        NowMicros = StartMicros;
    }

    public ulong Seed { get; }

    public SimNetworkOptions Options { get; }

    /// <summary>Virtual monotonic time.</summary>
    public long NowMicros { get; private set; }

    public long UnixMicros => StartUnixMicros + NowMicros - StartMicros;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMicroseconds(NowMicros - StartMicros);

    /// <summary>The fingerprint of everything that has happened so far.</summary>
    public ulong TraceHash => _trace.Hash;

    /// <summary>Events delivered so far.</summary>
    public long DeliveredEvents { get; private set; }

    /// <summary>Segments that hold bytes somewhere. 0 when every connection has ended and nothing is under way.</summary>
    public int SegmentsInUse => Segments.Rented;

    /// <summary>Where each event is written as a line, to see what a seed does; null: nowhere.</summary>
    public TextWriter? Trace
    {
        get => _trace.Text;
        set => _trace.Text = value;
    }

    /// <summary>The network's own randomness: latencies, splits, turns.</summary>
    internal LoopRandom Random { get; }

    internal SimSegmentPool Segments { get; }

    /// <summary>Makes a process. Without an address it gets one of its own from 10.0.0.0/8.</summary>
    public SimLoop CreateLoop(string name, IPAddress? address = null)
    {
        int number = _loops.Count + 1;
        address ??= new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        HostOf(address);
        var loop = new SimLoop(this, number, name, address, new LoopRandom(Derive((ulong)number + 1)));
        _loops.Add(loop);
        return loop;
    }

    /// <summary>Settings of one direction between two addresses, for connections made from now on.</summary>
    public void SetLink(IPAddress from, IPAddress to, SimLinkOptions link) => _links[(from, to)] = link;

    /// <summary>Makes an address vanish (every packet to and from it is swallowed) or come back.</summary>
    public void SetSilent(IPAddress address, bool silent) => HostOf(address).IsSilent = silent;

    /// <summary>A middlebox forgets a connection and sends both ends an RST; nothing else passes any more.</summary>
    public void Reset(Connection connection) => Cut(SocketOf(connection));

    /// <summary>Every packet of a connection is swallowed from now on, those under way too.</summary>
    public void Vanish(Connection connection) => SocketOf(connection).Wire.IsVanished = true;

    /// <summary>What this end sends within the given time arrives after it.</summary>
    public void Stall(Connection connection, TimeSpan time) =>
        SocketOf(connection).Stall(NowMicros + Micros(time));

    /// <summary>What was drawn for a connection when it was begun.</summary>
    public SimConnectionPlan PlanOf(Connection connection) => SocketOf(connection).Wire.Plan;

    /// <summary>What the network has delivered to this end.</summary>
    public SimDelivered DeliveredTo(Connection connection) => SocketOf(connection).Delivered;

    /// <summary>Of that, what this end has not received yet.</summary>
    public long UnreadBytes(Connection connection) => SocketOf(connection).UnreadBytes;

    /// <summary>The other end has said that it sends no more, whether or not that was delivered.</summary>
    public bool PeerHasShut(Connection connection) => SocketOf(connection).Peer is { HasShut: true };

    /// <summary>Does something to the network (or looks at it) at a moment from now, outside any loop's turn.</summary>
    public void After(TimeSpan delay, Action action) => Schedule(delay, new SimEvent(SimEventKind.Action, action));

    /// <summary>Runs for this much virtual time.</summary>
    public void RunFor(TimeSpan time) => RunUntil(static () => false, time);

    /// <summary>Runs until the condition, looked at after each event, holds; false: it did not within the limit.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        long endMicros = NowMicros + Micros(limit);
        Begin();
        try
        {
            while (!condition())
            {
                if (_events.Count == 0 || _events.NextAtMicros > endMicros)
                {
                    NowMicros = endMicros;
                    return false;
                }

                Step();
            }

            return true;
        }
        finally
        {
            _running = false;
        }
    }

    /// <summary>Runs until nothing is under way and no timer is set; false: something still was at the limit.</summary>
    public bool RunUntilIdle(TimeSpan limit)
    {
        long endMicros = NowMicros + Micros(limit);
        Begin();
        try
        {
            while (_events.Count > 0)
            {
                if (_events.NextAtMicros > endMicros)
                {
                    NowMicros = endMicros;
                    return false;
                }

                Step();
            }

            return true;
        }
        finally
        {
            _running = false;
        }
    }

    internal static long Micros(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    internal void OnUnhandled(Exception exception) => _failure ??= exception;

    internal void ScheduleAt(long atMicros, in SimEvent simEvent) => _events.Add(atMicros, simEvent);

    internal void Schedule(TimeSpan delay, in SimEvent simEvent) => ScheduleAt(NowMicros + Micros(delay), simEvent);

    internal int Latency(SimLinkOptions link) =>
        link.LatencyMicros + (link.JitterMicros > 0 ? Random.Next(link.JitterMicros + 1) : 0);

    internal void Send(
        SimSocket to, SimEventKind kind, long atMicros, long first = 0, long second = 0, SimSegment? segment = null) =>
        ScheduleAt(atMicros, new SimEvent(kind, to, first, second, segment));

    internal SimListener Listen(SimLoop loop, IPEndPoint endpoint, IAcceptTarget target)
    {
        bool any = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        SimHost host = HostOf(any ? loop.Address : endpoint.Address);
        int port = endpoint.Port == 0 ? host.NextEphemeralPort() : endpoint.Port;
        var listener = new SimListener(this, loop, host, new IPEndPoint(host.Address, port), target);
        if (!_listeners.TryGetValue(listener.LocalEndPoint, out List<SimListener>? sharing))
        {
            _listeners[listener.LocalEndPoint] = sharing = [];
        }

        sharing.Add(listener);
        return listener;
    }

    internal void Remove(SimListener listener) => _listeners[listener.LocalEndPoint].Remove(listener);

    internal SimConnection? Connect(SimLoop loop, IPEndPoint endpoint)
    {
        int number = ++_connections;
        SimConnectionPlan plan = Options.Faults?.Plan(new SimConnect(number, loop, endpoint), _faultRandom)
            ?? SimConnectionPlan.Healthy;
        if (plan.Fate == SimConnectFate.NoResources)
        {
            return null;
        }

        SimHost host = HostOf(loop.Address);
        var local = new IPEndPoint(loop.Address, host.NextEphemeralPort());
        var wire = new SimWire(number, plan, local, endpoint, NowMicros);
        SimLinkOptions link = LinkOf(loop.Address, endpoint.Address);
        var socket = new SimSocket(this, loop, host, wire, isConnector: true, link);
        ScheduleAt(NowMicros + Latency(link), new SimEvent(SimEventKind.Syn, socket));
        return new SimConnection(loop, socket, connectError: 0);
    }

    internal static void Cut(SimSocket socket)
    {
        if (!socket.Wire.IsCut)
        {
            socket.Wire.IsCut = true;
            socket.SendResetToSelf();
            socket.Peer?.SendResetToSelf();
        }
    }

    private SimSocket SocketOf(Connection connection)
    {
        SimSocket socket = ((SimConnection)connection.Lowest).Socket;
        return socket.Network == this
            ? socket
            : throw new ArgumentException("a connection of another network", nameof(connection));
    }

    private void Begin()
    {
        if (_running)
        {
            throw new InvalidOperationException("the network is running already");
        }

        _running = true;
        foreach (SimLoop loop in _loops)
        {
            loop.Arm();
        }
    }

    private void Step()
    {
        NowMicros = Math.Max(NowMicros, _events.NextAtMicros);
        Deliver(_events.Take());
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"unhandled in a coroutine, seed {Seed}, {Elapsed} in", failure);
        }
    }

    private void Deliver(in SimEvent simEvent)
    {
        DeliveredEvents++;
        switch (simEvent.Kind)
        {
            case SimEventKind.Turn:
                Turn((SimLoop)simEvent.Target, scheduled: true);
                break;
            case SimEventKind.Timer when ((SimLoop)simEvent.Target).TakeTimer(simEvent.First):
                Turn((SimLoop)simEvent.Target, scheduled: false);
                break;
            case SimEventKind.Timer:
                break;
            case SimEventKind.Action:
                _trace.Record(NowMicros, SimEventKind.Action, null, 0, 0);
                ((Action)simEvent.Target)();
                break;
            case SimEventKind.Syn:
                DeliverSyn((SimSocket)simEvent.Target, (int)simEvent.First);
                break;
            default:
                DeliverToSocket((SimSocket)simEvent.Target, simEvent);
                break;
        }
    }

    private void Turn(SimLoop loop, bool scheduled)
    {
        // Recorded before what it causes, so that a text trace reads in order.
        _trace.Record(NowMicros, SimEventKind.Turn, loop, loop.Turns, loop.ReadyCount);
        loop.Turn(scheduled);
    }

    private void DeliverToSocket(SimSocket socket, in SimEvent simEvent)
    {
        bool ofTheNetwork = simEvent.Kind is SimEventKind.GiveUp or SimEventKind.ConnectFailed;
        if (!ofTheNetwork && IsSwallowed(socket))
        {
            Swallow(socket, simEvent);
            return;
        }

        SimSegment? segment = simEvent.Segment;
        _trace.Record(
            NowMicros,
            simEvent.Kind,
            socket.Loop,
            socket.Number,
            segment?.Length ?? simEvent.First,
            segment is null ? (ulong)simEvent.Second : Options.TracesContents ? SimTrace.HashOf(segment.Bytes) : 0);
        switch (simEvent.Kind)
        {
            case SimEventKind.SynAck:
                socket.OnSynAck();
                break;
            case SimEventKind.HandshakeAck:
                socket.OnHandshakeAck();
                break;
            case SimEventKind.Data:
                socket.OnData(segment!);
                break;
            case SimEventKind.Fin:
                socket.OnFin();
                break;
            case SimEventKind.Reset:
                socket.OnReset();
                break;
            case SimEventKind.Acknowledge:
                socket.OnAcknowledge(simEvent.First, simEvent.Second);
                break;
            case SimEventKind.ConnectFailed:
                socket.OnConnectFailed((int)simEvent.First);
                break;
            case SimEventKind.GiveUp:
                socket.OnGiveUp();
                break;
        }
    }

    internal static bool IsSwallowed(SimSocket to) =>
        to.Wire.IsVanished || to.Host.IsSilent || to.Peer is { Host.IsSilent: true };

    private void Swallow(SimSocket to, in SimEvent simEvent)
    {
        _trace.Record(NowMicros, SimEventKind.Swallowed, to.Loop, to.Number, (long)simEvent.Kind);
        switch (simEvent.Kind)
        {
            case SimEventKind.SynAck:
                FailUnanswered(to);
                to.Peer!.AbandonHandshake();
                break;
            case SimEventKind.HandshakeAck:
                to.AbandonHandshake();
                break;
            case SimEventKind.Data:
                Segments.Return(simEvent.Segment!);
                to.Peer!.OnLoss();
                break;
            case SimEventKind.Fin:
                to.Peer!.OnLoss();
                break;
            case SimEventKind.Acknowledge:
                to.OnLoss();
                break;
        }
    }

    private void DeliverSyn(SimSocket connector, int attempt)
    {
        SimWire wire = connector.Wire;
        _trace.Record(NowMicros, SimEventKind.Syn, connector.Loop, connector.Number, attempt);
        _hosts.TryGetValue(wire.AcceptorEndPoint.Address, out SimHost? host);
        if (wire.IsVanished || wire.Plan.Fate == SimConnectFate.Swallow || connector.Host.IsSilent || host is { IsSilent: true })
        {
            FailUnanswered(connector);
            return;
        }

        SimLinkOptions back = LinkOf(wire.AcceptorEndPoint.Address, connector.Host.Address);
        if (host is null || wire.Plan.Fate == SimConnectFate.Unreachable)
        {
            ScheduleAt(NowMicros + Latency(back), new SimEvent(SimEventKind.ConnectFailed, connector, NoRoute));
            return;
        }

        SimListener? listener = wire.Plan.Fate == SimConnectFate.Refuse ? null : Find(wire.AcceptorEndPoint);
        if (listener is null)
        {
            Send(connector, SimEventKind.Reset, NowMicros + Latency(back));
        }
        else if (!listener.IsFull)
        {
            var acceptor = new SimSocket(this, listener.Loop, host, wire, isConnector: false, back)
            {
                Peer = connector,
                Listener = listener,
            };
            connector.Peer = acceptor;
            listener.HalfOpenBegins();
            acceptor.SendInOrder(SimEventKind.SynAck);
        }
        else if (attempt < SynRetries)
        {
            long retryMicros = FirstSynRetryMicros << attempt;
            ScheduleAt(NowMicros + retryMicros, new SimEvent(SimEventKind.Syn, connector, attempt + 1));
        }
        else
        {
            FailUnanswered(connector);
        }
    }

    private void FailUnanswered(SimSocket connector)
    {
        long atMicros = Math.Max(NowMicros, connector.Wire.StartMicros + Micros(Options.ConnectGiveUp));
        ScheduleAt(atMicros, new SimEvent(SimEventKind.ConnectFailed, connector, LinuxAbi.ETIMEDOUT));
    }

    private SimListener? Find(IPEndPoint endpoint)
    {
        if (!_listeners.TryGetValue(endpoint, out List<SimListener>? sharing) || sharing.Count == 0)
        {
            return null;
        }

        return sharing.Count == 1 ? sharing[0] : sharing[Random.Next(sharing.Count)];
    }

    private SimHost HostOf(IPAddress address)
    {
        if (!_hosts.TryGetValue(address, out SimHost? host))
        {
            _hosts[address] = host = new SimHost(address);
        }

        return host;
    }

    private SimLinkOptions LinkOf(IPAddress from, IPAddress to) =>
        _links.TryGetValue((from, to), out SimLinkOptions? link) ? link : Options.Link;

    private ulong Derive(ulong stream) => unchecked((Seed * 0x9E3779B97F4A7C15) + (stream * 0xD1B54A32D192ED03) + stream);
}
