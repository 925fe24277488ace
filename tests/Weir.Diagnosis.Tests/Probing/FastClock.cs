namespace Weir.Diagnosis.Tests.Probing;

/// <summary>
/// The system's clock, except that waits of some lengths end early, and it then shows the time at which they were to end. Every
/// other wait keeps its length: the thirty seconds for an answer, say, which a busy machine would not meet were they one or two.
/// </summary>
internal sealed class FastClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TimeSpan, TimeSpan> _shortened = [];
    private readonly List<(ITimer Timer, TimeSpan Length)> _begun = [];
    private long _ahead;

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref _ahead);

    /// <summary>From now on waits of this length, those that have begun too, take only <paramref name="real"/>.</summary>
    public FastClock Shorten(TimeSpan length, TimeSpan real)
    {
        lock (_lock)
        {
            _shortened[length] = real;
            foreach ((ITimer timer, _) in _begun.Where(begun => begun.Length == length))
            {
                // False of those that have been disposed.
                timer.Change(real, Timeout.InfiniteTimeSpan);
            }
        }

        return this;
    }

    /// <summary>For waits that end once, which are all that a probe has.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        long due = GetTimestamp() + (long)(dueTime.TotalSeconds * TimestampFrequency);
        lock (_lock)
        {
            TimeSpan real = _shortened.GetValueOrDefault(dueTime, dueTime);
            ITimer timer = System.CreateTimer(End, null, real, Timeout.InfiniteTimeSpan);
            _begun.Add((timer, dueTime));
            return timer;
        }

        void End(object? _)
        {
            lock (_lock)
            {
                _ahead = Math.Max(_ahead, due - System.GetTimestamp());
            }

            callback(state);
        }
    }
}
