namespace Weir.Diagnosis.Lags;

/// <summary>The lags of one error: the bins that hold at least one, rising, each once; how busy its pool was; how much it counts.</summary>
internal readonly record struct LagSample(ushort[] Bins, int Stratum, double Weight)
{
    /// <summary>The first bin in the window that holds a lag, or -1.</summary>
    public int FirstIn(int from, int to)
    {
        int at = Array.BinarySearch(Bins, (ushort)Math.Min(from, ushort.MaxValue));
        at = at < 0 ? ~at : at;
        return at < Bins.Length && Bins[at] < to ? Bins[at] : -1;
    }

    public bool HasIn(int from, int to) => FirstIn(from, to) >= 0;
}
