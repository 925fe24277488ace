namespace Weir.Reactor.Tests.Timers;

internal sealed class FiredTimers : ITimerTarget
{
    public int Count { get; private set; }

    public void OnTimer(LoopTimer timer) => Count++;
}
