namespace Weir.Reactor.Tests.Timers;

/// <summary>
/// A wheel and, beside it, the plain list of what is due when. Every firing is checked against the list: the one fired
/// is the earliest, and its time has come.
/// </summary>
internal sealed class TimerModel : ITimerTarget
{
    public const int Timers = 24;

    private readonly HandDrivenLoop _loop;
    private readonly LoopTimer[] _timers = new LoopTimer[Timers];
    private readonly long?[] _dueMs = new long?[Timers];
    private readonly Queue<TimerStep> _whileFiring = new();
    private long _nowMs;
    private long? _firingMs;

    public TimerModel(long startMs)
    {
        _loop = new HandDrivenLoop(startMs);
        _nowMs = startMs - 1;
        for (int i = 0; i < Timers; i++)
        {
            _timers[i] = new LoopTimer(_loop, this);
        }
    }

    public void Do(TimerStep step)
    {
        switch (step.Kind)
        {
            case TimerStepKind.Set:
                // What is due already comes at the next tick: the one after the last that was fired.
                long requestedMs = (_firingMs ?? _nowMs) + step.Ms;
                _timers[step.Timer].Set(requestedMs);
                _dueMs[step.Timer] = Math.Max(requestedMs, (_firingMs ?? _nowMs) + 1);
                break;
            case TimerStepKind.Clear:
                _timers[step.Timer].Clear();
                _dueMs[step.Timer] = null;
                break;
            case TimerStepKind.WhileFiring:
                _whileFiring.Enqueue(step with { Kind = step.Ms % 3 == 0 ? TimerStepKind.Clear : TimerStepKind.Set });
                break;
            default:
                Advance(_nowMs + Math.Max(step.Ms, 1));
                break;
        }

        Check();
    }

    /// <summary>Goes from one deadline to the next as a loop does, until nothing is set.</summary>
    public void RunOut()
    {
        while (_loop.Timers.Count > 0)
        {
            Advance(_nowMs + Math.Max(_loop.Timers.DelayMs(_nowMs), 1));
            Check();
        }
    }

    public void OnTimer(LoopTimer timer)
    {
        int index = Array.IndexOf(_timers, timer);
        long due = _dueMs[index] ?? throw new InvalidOperationException($"timer {index} fired although it is not set");
        Assert.False(timer.IsSet);
        Assert.Equal(_dueMs.Min(), due);
        Assert.True(due <= _loop.NowMs, "a timer fired early");
        _dueMs[index] = null;
        _firingMs = due;
        if (_whileFiring.TryDequeue(out TimerStep step))
        {
            Do(step);
        }
    }

    private void Advance(long toMs)
    {
        _nowMs = toMs;
        _loop.Advance(toMs);
        _firingMs = null;
        Assert.False(_dueMs.Min() <= toMs, "a timer is late");
    }

    private void Check()
    {
        for (int i = 0; i < Timers; i++)
        {
            Assert.Equal(_dueMs[i] is not null, _timers[i].IsSet);
        }

        Assert.Equal(_dueMs.Count(due => due is not null), _loop.Timers.Count);
        if (_firingMs is not null)
        {
            return;
        }

        int delayMs = _loop.Timers.DelayMs(_nowMs);
        if (_dueMs.Min() is { } next)
        {
            Assert.InRange(delayMs, 0, next - _nowMs);
        }
        else
        {
            Assert.Equal(-1, delayMs);
        }
    }
}
