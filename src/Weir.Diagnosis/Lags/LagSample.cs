namespace Weir.Diagnosis.Lags;

/// <summary>The lags of one error: the bins that hold at least one, rising, each once; how busy its pool was; how much it counts.</summary>
/// <param name="TookSeconds">From when it was sent until it failed, which its lags have in them, and those of ordinary requests have not.</param>
internal readonly record struct LagSample(ushort[] Bins, int Stratum, double Weight, double TookSeconds = 0)
{
    /// <summary>The first bin in the window that holds a lag, or -1.</summary>
    public int FirstIn(int from, int to)
    {
        int at = PlaceOf(from);
        return at < Bins.Length && Bins[at] < to ? Bins[at] : -1;
    }

    /// <summary>How many bins in the window hold a lag.</summary>
    public int CountIn(int from, int to) => Math.Max(PlaceOf(to) - PlaceOf(from), 0);

    public bool HasIn(int from, int to) => FirstIn(from, to) >= 0;

    private int PlaceOf(int bin)
    {
        int at = Array.BinarySearch(Bins, (ushort)Math.Min(bin, ushort.MaxValue));
        return at < 0 ? ~at : at;
    }
}
