namespace Weir.Diagnosis.Logs;

/// <summary>How far the reading of a log has come.</summary>
/// <param name="StoredBytes">Bytes taken in, as stored.</param>
/// <param name="TotalStoredBytes">All there are; null if unknown, as of a pipe.</param>
/// <param name="Lines">Lines read.</param>
/// <param name="Elapsed">Time since the beginning.</param>
public readonly record struct LogProgress(long StoredBytes, long? TotalStoredBytes, long Lines, TimeSpan Elapsed)
{
    // Before that, a rate is noise.
    private static readonly TimeSpan _settled = TimeSpan.FromMilliseconds(200);

    public double LinesPerSecond => Elapsed > TimeSpan.Zero ? Lines / Elapsed.TotalSeconds : 0;

    public double BytesPerSecond => Elapsed > TimeSpan.Zero ? StoredBytes / Elapsed.TotalSeconds : 0;

    /// <summary>Null while nobody can say.</summary>
    public TimeSpan? TimeLeft => TotalStoredBytes is { } total && StoredBytes > 0 && Elapsed >= _settled
        ? TimeSpan.FromSeconds(Math.Max(total - StoredBytes, 0) / BytesPerSecond)
        : null;
}
