using Weir.Reactor;

namespace Weir.Simulation;

/// <summary>A wait of one coroutine for a moment of its loop's time; another may end it early.</summary>
internal sealed class Delay : ITimerTarget
{
    private readonly Loop _loop;
    private readonly LoopTimer _timer;
    private readonly Signal _signal;

    public Delay(Loop loop)
    {
        _loop = loop;
        _timer = new LoopTimer(loop, this);
        _signal = new Signal(loop);
    }

    /// <summary>What to await.</summary>
    public Signal For(int ms)
    {
        _signal.Reset();
        _timer.Set(_loop.NowMs + ms);
        return _signal;
    }

    public void Cancel()
    {
        _timer.Clear();
        _signal.Set();
    }

    public void OnTimer(LoopTimer timer) => _signal.Set();
}
