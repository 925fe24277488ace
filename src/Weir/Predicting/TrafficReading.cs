using Weir.Diagnosing;
using Weir.Diagnosis;
using Weir.Diagnosis.Logs;
using Weir.Diagnosis.Reports;
using Weir.Diagnosis.Sources;
using Weir.Output;

namespace Weir.Predicting;

/// <summary>Reads the traffic of logs, and what the formula expects of it.</summary>
internal static class TrafficReading
{
    // Sentences of ours with a path in them, which may be long.
    private const int MaxMessage = 2_000;

    /// <summary>By name of target group, the busiest first. Throws <see cref="IOException"/> where a log cannot be had.</summary>
    public static async Task<(LogCounts Counts, IReadOnlyList<TrafficRow> Groups)> Read(
        IReadOnlyList<string> paths, RacePrediction asked, MessageWriter messages, CancellationToken cancel)
    {
        using LogSourceSet logs = await LogSourceSet.OpenAsync(paths, new LogSourceOptions(), cancel);
        if (logs.Problems.Count > 0)
        {
            throw new IOException(logs.Problems[0].Sentence);
        }

        var reading = new LogReading(logs.Objects.Select(static log => new SourceText(log)), new LogReadingOptions());
        var traffic = new TrafficBook(asked);
        LogCounts counts;
        using (ReadingProgress.Of(reading, messages))
        {
            counts = reading.Run(traffic, cancel);
        }

        foreach (string sentence in logs.Unreadable.Concat(counts.DamagedFiles))
        {
            messages.Warn("predict", InertText.Of(sentence, MaxMessage));
        }

        TrafficRow[] rows =
        [
            .. from entry in traffic.Conclude()
               orderby entry.Value.Requests descending
               select new TrafficRow(entry.Key == LoggedRequest.NoName ? null : reading.Names.TargetGroups[entry.Key], entry.Value),
        ];
        return (counts, rows);
    }
}
