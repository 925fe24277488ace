namespace Weir.Reactor;

/// <summary>
/// How much of each turn of a loop the handshakes of its clients may have. A signature takes as long as dozens of requests, and
/// without a bound a flood of handshakes would hold up all of them. Those beyond wait, first come, first served.
/// </summary>
public sealed class HandshakeBudget(Loop loop, TimeSpan perTurn)
{
    private readonly long _perTurnMicros = (long)perTurn.TotalMicroseconds;
    private long _turnMicros = -1;
    private long _spentMicros;
    private long _begunMicros;
    private int _waiting;

    /// <summary>Handshakes that had to wait for a later turn.</summary>
    public long Deferred { get; private set; }

    /// <summary>This turn's time is spent, or others came first.</summary>
    internal bool MustWait => _waiting > 0 || IsSpent;

    // The loop reads its clock once a turn, so the turn is told by it.
    private bool IsSpent => _turnMicros == loop.NowMicros && _spentMicros >= _perTurnMicros;

    /// <summary>Waits until it is this one's turn. The ready queue keeps those who wait in order.</summary>
    internal async LoopTask WaitForTurn()
    {
        Deferred++;
        _waiting++;
        do
        {
            await loop.Yield();
        }
        while (IsSpent);
        _waiting--;
    }

    internal void Begin()
    {
        if (_turnMicros != loop.NowMicros)
        {
            _turnMicros = loop.NowMicros;
            _spentMicros = 0;
        }

        _begunMicros = loop.MeasuredMicros;
    }

    internal void End() => _spentMicros += loop.MeasuredMicros - _begunMicros;
}
