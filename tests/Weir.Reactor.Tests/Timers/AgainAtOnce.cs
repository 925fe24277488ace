namespace Weir.Reactor.Tests.Timers;

/// <summary>Sets its timer again, for a time that has passed, whenever it fires.</summary>
internal sealed class AgainAtOnce : ITimerTarget
{
    public AgainAtOnce(Loop loop) => new LoopTimer(loop, this).Set(0);

    public int Fired { get; private set; }

    public void OnTimer(LoopTimer timer)
    {
        Fired++;
        timer.Set(0);
    }
}
