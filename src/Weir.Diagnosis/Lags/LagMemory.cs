namespace Weir.Diagnosis.Lags;

/// <summary>
/// What all answers, histograms and errors' lags together may hold. Owned by the one book of requests that they serve; whoever is
/// refused keeps what it has, and looks back less far.
/// </summary>
internal sealed class LagMemory(int maxAnswerBlocks = LagMemory.MaxAnswerBlocks)
{
    /// <summary>Answers kept in all queues: 16 MB. At 60 s that is some 58,000 requests a second.</summary>
    public const int MaxAnswerBlocks = 250_000;

    /// <summary>Histograms of ordinary requests, some 35 kB each for an idle timeout of 60 s: at most about 10 MB.</summary>
    public const int MaxHistogramBins = 2_500_000;

    /// <summary>Lags kept with errors, 2 bytes each: 8 MB.</summary>
    public const int MaxErrorLags = 4_000_000;

    private int _histogramBins, _errorLags;

    public TickBlocks Answers { get; } = new(maxAnswerBlocks);

    /// <summary>Whether a queue had to forget answers younger than the window.</summary>
    public bool IsShort { get; set; }

    public bool TryHistogram(int bins) => Take(ref _histogramBins, bins, MaxHistogramBins);

    public bool TryErrorLags(int lags) => Take(ref _errorLags, lags, MaxErrorLags);

    private static bool Take(ref int taken, int more, int limit)
    {
        if (taken + more > limit)
        {
            return false;
        }

        taken += more;
        return true;
    }
}
