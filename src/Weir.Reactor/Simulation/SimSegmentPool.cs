namespace Weir.Reactor;

/// <summary>The free segments of one simulated network; all of one capacity.</summary>
internal sealed class SimSegmentPool(int segmentBytes)
{
    private SimSegment? _free;

    /// <summary>Segments handed out. Must be 0 once every connection has ended and every event has been delivered.</summary>
    public int Rented { get; private set; }

    public SimSegment Rent()
    {
        Rented++;
        SimSegment? segment = _free;
        if (segment is null)
        {
            return new SimSegment(segmentBytes);
        }

        _free = segment.Next;
        segment.Next = null;
        return segment;
    }

    public void Return(SimSegment segment)
    {
        Rented--;
        segment.Start = segment.Length = 0;
        segment.Next = _free;
        _free = segment;
    }
}
