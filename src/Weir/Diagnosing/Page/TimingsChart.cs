using Weir.Diagnosis.Reports;
using static Weir.Diagnosing.Page.HtmlWriter;

namespace Weir.Diagnosing.Page;

/// <summary>Every error by when it came and how long the target had had the request: races lie at the bottom, timeouts on a line.</summary>
internal static class TimingsChart
{
    // The log's own resolution; a logarithm needs a floor.
    private const double FloorSeconds = 0.001;

    private static readonly (double Seconds, string Label)[] _lines = [(0.001, "1 ms"), (0.01, "10 ms"), (0.1, "100 ms"), (1, "1 s"), (10, "10 s"), (100, "100 s"), (1000, "1,000 s"), (10_000, "10,000 s")];

    public static void Write(HtmlWriter html, IReadOnlyList<TimingPoint> points, LogPeriod period, ChartColours colours, ReportClock clock)
    {
        if (points.Count < 2)
        {
            return;
        }

        DateTimeOffset from = period.From ?? points.Min(static point => point.Time);
        DateTimeOffset to = period.To ?? points.Max(static point => point.Time);
        if (to <= from)
        {
            return;
        }

        double longest = Math.Max(1, points.Max(static point => point.TargetSeconds));
        double ceiling = _lines.Select(static line => line.Seconds).First(seconds => seconds >= Math.Min(longest, _lines[^1].Seconds));
        Chart.Open(html, "How long the target had had the request, when the error came", Describe(points));
        (double Seconds, string Label)[] lines = [.. _lines.Where(line => line.Seconds <= ceiling)];
        foreach ((double seconds, _) in lines)
        {
            Chart.GridLine(html, Share(seconds));
        }

        foreach (TimingPoint point in points.Take(ReportLimits.ScatterPoints))
        {
            html.Open(
                "circle", ("class", colours.ClassOf(point.Cause)), ("cx", Percent(Math.Clamp((point.Time - from) / (to - from), 0, 1))),
                ("cy", Number(Chart.Y(Share(point.TargetSeconds)))), ("r", "3.5"), ("fill-opacity", "0.75"));
            html.Element("title", $"{clock.Stamp(point.Time)}: {ReportWording.Seconds(Math.Max(0, point.TargetSeconds))}, {CauseWording.NameOf(point.Cause)}").Close();
        }

        foreach ((double seconds, string label) in lines)
        {
            Chart.LineLabel(html, Share(seconds), label);
        }

        Chart.TimeAxis(html, from, to, clock);
        Chart.AxisTitles(html, "time with the target until the error", clock.AxisTitle);
        html.Close();
        colours.WriteLegend(html, points.Select(static point => point.Cause));
        html.Close().Line();

        double Share(double seconds) => Math.Log(Math.Max(seconds, FloorSeconds) / FloorSeconds) / Math.Log(ceiling / FloorSeconds);
    }

    private static string Describe(IReadOnlyList<TimingPoint> points)
    {
        IEnumerable<string> causes = points.GroupBy(static point => point.Cause).Select(static group =>
            $"{CauseWording.NameOf(group.Key)}: {Plural.Of(group.Count(), "error")}, {Seconds(group.Min(static point => point.TargetSeconds))} to {Seconds(group.Max(static point => point.TargetSeconds))}");
        return $"Scatter of errors by time and by how long the target had had the request. {string.Join("; ", causes)}.";

        static string Seconds(double seconds) => ReportWording.Seconds(Math.Max(0, seconds));
    }
}
