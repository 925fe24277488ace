namespace Weir.LogGenerator.Simulation;

/// <summary>Virtual time and what is to happen in it, earliest first; equal times in the order they were asked for.</summary>
internal sealed class EventQueue
{
    // Four children a node: shallower than a binary heap, and the four lie in one or two cache lines.
    private const int Fanout = 4;

    private Entry[] _heap = new Entry[1024];
    private int _count;
    private long _nextOrder;

    public long NowTicks { get; private set; }

    public void At(long ticks, Action action)
    {
        if (_count == _heap.Length) Array.Resize(ref _heap, _count * 2);
        SiftUp(_count++, new Entry(Math.Max(ticks, NowTicks), _nextOrder++, action));
    }

    public void After(long delayTicks, Action action) => At(NowTicks + delayTicks, action);

    public void RunUntil(long endTicks)
    {
        while (_count > 0 && _heap[0].Ticks <= endTicks)
        {
            Entry first = _heap[0];
            Entry last = _heap[--_count];
            _heap[_count] = default;
            if (_count > 0) SiftDown(last);
            NowTicks = first.Ticks;
            first.Action();
        }

        NowTicks = Math.Max(NowTicks, endTicks);
    }

    private void SiftUp(int index, Entry entry)
    {
        while (index > 0)
        {
            int parent = (index - 1) / Fanout;
            if (!entry.IsBefore(_heap[parent])) break;
            _heap[index] = _heap[parent];
            index = parent;
        }

        _heap[index] = entry;
    }

    private void SiftDown(Entry entry)
    {
        int index = 0;
        for (int child = 1; child < _count; child = (index * Fanout) + 1)
        {
            int end = Math.Min(child + Fanout, _count);
            int least = child;
            for (int other = child + 1; other < end; other++)
            {
                if (_heap[other].IsBefore(_heap[least])) least = other;
            }

            if (!_heap[least].IsBefore(entry)) break;
            _heap[index] = _heap[least];
            index = least;
        }

        _heap[index] = entry;
    }

    private readonly record struct Entry(long Ticks, long Order, Action Action)
    {
        public bool IsBefore(in Entry other) => Ticks != other.Ticks ? Ticks < other.Ticks : Order < other.Order;
    }
}
