using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing;

/// <summary>What was read and what was not, in sentences: the same in the terminal and on the page.</summary>
internal static class ReadingWording
{
    /// <summary>`3 files, 18.4 MB, 41,233 lines: 41,230 requests, 41 errors of the balancer, 12 of targets`.</summary>
    public static string Read(LogCounts counts) =>
        $"{ReportWording.Count(counts.Files, "file")}, {ReportWording.Bytes(counts.Bytes)}, {ReportWording.Count(counts.Lines, "line")}: "
        + $"{ReportWording.Count(counts.Requests, "request")}, "
        + $"{ReportWording.Count(counts.BalancerErrors, "error")} of the balancer, {ReportWording.Number(counts.TargetErrors)} of targets";

    /// <summary>A sentence for each kind of line that is not in the figures.</summary>
    public static IEnumerable<string> Skipped(LogCounts counts)
    {
        if (counts.UnreadableLines > 0)
        {
            string places = string.Join(", ", counts.UnreadablePlaces);
            yield return $"{ReportWording.Count(counts.UnreadableLines, "line")} could not be read{(places.Length == 0 ? "" : $": {places}")}"
                + (counts.UnreadablePlaces.Count > 0 && counts.UnreadableLines > counts.UnreadablePlaces.Count ? ", …" : "");
        }

        if (counts.LateLines > 0)
        {
            yield return $"{ReportWording.Count(counts.LateLines, "line")} came too late to be put in order, and count without their gaps";
        }

        if (counts.OutsidePeriod > 0)
        {
            yield return $"{ReportWording.Count(counts.OutsidePeriod, "line")} outside of --from and --to";
        }

        if (counts.OtherBalancerLines > 0)
        {
            yield return $"{ReportWording.Count(counts.OtherBalancerLines, "line")} of classic or network load balancers left out";
        }

        if (counts.ConnectionLines > 0 || counts.HealthCheckLines > 0)
        {
            yield return $"{ReportWording.Count(counts.ConnectionLines, "line")} of connection logs, "
                + $"{ReportWording.Number(counts.HealthCheckLines)} of health-check logs";
        }
    }
}
