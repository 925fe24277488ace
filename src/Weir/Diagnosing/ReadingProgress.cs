using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Output;

namespace Weir.Diagnosing;

/// <summary>How far the reading of logs has come, how fast it goes and how long it will take yet, in words.</summary>
internal static class ReadingProgress
{
    public static ProgressLine Of(LogReading reading, MessageWriter messages) =>
        ProgressLine.OfProcess(messages, () => "reading: " + Describe(reading.Progress));

    /// <summary>`1.2 GB of 4.0 GB, 5,120,000 lines, 310 MB/s, 9 s left`.</summary>
    internal static string Describe(in LogProgress progress)
    {
        string bytes = ReportWording.Bytes(progress.StoredBytes);
        string all = progress.TotalStoredBytes is { } total ? $" of {ReportWording.Bytes(total)}" : "";
        string left = progress.TimeLeft is { } time ? $", {ReportWording.Duration(TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds)))} left" : "";
        return $"{bytes}{all}, {Plural.Of(progress.Lines, "line")}, {ReportWording.Bytes(progress.BytesPerSecond)}/s{left}";
    }
}
