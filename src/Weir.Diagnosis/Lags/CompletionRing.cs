namespace Weir.Diagnosis.Lags;

/// <summary>
/// When a target answered one node lately: as far back as an idle connection can live, as far as memory allows. Owned by
/// its pool in the book of requests.
/// </summary>
internal sealed class CompletionRing(LagMemory memory, uint windowTicks)
{
    private const int FirstCapacity = 4;

    // Times modulo 2³² ticks (119 h): all of them lie within the window before the last one, which is far shorter.
    private uint[] _ticks = [];
    private int _start;
    private long _lastTick;

    public int Count { get; private set; }

    /// <summary>The tick of the first answer that this ring ever had; what came before the log began is not known.</summary>
    public long? FirstTick { get; private set; }

    public void Add(long microseconds)
    {
        long tick = Math.Max(microseconds / LagScale.MicrosecondsPerTick, _lastTick);
        FirstTick ??= tick;
        Forget(tick);
        if (Count == _ticks.Length && !Grow())
        {
            _start = (_start + 1) & (_ticks.Length - 1);
            Count--;
        }

        _ticks[(_start + Count++) & (_ticks.Length - 1)] = (uint)tick;
        _lastTick = tick;
    }

    /// <summary>Writes the lags of all answers before this time into <paramref name="lags"/>, ticks, the smallest first; the rest does not fit.</summary>
    public int LagsAt(long microseconds, Span<uint> lags)
    {
        long tick = microseconds / LagScale.MicrosecondsPerTick;
        int written = 0;
        for (int i = Count - 1; i >= 0 && written < lags.Length; i--)
        {
            long then = _lastTick - ((uint)_lastTick - _ticks[(_start + i) & (_ticks.Length - 1)]);
            long lag = tick - then;
            if (lag > windowTicks)
            {
                break;
            }

            if (lag >= 0)
            {
                lags[written++] = (uint)lag;
            }
        }

        return written;
    }

    private void Forget(long tick)
    {
        if (tick - _lastTick > windowTicks)
        {
            Count = 0;
            return;
        }

        while (Count > 0 && tick - (_lastTick - ((uint)_lastTick - _ticks[_start])) > windowTicks)
        {
            _start = (_start + 1) & (_ticks.Length - 1);
            Count--;
        }
    }

    private bool Grow()
    {
        int capacity = Math.Max(_ticks.Length * 2, FirstCapacity);
        if (!memory.TryRing(capacity - _ticks.Length) && _ticks.Length > 0)
        {
            return false;
        }

        var grown = new uint[capacity];
        for (int i = 0; i < Count; i++)
        {
            grown[i] = _ticks[(_start + i) & (_ticks.Length - 1)];
        }

        _ticks = grown;
        _start = 0;
        return true;
    }
}
