using Weir.Reactor;

namespace Weir.Balancer;

/// <summary>
/// One new HTTP/2 connection to a target, for all exchanges that wait for it: it goes on when one of them gives up. Owned by the
/// target's pool until it is made.
/// </summary>
internal sealed class Http2Dial(BalancerLoop owner, LoopTarget target, ListenerView listener)
{
    private readonly HashSet<TargetConnector> _waiting = [];
    private Http2Target? _made;
    private bool _isDone;

    /// <summary>Why it could not be made.</summary>
    public FailureReason Reason { get; private set; }

    public string TlsProblem { get; private set; } = "";

    /// <summary>Another exchange may wait for it.</summary>
    public bool HasRoom => !_isDone && _waiting.Count < Http2Target.FirstStreams;

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
        var dial = new TargetDial(owner);
        (Reason, Connection? connection) = await dial.Run(target, TargetDial.ConnectLimit);
        TlsProblem = dial.TlsProblem;
        _isDone = true;
        target.Pool.OnDialed(this);
        if (connection is not null)
        {
            _made = new Http2Target(owner, target, connection);
            _made.Link.UseFor(listener);
            target.Pool.Share(_made);
            Loop.Start(_made.Serve());
            if (_waiting.Count == 0)
            {
                _made.OfferIfUnused();
            }
        }

        foreach (TargetConnector connector in _waiting)
        {
            connector.OnDialed();
        }
    }
}
