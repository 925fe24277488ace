namespace Weir.Reactor;

/// <summary>
/// The future of a simulated network: a heap with four children a node, ordered by time, then by the order of adding,
/// so that nothing is left to chance. Keys are apart from the events: moving them costs no write barrier.
/// </summary>
internal sealed class SimEventQueue
{
    private const int Arity = 4;

    private readonly Stack<int> _freeSlots = new();
    private Key[] _heap = new Key[1024];
    private SimEvent[] _events = new SimEvent[1024];
    private long _sequence;
    private int _usedSlots;

    public int Count { get; private set; }

    /// <summary>When the first event is due. Only when there is one.</summary>
    public long NextAtMicros => _heap[0].AtMicros;

    public void Add(long atMicros, in SimEvent simEvent)
    {
        int slot = _freeSlots.TryPop(out int free) ? free : _usedSlots++;
        if (slot == _events.Length)
        {
            Array.Resize(ref _events, slot * 2);
        }

        _events[slot] = simEvent;
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
        }

        SiftUp(Count++, new Key(atMicros, _sequence++, slot));
    }

    public SimEvent Take()
    {
        int slot = _heap[0].Slot;
        SimEvent simEvent = _events[slot];
        _events[slot] = default;
        _freeSlots.Push(slot);
        Key last = _heap[--Count];
        if (Count > 0)
        {
            SiftDown(last);
        }

        return simEvent;
    }

    private void SiftUp(int index, Key key)
    {
        while (index > 0)
        {
            int parent = (index - 1) / Arity;
            if (!key.IsBefore(_heap[parent]))
            {
                break;
            }

            _heap[index] = _heap[parent];
            index = parent;
        }

        _heap[index] = key;
    }

    private void SiftDown(Key key)
    {
        int index = 0;
        while (true)
        {
            int child = (index * Arity) + 1;
            if (child >= Count)
            {
                break;
            }

            int end = Math.Min(child + Arity, Count);
            int first = child;
            for (child++; child < end; child++)
            {
                if (_heap[child].IsBefore(_heap[first]))
                {
                    first = child;
                }
            }

            if (!_heap[first].IsBefore(key))
            {
                break;
            }

            _heap[index] = _heap[first];
            index = first;
        }

        _heap[index] = key;
    }

    private readonly record struct Key(long AtMicros, long Sequence, int Slot)
    {
        public bool IsBefore(in Key other) =>
            AtMicros < other.AtMicros || (AtMicros == other.AtMicros && Sequence < other.Sequence);
    }
}
