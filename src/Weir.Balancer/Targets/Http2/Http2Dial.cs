using Weir.Http.Http2;
using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One new HTTP/2 connection to a target, for all exchanges that wait for it: it goes on when one of them gives up. Owned by the
/// target's pool until it is made.
/// </summary>
internal sealed class Http2Dial : ITimerTarget
{
    // As many as a connection may carry.
    private const int MaxWaiting = Http2Limits.ConcurrentStreams;

    private readonly BalancerLoop _owner;
    private readonly LoopTarget _target;
    private readonly ListenerView _listener;
    private readonly LoopTimer _limit;
    private readonly HashSet<TargetConnector> _waiting = [];
    private Http2Target? _made;
    private bool _isDone;

    public Http2Dial(BalancerLoop owner, LoopTarget target, ListenerView listener)
    {
        _owner = owner;
        _target = target;
        _listener = listener;
        _limit = new LoopTimer(owner.Loop, this);
    }

    /// <summary>Why it could not be made.</summary>
    public FailureReason Reason { get; private set; }

    public TargetTlsProblem TlsProblem { get; private set; }

    /// <summary>
    /// It has come to nothing: nobody could begin on it when it was made. One that is full is none of those: the first got on.
    /// </summary>
    public bool WasInVain { get; private set; }

    /// <summary>Another exchange may wait for it.</summary>
    public bool HasRoom => !_isDone && _waiting.Count < MaxWaiting;

    public void Add(TargetConnector connector)
    {
        _waiting.Add(connector);
        if (_isDone)
        {
            connector.OnDialed();
        }
    }

    /// <summary>It has seen how it ended, or waits no more. A connection that nobody wants in the end is parked.</summary>
    public void Remove(TargetConnector connector)
    {
        if (_waiting.Remove(connector) && _isDone && _waiting.Count == 0)
        {
            _made?.OfferIfUnused();
        }
    }

    public async LoopTask Run()
    {
        try
        {
            var dial = new TargetDial(_owner);
            (Reason, Connection? connection) = await dial.Run(_target, TargetDial.ConnectLimit);
            TlsProblem = dial.TlsProblem;
            if (connection is not null)
            {
                await Agree(connection);
            }
        }
        finally
        {
            // After a bug's exception too: nobody waits for it for ever.
            End();
        }
    }

    private void End()
    {
        _isDone = true;
        WasInVain = _made is not { TakesRequests: true };
        _target.Pool.OnDialed(this);
        if (_waiting.Count == 0)
        {
            _made?.OfferIfUnused();
        }

        foreach (TargetConnector connector in _waiting)
        {
            connector.OnDialed();
        }
    }

    /// <summary>The target has not said how many streams it allows.</summary>
    public void OnTimer(LoopTimer timer)
    {
        Reason = FailureReason.ConnectTimedOut;
        _made!.GiveUp();
    }

    // The first goes at once; the others when the target has said how many it takes.
    private async LoopTask Agree(Connection connection)
    {
        _made = new Http2Target(_owner, _target, connection);
        _made.Link.UseFor(_listener);
        _target.Pool.Share(_made);
        Loop.Start(_made.Serve());
        foreach (TargetConnector first in _waiting)
        {
            first.OnDialed();
            break;
        }

        _limit.Set(_owner.Loop.NowMs + (long)TargetDial.ConnectLimit.TotalMilliseconds);
        await _made.WhenAgreed();
        _limit.Clear();
    }
}
