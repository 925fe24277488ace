using System.Net;

namespace Weir.Reactor;

/// <summary>A listener of one simulated loop. Several may share an endpoint; the seed spreads connections over them.</summary>
internal sealed class SimListener : Listener, ISimSource, ITimerTarget
{
    // As the epoll listener has them.
    private const int AcceptsPerTurn = 64;
    private const int PauseMs = 100;

    private readonly SimNetwork _network;
    private readonly LoopTimer _starved;
    private readonly IAcceptTarget _target;
    private readonly Queue<SimSocket> _backlog = new();
    private int _halfOpen;
    private bool _paused;
    private bool _closing;

    public SimListener(SimNetwork network, SimLoop loop, SimHost host, IPEndPoint endpoint, IAcceptTarget target)
    {
        _network = network;
        _target = target;
        _starved = new LoopTimer(loop, this);
        Loop = loop;
        Host = host;
        LocalEndPoint = endpoint;
    }

    public override IPEndPoint LocalEndPoint { get; }

    public SimLoop Loop { get; }

    public SimHost Host { get; }

    public bool IsQueued { get; set; }

    public bool IsClosed { get; private set; }

    public bool IsFull => _backlog.Count + _halfOpen >= _network.Options.BacklogConnections;

    public void HalfOpenBegins() => _halfOpen++;

    public void HalfOpenEnded() => _halfOpen--;

    /// <summary>The handshake of a connection is complete. False: nobody listens any more.</summary>
    public bool TryEnqueue(SimSocket socket)
    {
        _halfOpen--;
        if (IsClosed)
        {
            return false;
        }

        _backlog.Enqueue(socket);
        QueueIfAccepting();
        return true;
    }

    public void Apply()
    {
    }

    public void Dispatch()
    {
        if (!IsClosed && !_paused && !_starved.IsSet)
        {
            Accept(AcceptsPerTurn);
        }
    }

    public void OnTimer(LoopTimer timer) => QueueIfAccepting();

    public override void Pause() => _paused = true;

    public override void Resume()
    {
        _paused = false;
        QueueIfAccepting();
    }

    public override void Close()
    {
        // A target may close the listener from within an accept, this one's too.
        if (!_closing)
        {
            _closing = true;
            Accept(int.MaxValue);
            Abandon();
        }
    }

    /// <summary>The process dies: what nobody has accepted is reset.</summary>
    public void Abandon()
    {
        _closing = true;
        IsClosed = true;
        _starved.Clear();
        _network.Remove(this);
        Loop.Remove(this);
        while (_backlog.TryDequeue(out SimSocket? socket))
        {
            socket.Close(reset: true);
        }
    }

    private void Accept(int most)
    {
        while (!IsClosed && !_paused && most-- > 0 && _backlog.Count > 0)
        {
            if (!Loop.HasDescriptor)
            {
                Starve();
                return;
            }

            _target.OnAccepted(new SimConnection(Loop, _backlog.Dequeue()));
        }

        QueueIfAccepting();
    }

    private void QueueIfAccepting()
    {
        if (!IsClosed && !_paused && !_starved.IsSet && _backlog.Count > 0)
        {
            Loop.Queue(this);
        }
    }

    private void Starve()
    {
        if (!_starved.IsSet)
        {
            _starved.Set(Loop.NowMs + PauseMs);
            _target.OnAcceptPaused(LinuxAbi.EMFILE);
        }
    }
}
