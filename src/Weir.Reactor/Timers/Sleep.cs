using System.Runtime.CompilerServices;

namespace Weir.Reactor;

/// <summary>Lets a coroutine wait for a time. Made anew for each wait: for rare waits, not for requests.</summary>
public sealed class Sleep(Loop loop, TimeSpan time) : ITimerTarget
{
    private Continuation? _sleeper;
    private LoopTimer? _timer;

    public Awaiter GetAwaiter() => new(this);

    public void OnTimer(LoopTimer timer)
    {
        if (_sleeper is { } sleeper)
        {
            _sleeper = null;
            loop.Ready(sleeper);
        }
    }

    /// <summary>Ends the wait early.</summary>
    public void Wake()
    {
        _timer?.Clear();
        if (_timer is not null)
        {
            OnTimer(_timer);
        }
    }

    /// <summary>Sets the timer when it is awaited.</summary>
    public readonly struct Awaiter(Sleep sleep) : ICriticalNotifyCompletion, ILoopAwaiter
    {
        public bool IsCompleted => false;

        public void GetResult()
        {
        }

        public void Register(Continuation continuation) => sleep.Begin(continuation);

        public void OnCompleted(Action continuation) => throw ForeignAwait.Refused();

        public void UnsafeOnCompleted(Action continuation) => throw ForeignAwait.Refused();
    }

    private void Begin(Continuation continuation)
    {
        _sleeper = continuation;
        _timer = new LoopTimer(loop, this);
        _timer.Set(loop.NowMs + (long)Math.Ceiling(time.TotalMilliseconds));
    }
}
