using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>What was read and what was not, in sentences: the same in the terminal and on the page.</summary>
internal static class ReadingWording
{
    // The JSON has more; a reader wants to open one or two.
    private const int MaxPlaces = 3;

    /// <summary>`3 files, 18.4 MB, 41,233 lines: 41,230 requests, 41 errors of the balancer, 12 of targets`.</summary>
    public static string Read(LogCounts counts) =>
        $"{Plural.Of(counts.Files, "file")}, {ReportWording.Bytes(counts.Bytes)}, {Plural.Of(counts.Lines, "line")}: "
        + $"{Plural.Of(counts.Requests, "request")}, "
        + $"{Plural.Of(counts.BalancerErrors, "error")} of the balancer, {ReportWording.Number(counts.TargetErrors)} of targets";

    /// <summary>A sentence for each kind of line that is not in the figures.</summary>
    public static IEnumerable<string> Skipped(LogCounts counts)
    {
        if (counts.UnreadableLines > 0)
        {
            string[] places = [.. counts.UnreadablePlaces.Take(MaxPlaces)];
            yield return $"{Plural.Of(counts.UnreadableLines, "line")} could not be read{(places.Length == 0 ? "" : $": {string.Join(", ", places)}")}"
                + (places.Length > 0 && counts.UnreadableLines > places.Length ? ", …" : "");
        }

        foreach (string damage in counts.DamagedFiles)
        {
            yield return damage;
        }

        if (counts.LateLines > 0)
        {
            yield return $"{Plural.Of(counts.LateLines, "line")} came too late to be put in order, and count without their gaps";
        }

        if (counts.ShortenedWindows > 0)
        {
            yield return "There are more requests in ten minutes than are kept to be put in order: some gaps may be wrong";
        }

        if (counts.FoldedLines > 0)
        {
            yield return $"{Plural.Of(counts.FoldedLines, "line")} of more nodes, targets or groups than are told apart";
        }

        if (counts.OutsidePeriod > 0)
        {
            yield return $"{Plural.Of(counts.OutsidePeriod, "line")} outside of --from and --to";
        }

        if (counts.OtherBalancerLines > 0)
        {
            yield return $"{Plural.Of(counts.OtherBalancerLines, "line")} of classic or network load balancers left out";
        }

        if (counts.ConnectionLines > 0 || counts.HealthCheckLines > 0)
        {
            yield return $"{Plural.Of(counts.ConnectionLines, "line")} of connection logs and "
                + $"{ReportWording.Number(counts.HealthCheckLines)} of health-check logs, used beside them";
        }
    }
}
