namespace Weir.Reactor;

/// <summary>The bytes of one direction in order: what was accepted and not sent, or received and not read.</summary>
internal sealed class SimByteQueue(SimSegmentPool pool)
{
    private SimSegment? _head;
    private SimSegment? _tail;

    public long Bytes { get; private set; }

    /// <summary>How many bytes the first segment holds; 0 when the queue is empty.</summary>
    public int HeadBytes => _head?.Length ?? 0;

    public void Append(SimSegment segment)
    {
        if (_tail is null)
        {
            _head = segment;
        }
        else
        {
            _tail.Next = segment;
        }

        _tail = segment;
        Bytes += segment.Length;
    }

    /// <summary>Copies bytes to the end, into the room that the last segment has and then into new ones.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            SimSegment? tail = _tail;
            if (tail is null || tail.Start + tail.Length == tail.Buffer.Length)
            {
                tail = pool.Rent();
                Append(tail);
            }

            int end = tail.Start + tail.Length;
            int n = Math.Min(bytes.Length, tail.Buffer.Length - end);
            bytes[..n].CopyTo(tail.Buffer.AsSpan(end));
            tail.Length += n;
            Bytes += n;
            bytes = bytes[n..];
        }
    }

    public int Take(Span<byte> destination)
    {
        int taken = 0;
        while (taken < destination.Length && _head is { } head)
        {
            int n = Math.Min(destination.Length - taken, head.Length);
            head.Bytes[..n].CopyTo(destination[taken..]);
            taken += n;
            head.Start += n;
            head.Length -= n;
            Bytes -= n;
            if (head.Length == 0)
            {
                pool.Return(RemoveHead());
            }
        }

        return taken;
    }

    /// <summary>The first bytes as a segment of their own; at most what the first segment holds.</summary>
    public SimSegment TakeSegment(int bytes)
    {
        SimSegment head = _head!;
        if (bytes == head.Length)
        {
            Bytes -= bytes;
            return RemoveHead();
        }

        SimSegment front = pool.Rent();
        front.Length = Take(front.Buffer.AsSpan(0, bytes));
        return front;
    }

    public void Clear()
    {
        while (_head is not null)
        {
            pool.Return(RemoveHead());
        }

        Bytes = 0;
    }

    private SimSegment RemoveHead()
    {
        SimSegment head = _head!;
        _head = head.Next;
        head.Next = null;
        if (_head is null)
        {
            _tail = null;
        }

        return head;
    }
}
