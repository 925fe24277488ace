using System.Net;
using Weir.Reactor;

namespace Weir.Simulation.Balancer;

/// <summary>
/// One connection of a client, whatever it speaks: from its connect to its close, and what the checks need to know of how it went.
/// Every request that it has begun has an outcome at its end.
/// </summary>
internal abstract class ClientPeer : ITimerTarget
{
    /// <summary>A little less than the balancer's idle timeout.</summary>
    protected const int QuietMs = 58_000;

    /// <summary>More than the balancer's idle timeout, the connect's limit and every stall together.</summary>
    protected const int HungMs = 180_000;

    private const int ConnectLimitMs = 150_000;

    // Longer than the balancer waits for it.
    private static readonly TimeSpan _handshakeLimit = TimeSpan.FromSeconds(60);

    private readonly int _number;
    private readonly LoopTimer _limit;

    protected ClientPeer(BalancerWorld world, SimLoop loop, int number)
    {
        World = world;
        Loop = loop;
        _number = number;
        _limit = new LoopTimer(loop, this);
    }

    /// <summary>Nothing on its path is lost or reset: whatever happens is somebody's doing.</summary>
    public bool IsOnCleanPath { get; private set; }

    /// <summary>It has ended the connection (or its direction) itself, before all answers were there.</summary>
    public bool HasLeft { get; protected set; }

    /// <summary>It had been quiet long enough to be closed for that, about when it ended.</summary>
    public bool WasQuiet { get; protected set; }

    /// <summary>When it last got a piece of a body over HTTP/2.</summary>
    public TimeSpan LastPiece { get; protected set; }

    /// <summary>It ended when the balancer had begun to stop.</summary>
    public bool EndedInDrain { get; private set; }

    /// <summary>How the connection ended, as it saw it.</summary>
    public ConnectionEnd End { get; private set; }

    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>It does not take what it is sent, for minutes.</summary>
    public abstract bool TakesNothing { get; }

    protected BalancerWorld World { get; }

    protected SimLoop Loop { get; }

    protected Connection Connection { get; private set; } = null!;

    /// <summary>When it leaves on its own.</summary>
    protected long AbortAtMs { get; set; } = long.MaxValue;

    /// <summary>With this much silence something has gone wrong.</summary>
    protected virtual int PatienceMs => HungMs;

    /// <summary>What it agrees on with the listener; null: it speaks plain TCP.</summary>
    protected abstract TlsContext? Tls { get; }

    /// <summary>The request that has waited longest for its answer.</summary>
    protected abstract RequestRecord? FirstOutstanding { get; }

    public async LoopTask Run(IPEndPoint balancer)
    {
        Connection = Loop.Connect(balancer)!;
        IsOnCleanPath = RecordingFaults.LosesNothing(World.Faults.Last);
        _limit.Set(Loop.NowMs + ConnectLimitMs);
        await Connection.WhenWritable();
        if (!Connection.IsClosed && Connection.FinishConnect() == ConnectOutcome.Connected && await Agree())
        {
            LocalEndPoint = Connection.LocalEndPoint;
            SetLimit();
            await Use();
        }

        _limit.Clear();
        Connection.Close();
    }

    public void OnTimer(LoopTimer timer)
    {
        long now = Loop.NowMs;
        if (now >= AbortAtMs || LocalEndPoint is null)
        {
            Leave(reset: Loop.Random.Next(2) == 0);
        }
        else if (now - Connection.LastActivityMs >= PatienceMs)
        {
            if (IsOnCleanPath && FirstOutstanding is { } record)
            {
                World.Oracle.Violated($"nothing has happened for minutes: {record}");
            }

            Leave(reset: true);
        }
        else
        {
            SetLimit();
        }
    }

    public override string ToString() => $"client {_number} at {LocalEndPoint}, {Manner}";

    /// <summary>How it behaves, in a word.</summary>
    protected abstract string Manner { get; }

    /// <summary>The connection is there. Returns when it is closed, and every request has its outcome.</summary>
    protected abstract LoopTask Use();

    /// <summary>The connection was ended from this side: whoever waits is to be woken.</summary>
    protected abstract void OnLeft();

    /// <summary>What is known of the end, before it is closed.</summary>
    protected void NoteEnd()
    {
        End = Connection.End;
        EndedInDrain = World.IsDraining;
        WasQuiet |= Loop.NowMs - Connection.LastActivityMs >= QuietMs;
    }

    protected void SetLimit() => _limit.Set(Math.Min(AbortAtMs, Loop.NowMs + Math.Min(PatienceMs, HungMs)));

    protected void Leave(bool reset)
    {
        HasLeft = true;
        if (reset)
        {
            Connection.Abort();
        }
        else
        {
            Connection.Close();
        }

        OnLeft();
    }

    // True: the connection can be used.
    private async LoopTask<bool> Agree()
    {
        if (Tls is not { } context)
        {
            return true;
        }

        var connection = new TlsConnection(Connection, context);
        Connection = connection;
        TlsHandshakeOutcome outcome = await connection.Handshake(_handshakeLimit);
        return outcome.Result == TlsHandshakeResult.Done;
    }
}
