namespace Weir.Tests.Hosting;

/// <summary>A clock that stands until it is moved, and timers that ring when they are told to.</summary>
internal sealed class HandTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<HandTimer> _timers = [];
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + _passed;

    public override long GetTimestamp() => _passed.Ticks;

    public void Advance(TimeSpan time) => _passed += time;

    /// <summary>Rings the timers of an interval once.</summary>
    public void Ring(TimeSpan interval)
    {
        HandTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers.Where(timer => timer.Interval == interval)];
        }

        Assert.NotEmpty(timers);
        Array.ForEach(timers, static timer => timer.Ring());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(() => callback(state), period);
        lock (_lock)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    private sealed record HandTimer(Action Ring, TimeSpan Interval) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
