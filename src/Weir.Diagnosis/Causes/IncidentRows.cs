namespace Weir.Diagnosis.Causes;

/// <summary>The incidents of one group, to see whether they go from target to target, as a deployment does. Immutable.</summary>
internal sealed class IncidentRows
{
    // Targets that are restarted in turn, one after the other.
    private const long RowMicroseconds = 600_000_000;

    private const double MostNats = 3;

    private readonly long[] _starts;
    private readonly int[] _targets;
    private readonly int _targetCount;
    private readonly double _chance;

    public IncidentRows(IEnumerable<Outage> first, long periodMicroseconds)
    {
        Outage[] sorted = [.. first.OrderBy(static outage => outage.FirstMicroseconds)];
        _starts = [.. sorted.Select(static outage => outage.FirstMicroseconds)];
        _targets = [.. sorted.Select(static outage => outage.Target)];
        _targetCount = _targets.Distinct().Count();

        // A target with so many incidents has one within the time of a row by chance.
        double each = (double)sorted.Length / _targetCount;
        _chance = 1 - Math.Exp(-each * Math.Min(2.0 * RowMicroseconds / Math.Max(periodMicroseconds, 1), 1));
    }

    /// <summary>How much likelier it is that so many other targets had theirs about then, in a row than by chance.</summary>
    public double NatsAround(in Outage first)
    {
        int others = _targetCount - 1;
        var near = new HashSet<int>();
        int at = Array.BinarySearch(_starts, first.FirstMicroseconds - RowMicroseconds);
        for (int i = at < 0 ? ~at : at; i < _starts.Length && _starts[i] <= first.FirstMicroseconds + RowMicroseconds && near.Count < others; i++)
        {
            if (_targets[i] != first.Target)
            {
                near.Add(_targets[i]);
            }
        }

        return Math.Min(Divergence.Excess(near.Count, others, _chance), MostNats);
    }
}
