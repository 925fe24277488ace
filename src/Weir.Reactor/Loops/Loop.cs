using System.Collections.Concurrent;
using System.Net;

namespace Weir.Reactor;

/// <summary>
/// One event loop: its clock, timers, buffers, randomness, ready queue and network. Everything on it runs on one
/// thread, and nothing on it may block. Two implementations: the kernel's sockets and clock, and the simulated ones.
/// </summary>
/// <remarks>
/// A turn: take the kernel's events; apply all of them to their connections before any code runs; deal with parked
/// connections; resume the waiters, each inline, once; fire timers; run what other threads posted; run what was ready
/// when the turn's ready phase began. Code that wakes other code goes through <see cref="Ready"/>.
/// </remarks>
public abstract class Loop
{
    [ThreadStatic]
    private static Loop? _current;

    private readonly ReadyQueue _ready = new();
    private readonly ConcurrentQueue<Action> _posted = new();

    protected Loop(LoopRandom random, long nowMs)
    {
        Random = random;
        Timers = new TimerWheel(nowMs);
    }

    /// <summary>The loop that runs on this thread.</summary>
    public static Loop Current => _current ?? throw new InvalidOperationException("no loop runs on this thread");

    /// <summary>Monotonic milliseconds, read once a turn.</summary>
    public long NowMs => NowMicros / 1000;

    /// <summary>Monotonic microseconds, read once a turn.</summary>
    public abstract long NowMicros { get; }

    /// <summary>Monotonic microseconds, read now: for measuring what a turn does. In a simulation nothing takes time.</summary>
    public virtual long MeasuredMicros => NowMicros;

    /// <summary>Wall clock, microseconds since 1970 in UTC, read once a turn.</summary>
    public abstract long UnixMicros { get; }

    public LoopRandom Random { get; }

    public BufferPool Buffers { get; } = new();

    internal TimerWheel Timers { get; }

    /// <summary>Made by the first TLS connection.</summary>
    internal TlsWorkspace? TlsWorkspace { get; set; }

    /// <summary>Told of an exception that no coroutine awaited: a bug. It costs that coroutine, never the loop.</summary>
    public Action<Exception>? UnhandledException { get; set; }

    /// <summary>Continuations woken and not yet run.</summary>
    public int ReadyCount => _ready.Count;

    /// <summary>Opens a listener. Fails with a value: the address is taken, or not ours.</summary>
    public abstract ListenOutcome Listen(IPEndPoint endpoint, IAcceptTarget target);

    /// <summary>
    /// Starts to connect. The connection is returned at once; await <see cref="Connection.WhenWritable"/> and then ask
    /// <see cref="Connection.FinishConnect"/>. Null when the system has no descriptor or port left.
    /// </summary>
    public abstract Connection? Connect(IPEndPoint endpoint);

    /// <summary>Wakes a coroutine at the end of this turn or in the next: never inline. On the loop's thread only.</summary>
    public void Ready(Continuation continuation) => _ready.Enqueue(continuation);

    /// <summary>Lets everything else that is ready run first. For coroutines that could go on without ever waiting.</summary>
    public YieldAwaitable Yield() => new(this);

    /// <summary>Lets a coroutine run on its own; it ends by itself, and nobody awaits it.</summary>
    public static void Start(LoopTask task) => task.Detach();

    /// <summary>Runs work on the loop's thread. The only member that other threads may call.</summary>
    public void Post(Action work)
    {
        _posted.Enqueue(work);
        WakeUp();
    }

    internal void ReportUnhandled(Exception exception) => UnhandledException?.Invoke(exception);

    /// <summary>Makes this loop the current one of its thread for the duration of a run.</summary>
    protected static Loop? Enter(Loop? loop)
    {
        Loop? previous = _current;
        _current = loop;
        return previous;
    }

    /// <summary>Interrupts a wait for events, from any thread.</summary>
    protected abstract void WakeUp();

    /// <summary>Runs what other threads posted.</summary>
    protected void RunPosted()
    {
        // What is posted meanwhile waits for the next turn, so that work that posts itself cannot starve the events.
        for (int n = _posted.IsEmpty ? 0 : _posted.Count; n > 0 && _posted.TryDequeue(out Action? work); n--)
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // A bug in posted work costs that work, not the loop and its connections.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ReportUnhandled(exception);
            }
        }
    }

    protected bool HasPosted => !_posted.IsEmpty;

    /// <summary>Runs what is ready now; what becomes ready meanwhile waits for the next turn, so events get their share.</summary>
    protected void RunReady()
    {
        for (int n = _ready.Count; n > 0;)
        {
            try
            {
                while (n > 0)
                {
                    n--;
                    _ready.Dequeue().Resume();
                }
            }
#pragma warning disable CA1031 // A bug in a continuation costs that one only.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ReportUnhandled(exception);
            }
        }
    }

    /// <summary>Fires what is due now.</summary>
    protected void FireTimers()
    {
        bool done = false;
        while (!done)
        {
            try
            {
                Timers.Advance(NowMs);
                done = true;
            }
#pragma warning disable CA1031 // A bug in a timer's target costs that firing only.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ReportUnhandled(exception);
            }
        }
    }
}
