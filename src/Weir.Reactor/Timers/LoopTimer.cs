namespace Weir.Reactor;

/// <summary>
/// One deadline of one owner, linked into its loop's wheel without allocating. Made once per owner, set and cleared
/// any number of times, on the owner's loop only.
/// </summary>
public sealed class LoopTimer
{
    private readonly Loop _loop;
    internal readonly ITimerTarget Target;
    internal LoopTimer? Previous;
    internal LoopTimer? Next;

    public LoopTimer(Loop loop, ITimerTarget target)
    {
        _loop = loop;
        Target = target;
    }

    /// <summary>When it is due, in the loop's monotonic milliseconds. Meaningful while <see cref="IsSet"/>.</summary>
    public long DueMs { get; internal set; }

    public bool IsSet => Slot >= 0;

    /// <summary>Its place in the wheel: level × slots + slot; -1 when not set.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>(Re)sets it to fire once at <paramref name="dueMs"/>, or at the next turn when that has passed.</summary>
    public void Set(long dueMs)
    {
        if (IsSet)
        {
            _loop.Timers.Remove(this);
        }

        DueMs = dueMs;
        _loop.Timers.Insert(this);
    }

    public void Clear()
    {
        if (IsSet)
        {
            _loop.Timers.Remove(this);
        }
    }
}
