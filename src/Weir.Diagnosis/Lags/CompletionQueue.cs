namespace Weir.Diagnosis.Lags;

/// <summary>
/// When a target answered one node lately: as far back as an idle connection can live, as far as memory allows. Owned by
/// its pool in the book of requests; its times are in blocks of the memory that all share.
/// </summary>
internal sealed class CompletionQueue(LagMemory memory, uint windowTicks)
{
    // Times in blocks are modulo 2³² ticks (119 h): all of them lie within the window before the last one, which is far shorter.
    private int _newest = TickBlocks.None, _oldest = TickBlocks.None;

    // How many times the newest block has, and how many of the oldest are forgotten; they can be the same.
    private int _filled, _forgotten;
    private long _lastTick;

    public int Count { get; private set; }

    /// <summary>The tick of the first answer that there ever was; what came before the log began is not known.</summary>
    public long? FirstTick { get; private set; }

    public void Add(long microseconds)
    {
        long tick = Math.Max(microseconds / LagScale.MicrosecondsPerTick, _lastTick);
        FirstTick ??= tick;
        Forget(tick);
        if (_newest == TickBlocks.None || _filled == TickBlocks.TicksPerBlock)
        {
            AddBlock();
        }

        memory.Answers.TicksOf(_newest)[_filled++] = (uint)tick;
        Count++;
        _lastTick = tick;
    }

    /// <summary>Writes the lags of all answers before this time into <paramref name="lags"/>, ticks, the smallest first; the rest does not fit.</summary>
    public int LagsAt(long microseconds, Span<uint> lags)
    {
        long tick = microseconds / LagScale.MicrosecondsPerTick;
        int written = 0, filled = _filled;
        for (int block = _newest; block != TickBlocks.None; block = memory.Answers.Older(block), filled = TickBlocks.TicksPerBlock)
        {
            Span<uint> ticks = memory.Answers.TicksOf(block)[(block == _oldest ? _forgotten : 0)..filled];
            for (int i = ticks.Length - 1; i >= 0; i--)
            {
                long lag = tick - Whole(ticks[i]);
                if (lag > windowTicks || written == lags.Length)
                {
                    return written;
                }

                if (lag >= 0)
                {
                    lags[written++] = (uint)lag;
                }
            }
        }

        return written;
    }

    private long Whole(uint tick) => _lastTick - ((uint)_lastTick - tick);

    private void Forget(long tick)
    {
        while (Count > 0 && tick - Whole(memory.Answers.TicksOf(_oldest)[_forgotten]) > windowTicks)
        {
            Count--;
            if (++_forgotten == (_oldest == _newest ? _filled : TickBlocks.TicksPerBlock))
            {
                GiveBackOldest();
            }
        }
    }

    private void AddBlock()
    {
        if (_newest != TickBlocks.None && memory.Answers.IsFull)
        {
            // The first block everybody gets; for more, one's own oldest answers make room.
            memory.IsShort = true;
            Count -= TickBlocks.TicksPerBlock - _forgotten;
            GiveBackOldest();
        }

        int block = memory.Answers.Take();
        memory.Answers.Link(older: _newest, newer: block);
        _oldest = _oldest == TickBlocks.None ? block : _oldest;
        _newest = block;
        _filled = 0;
    }

    private void GiveBackOldest()
    {
        int next = _oldest == _newest ? TickBlocks.None : memory.Answers.Newer(_oldest);
        memory.Answers.GiveBack(_oldest);
        _oldest = next;
        _newest = next == TickBlocks.None ? TickBlocks.None : _newest;
        _forgotten = 0;
        if (next != TickBlocks.None)
        {
            memory.Answers.EndAt(next);
        }
    }
}
