using System.Globalization;
using Weir.Diagnosis.Reports;
using static Weir.Diagnosing.Page.HtmlWriter;

namespace Weir.Diagnosing.Page;

/// <summary>
/// The share of requests that failed, against the time since an earlier answer on the same node and target: a race is a
/// peak at the target's idle time, and nothing elsewhere.
/// </summary>
internal static class LagsChart
{
    // Below, lags are the traffic's own pace, and a logarithm would spend half of the width on them.
    private const double ShortestSeconds = 0.1;

    // Window bands narrower than this could not be seen.
    private const double MinBandShare = 0.006;
    private const double MinBarShare = 0.002;

    private static readonly double[] _ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 1000, 4000];

    public static void Write(HtmlWriter html, LagChart chart)
    {
        LagBin[] bins = [.. chart.Bins.Where(static bin => bin.ToSeconds > ShortestSeconds && bin.ToSeconds > bin.FromSeconds)];
        if (bins.Length < 2)
        {
            return;
        }

        bool hasRates = bins.Any(static bin => bin.Requests > 0 && bin.Errors > 0);
        double low = Math.Max(ShortestSeconds, bins[0].FromSeconds);
        double high = bins[^1].ToSeconds;
        LagBin[] telling = [.. bins.Where(IsInWindow)];
        double ceiling = Chart.Ceiling((telling.Length > 0 ? telling : bins).Max(bin => Math.Max(Value(bin.Errors, bin), Value(bin.Expected, bin))));
        Chart.Open(html, hasRates ? "Share of requests that failed, by the time since an earlier answer on the same node and target" : "Errors by the time since an earlier answer on the same node and target", Describe(chart, hasRates));
        if (chart is { WindowLow: { } from, WindowHigh: { } to })
        {
            WriteWindow(html, from, to);
        }

        Chart.GridLine(html, 1);
        Chart.GridLine(html, 0.5);
        foreach (LagBin bin in bins)
        {
            WriteBin(html, bin);
        }

        Chart.GridLine(html, 0);
        Chart.LineLabel(html, 1, Label(ceiling));
        Chart.LineLabel(html, 0.5, Label(ceiling / 2));
        WriteAxis(html);
        Chart.AxisTitles(html, hasRates ? "share of requests that failed" : "errors", "time since an earlier answer");
        html.Close();
        Chart.Legend(html,
        [
            (false, "c0", hasRates ? "failed" : "errors"),
            (false, "c0 pale", "a single error"),
            (true, "chance", "by chance alone"),
            .. chart.WindowLow is null ? Array.Empty<(bool, string, string)>() : [(false, "band", "the window found")],
        ]);
        WriteTable(html, bins);
        html.Close().Line();

        double Value(double errors, LagBin bin) => hasRates ? (bin.Requests > 0 ? errors / bin.Requests : 0) : errors;

        string Label(double value) => hasRates ? ReportWording.Percent(value) : ReportWording.Rate(value);

        // What is outside may be one error among few requests, and would make the window look small.
        bool IsInWindow(LagBin bin) =>
            chart is { WindowLow: { } from, WindowHigh: { } to } && bin.ToSeconds > from && bin.FromSeconds < to && bin.Errors > 0;

        double X(double seconds) => Math.Clamp(Math.Log(Math.Max(seconds, low) / low) / Math.Log(high / low), 0, 1);

        void WriteWindow(HtmlWriter html, double from, double to)
        {
            double middle = (X(from) + X(to)) / 2;
            double width = Math.Max(MinBandShare, X(to) - X(from));
            html.Shape("rect", ("class", "band"), ("x", Percent(middle - (width / 2))), ("width", Percent(width)), ("y", "0"), ("height", Number(Chart.Y(0))));
            html.Element(
                "text", $"{ReportWording.Seconds(from)} to {ReportWording.Seconds(to)}", ("class", "tell"), ("y", Number(Chart.NoteLine)),
                ("x", Percent(middle + (middle > 0.6 ? -0.012 : 0.012))), ("text-anchor", middle > 0.6 ? "end" : "start"));
        }

        void WriteBin(HtmlWriter html, LagBin bin)
        {
            double least = IsInWindow(bin) ? MinBandShare : MinBarShare;
            double width = (X(bin.ToSeconds) - X(bin.FromSeconds)) * 0.9;
            double x = width >= least ? X(bin.FromSeconds) : ((X(bin.FromSeconds) + X(bin.ToSeconds)) / 2) - (least / 2);
            (string X, string Width) place = (Percent(x), Percent(Math.Max(least, width)));
            double share = Value(bin.Errors, bin) / ceiling;
            if (bin.Errors > 0)
            {
                html.Open("rect", ("class", bin.Errors > 1 ? "c0" : "c0 pale"), ("x", place.X), ("width", place.Width), ("y", Number(Chart.Y(share))), ("height", Number(Chart.Y(0) - Chart.Y(share))))
                    .Element("title", $"{Range(bin)}: {ReportWording.Rate(bin.Errors)} {Plural.Word((long)bin.Errors, "error", "errors")} in {Plural.Of((long)bin.Requests, "request")}; by chance {ReportWording.Rate(bin.Expected)}").Close();
            }

            if (bin.Expected > 0)
            {
                string y = Number(Chart.Y(Value(bin.Expected, bin) / ceiling));
                html.Shape("line", ("class", "chance"), ("x1", Percent(X(bin.FromSeconds))), ("x2", Percent(X(bin.ToSeconds))), ("y1", y), ("y2", y));
            }
        }

        void WriteAxis(HtmlWriter html)
        {
            double last = -1;
            foreach (double tick in _ticks.Where(tick => tick >= low && tick <= high))
            {
                // Closer together they would touch on a telephone.
                if (last < 0 || X(tick) - last >= 0.11)
                {
                    last = X(tick);
                    Chart.AxisLabel(html, last, tick.ToString("0.#", CultureInfo.InvariantCulture) + " s");
                }
            }
        }
    }

    private static string Describe(LagChart chart, bool hasRates)
    {
        string what = hasRates ? "Error rate" : "Errors";
        return chart is { WindowLow: { } low, WindowHigh: { } high }
            ? $"{what} against the time since an earlier answer: a peak between {ReportWording.Seconds(low)} and {ReportWording.Seconds(high)}. The numbers follow as a table."
            : $"{what} against the time since an earlier answer: no window stands out. The numbers follow as a table.";
    }

    private static string Range(LagBin bin) => $"{ReportWording.Seconds(bin.FromSeconds)} to {ReportWording.Seconds(bin.ToSeconds)}";

    private static void WriteTable(HtmlWriter html, LagBin[] bins)
    {
        html.Open("details").Element("summary", "The numbers: times with errors").Open("div", ("class", "scroll")).Open("table");
        html.Open("tr").Element("th", "time since an earlier answer").Element("th", "errors", ("class", "n"))
            .Element("th", "by chance", ("class", "n")).Element("th", "requests", ("class", "n")).Close();
        foreach (LagBin bin in bins.Where(static bin => bin.Errors > 0))
        {
            html.Open("tr").Element("td", Range(bin)).Element("td", ReportWording.Rate(bin.Errors), ("class", "n"))
                .Element("td", ReportWording.Rate(bin.Expected), ("class", "n")).Element("td", ReportWording.Number((long)bin.Requests), ("class", "n")).Close();
        }

        html.Close().Close().Close();
    }
}
