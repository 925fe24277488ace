namespace Weir.Diagnosis.Causes;

/// <summary>How many requests there were in each stretch of the log, however long the log: the stretches double as it grows. Owned by the book.</summary>
internal sealed class TimeHistogram
{
    private const int Slots = 512;

    private readonly long[] _counts = new long[Slots];
    private long _origin;

    public long SlotMicroseconds { get; private set; } = 1_000_000;

    public long OriginMicroseconds => _origin;

    public void Add(long microseconds)
    {
        if (_origin == 0)
        {
            _origin = microseconds - (microseconds % 60_000_000);
        }

        while (microseconds < _origin)
        {
            Widen(towardsPast: true);
        }

        while (microseconds - _origin >= Slots * SlotMicroseconds)
        {
            Widen(towardsPast: false);
        }

        _counts[(int)((microseconds - _origin) / SlotMicroseconds)]++;
    }

    public long CountBetween(long from, long to)
    {
        long sum = 0;
        for (int i = 0; i < Slots; i++)
        {
            long start = _origin + (i * SlotMicroseconds);
            sum += start >= from && start < to ? _counts[i] : 0;
        }

        return sum;
    }

    private void Widen(bool towardsPast)
    {
        var merged = new long[Slots];
        int shift = towardsPast ? Slots / 2 : 0;
        for (int i = 0; i < Slots; i++)
        {
            merged[shift + (i / 2)] += _counts[i];
        }

        _origin -= towardsPast ? Slots * SlotMicroseconds : 0;
        SlotMicroseconds *= 2;
        merged.CopyTo(_counts, 0);
    }
}
