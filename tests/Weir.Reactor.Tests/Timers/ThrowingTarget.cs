namespace Weir.Reactor.Tests.Timers;

internal sealed class ThrowingTarget : ITimerTarget
{
    public void OnTimer(LoopTimer timer) => throw new FormatException("a bug in a target");
}
