using System.Net;

namespace Weir.Reactor;

/// <summary>
/// A loop of a simulated network: the same turns as the production loop, in virtual time, on the thread that runs the
/// network. Made by <see cref="SimNetwork.CreateLoop"/>; stands for a process (a balancer, a client, a target).
/// </summary>
public sealed class SimLoop : Loop
{
    // As the epoll loop has it.
    private const int EventsPerTurn = 512;

    private readonly SimNetwork _network;
    private readonly Queue<ISimSource> _queued = new();
    private readonly ISimSource?[] _turn = new ISimSource?[EventsPerTurn];
    private readonly List<SimConnection> _connections = [];
    private readonly List<SimListener> _listeners = [];
    private long _timerAtMicros = long.MaxValue;
    private bool _turnScheduled;

    internal SimLoop(SimNetwork network, int number, string name, IPAddress address, LoopRandom random)
        : base(random, network.NowMicros / 1000)
    {
        _network = network;
        Number = number;
        Name = name;
        Address = address;
        UnhandledException = network.OnUnhandled;
    }

    public string Name { get; }

    /// <summary>The address it connects from, and listens on when it is told to listen on any.</summary>
    public IPAddress Address { get; }

    /// <summary>From 1, in the order of making.</summary>
    public int Number { get; }

    public override long NowMicros => _network.NowMicros;

    public override long UnixMicros => _network.UnixMicros;

    public long Turns { get; private set; }

    /// <summary>Connections that are open on it now.</summary>
    public int OpenConnections => _connections.Count;

    public bool IsKilled { get; private set; }

    internal bool HasDescriptor =>
        _connections.Count + _listeners.Count < _network.Options.DescriptorsPerLoop;

    public override ListenOutcome Listen(IPEndPoint endpoint, IAcceptTarget target)
    {
        if (!HasDescriptor)
        {
            return new ListenOutcome(null, LinuxAbi.EMFILE, "no descriptor is left");
        }

        SimListener listener = _network.Listen(this, endpoint, target);
        _listeners.Add(listener);
        return new ListenOutcome(listener, 0, "");
    }

    public override Connection? Connect(IPEndPoint endpoint) =>
        HasDescriptor ? _network.Connect(this, endpoint) : null;

    /// <summary>
    /// The process dies: its sockets are closed by the kernel (RST where bytes are unread, FIN elsewhere), and none of its
    /// code ever runs again. Not from its own turn.
    /// </summary>
    public void Kill()
    {
        IsKilled = true;
        while (_listeners.Count > 0)
        {
            _listeners[^1].Abandon();
        }

        while (_connections.Count > 0)
        {
            _connections[^1].Close();
        }

        _queued.Clear();
    }

    protected override void WakeUp() => ScheduleTurn();

    internal void Add(SimConnection connection)
    {
        connection.Index = _connections.Count;
        _connections.Add(connection);
    }

    internal void Remove(SimConnection connection)
    {
        SimConnection last = _connections[^1];
        _connections[connection.Index] = last;
        last.Index = connection.Index;
        _connections.RemoveAt(_connections.Count - 1);
    }

    internal void Remove(SimListener listener) => _listeners.Remove(listener);

    internal void Queue(ISimSource source)
    {
        if (!source.IsQueued && !IsKilled)
        {
            source.IsQueued = true;
            _queued.Enqueue(source);
            ScheduleTurn();
        }
    }

    /// <summary>Takes note of what was done to it from outside its turns.</summary>
    internal void Arm()
    {
        if (IsKilled)
        {
            return;
        }

        if (_queued.Count > 0 || ReadyCount > 0 || HasPosted)
        {
            ScheduleTurn();
        }

        long delayMs = Timers.DelayMs(NowMs);
        if (delayMs < 0)
        {
            return;
        }

        long atMicros = Math.Max((NowMs + delayMs) * 1000, NowMicros + 1);
        if (atMicros < _timerAtMicros)
        {
            _timerAtMicros = atMicros;
            _network.ScheduleAt(atMicros, new SimEvent(SimEventKind.Timer, this, atMicros));
        }
    }

    /// <summary>False: it has been set to an earlier moment, and has been there.</summary>
    internal bool TakeTimer(long atMicros)
    {
        if (atMicros != _timerAtMicros || IsKilled)
        {
            return false;
        }

        _timerAtMicros = long.MaxValue;
        return true;
    }

    /// <summary>The same steps in the same order as the epoll loop's turn.</summary>
    internal int Turn(bool scheduled)
    {
        if (scheduled)
        {
            _turnScheduled = false;
        }

        if (IsKilled)
        {
            return 0;
        }

        Loop? previous = Enter(this);
        try
        {
            Turns++;
            int count = Math.Min(_queued.Count, EventsPerTurn);
            for (int i = 0; i < count; i++)
            {
                ISimSource source = _queued.Dequeue();
                source.IsQueued = false;
                _turn[i] = source;
                Step(source, dispatch: false);
            }

            for (int i = 0; i < count; i++)
            {
                ISimSource source = _turn[i]!;
                _turn[i] = null;
                Step(source, dispatch: true);
            }

            FireTimers();
            RunPosted();
            RunReady();
            return count;
        }
        finally
        {
            Enter(previous);
            Arm();
        }
    }

    private void Step(ISimSource source, bool dispatch)
    {
        try
        {
            if (dispatch)
            {
                source.Dispatch();
            }
            else
            {
                source.Apply();
            }
        }
#pragma warning disable CA1031 // A bug in a callback costs its connection, as on the production loop; it also ends the run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ReportUnhandled(exception);
        }
    }

    // At least a microsecond later, so that coroutines which never wait cannot hold virtual time still.
    private void ScheduleTurn()
    {
        if (!_turnScheduled && !IsKilled)
        {
            _turnScheduled = true;
            long delayMicros = 1 + _network.Random.Next(_network.Options.TurnDelayMicros + 1);
            _network.ScheduleAt(NowMicros + delayMicros, new SimEvent(SimEventKind.Turn, this));
        }
    }
}
