using System.Net;

namespace Weir.Reactor.Tests;

/// <summary>A loop without a network, whose clock and phases the test moves by hand.</summary>
internal sealed class HandDrivenLoop(long startMs) : Loop(new LoopRandom(1), startMs)
{
    private long _nowMs = startMs;

    public override long NowMicros => _nowMs * 1000;

    public override long UnixMicros => NowMicros;

    /// <summary>Moves the clock and fires the timers that this makes due.</summary>
    public void Advance(long toMs)
    {
        _nowMs = toMs;
        Timers.Advance(toMs);
    }

    public override ListenOutcome Listen(IPEndPoint endpoint, IAcceptTarget target) => throw new NotSupportedException();

    public override Connection? Connect(IPEndPoint endpoint) => throw new NotSupportedException();

    protected override void WakeUp()
    {
    }
}
