namespace Weir.Reactor;

/// <summary>
/// The continuations that other code of the loop has woken, in order. A ring that grows to the largest number ever
/// waiting at once and then allocates no more.
/// </summary>
internal sealed class ReadyQueue
{
    private Continuation?[] _ring = new Continuation?[256];
    private int _head;

    public int Count { get; private set; }

    public void Enqueue(Continuation continuation)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = continuation;
        Count++;
    }

    public Continuation Dequeue()
    {
        Continuation continuation = _ring[_head]!;
        _ring[_head] = null;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return continuation;
    }

    private void Grow()
    {
        var ring = new Continuation?[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            ring[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = ring;
        _head = 0;
    }
}
