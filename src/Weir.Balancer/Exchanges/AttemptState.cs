namespace Weir.Balancer;

/// <summary>
/// How an exchange's attempts to get an answer went: one as a rule, more where one met the close of its connection or was refused.
/// Owned by the exchange; changed by its <see cref="Forwarding"/>.
/// </summary>
internal sealed class AttemptState
{
    /// <summary>How many other targets a request may go to that its own has refused.</summary>
    public const int MaxMoves = 2;

    /// <summary>At its own target twice, at each other one once, and at one of them once more behind a close.</summary>
    public const int Most = 3 + MaxMoves;

    // Most exchanges need none; those that did keep it with their memory.
    private Attempt[]? _attempts;

    /// <summary>Those that came to nothing, and behind which there was to be another.</summary>
    public int Count { get; private set; }

    /// <summary>What became of the first of them; otherwise its reason is <see cref="FailureReason.None"/>.</summary>
    public Failure First => Count == 0 ? default : _attempts![0].Facts;

    /// <summary>The same, oldest first.</summary>
    public ReadOnlySpan<Attempt> Ended => _attempts.AsSpan(0, Count);

    /// <summary>The target that rules and stickiness have chosen.</summary>
    public LoopTarget? FirstTarget { get; set; }

    /// <summary>How many others were tried.</summary>
    public int Moves { get; set; }

    /// <summary>One of them has met the close of its connection.</summary>
    public bool MetClose { get; private set; }

    /// <summary>When the present one was dispatched, in the loop's microseconds; 0: never.</summary>
    public long BeganMicros { get; private set; }

    /// <summary>Of a handshake with the target that failed.</summary>
    public TargetTlsProblem TlsProblem { get; set; }

    public void Begin(long nowMicros) => BeganMicros = nowMicros;

    /// <summary>The present one came to nothing.</summary>
    public void End(LoopTarget target, in Failure facts, long nowMicros) =>
        Add(new Attempt(target.Key, facts, true, facts.BytesWritten > 0 ? nowMicros - BeganMicros : -1));

    /// <summary>There was no connection for one.</summary>
    public void EndUnconnected(LoopTarget target, FailureReason reason) =>
        Add(new Attempt(target.Key, Failure.WithoutTarget(reason) with { TlsProblem = TlsProblem }, false, -1));

    /// <summary>All of them, with the last. Valid until the next one ends.</summary>
    public ReadOnlySpan<Attempt> With(in Attempt last)
    {
        _attempts ??= new Attempt[Most];
        _attempts[Count] = last;
        return _attempts.AsSpan(0, Count + 1);
    }

    public void Reset()
    {
        Count = Moves = 0;
        FirstTarget = null;
        MetClose = false;
        BeganMicros = 0;
        TlsProblem = default;
    }

    private void Add(in Attempt ended)
    {
        With(ended);
        Count++;
        MetClose |= ended.Facts.Reason == FailureReason.TargetClosed;
    }
}
