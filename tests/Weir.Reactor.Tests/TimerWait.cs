namespace Weir.Reactor.Tests;

/// <summary>Lets a coroutine of a test wait for time to pass on its loop.</summary>
internal sealed class TimerWait : ITimerTarget
{
    private readonly Loop _loop;
    private readonly LoopTimer _timer;
    private readonly Signal _due;

    public TimerWait(Loop loop)
    {
        _loop = loop;
        _due = new Signal(loop);
        _timer = new LoopTimer(loop, this);
    }

    public async LoopTask After(int ms)
    {
        _due.Reset();
        _timer.Set(_loop.NowMs + ms);
        await _due;
    }

    public void OnTimer(LoopTimer timer) => _due.Set();
}
