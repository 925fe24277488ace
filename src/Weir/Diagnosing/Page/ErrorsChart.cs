using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;
using static Weir.Diagnosing.Page.HtmlWriter;

namespace Weir.Diagnosing.Page;

/// <summary>Errors over time, one bar for each stretch, the causes on top of each other.</summary>
internal static class ErrorsChart
{
    // Pixels between bars would be lost where there are many; a share of the bar is not.
    private const double BarShare = 0.86;

    public static void Write(HtmlWriter html, IReadOnlyList<TimeBar> bars, LogPeriod period, ChartColours colours, ReportClock clock)
    {
        if (bars.Count == 0)
        {
            return;
        }

        // The whole log: a quiet day before the errors is part of the picture.
        DateTimeOffset first = bars.Min(static bar => bar.From), last = bars.Max(static bar => bar.To);
        DateTimeOffset from = period.From < first ? period.From.Value : first;
        DateTimeOffset to = period.To > last ? period.To.Value : last;
        TimeBar[][] stacks = [.. bars.Where(static bar => bar.Errors > 0).GroupBy(static bar => bar.From).OrderBy(static group => group.Key).Select(static group => group.ToArray())];
        if (stacks.Length == 0 || to <= from)
        {
            return;
        }

        TimeBar[] highest = stacks.MaxBy(static stack => stack.Sum(static bar => bar.Errors))!;
        long most = highest.Sum(static bar => bar.Errors);
        double ceiling = Math.Max(2, Chart.Ceiling(most));
        string each = ReportWording.Duration(bars[0].To - bars[0].From);
        Chart.Open(
            html,
            $"Errors that the balancer made, in stretches of {each}",
            $"Bar chart of {Plural.Of(bars.Sum(static bar => bar.Errors), "error")} from {clock.Moment(from)} to {clock.Moment(to)};"
            + $" the most in one stretch: {most}, at {clock.Moment(highest[0].From)}. The numbers follow as a table.");
        Chart.GridLine(html, 1);
        Chart.GridLine(html, 0.5);
        foreach (TimeBar[] stack in stacks)
        {
            WriteStack(html, stack, from, to - from, ceiling, colours, clock);
        }

        Chart.GridLine(html, 0);
        Chart.LineLabel(html, 1, ReportWording.Number((long)ceiling));
        Chart.LineLabel(html, 0.5, ceiling % 2 == 0 ? ReportWording.Number((long)ceiling / 2) : ReportWording.Rate(ceiling / 2));
        Chart.TimeAxis(html, from, to, clock);
        Chart.AxisTitles(html, $"errors in {each}", clock.AxisTitle);
        html.Close();
        colours.WriteLegend(html, bars.Select(static bar => bar.Cause));
        WriteTable(html, stacks, clock);
        html.Close().Line();
    }

    private static void WriteStack(
        HtmlWriter html, TimeBar[] stack, DateTimeOffset from, TimeSpan span, double ceiling, ChartColours colours, ReportClock clock)
    {
        double below = 0;
        foreach (TimeBar bar in stack.OrderBy(bar => IndexOf(colours, bar.Cause)))
        {
            double above = below + bar.Errors;
            html.Open(
                "rect",
                ("class", colours.ClassOf(bar.Cause)),
                ("x", Percent((bar.From - from) / span)),
                ("width", Percent((bar.To - bar.From) / span * BarShare)),
                ("y", Number(Chart.Y(above / ceiling))),
                ("height", Number(Chart.Y(below / ceiling) - Chart.Y(above / ceiling))));
            html.Element("title", $"{clock.Moment(bar.From)}: {bar.Errors} {CauseWording.NameOf(bar.Cause)} in {Plural.Of(bar.Requests, "request")}").Close();
            below = above;
        }
    }

    private static int IndexOf(ChartColours colours, Cause cause) => colours.Causes.Index().First(entry => entry.Item == cause).Index;

    private static void WriteTable(HtmlWriter html, TimeBar[][] stacks, ReportClock clock)
    {
        html.Open("details").Element("summary", "The numbers").Open("div", ("class", "scroll")).Open("table");
        html.Open("tr").Element("th", "from").Element("th", "cause").Element("th", "errors", ("class", "n")).Element("th", "requests", ("class", "n")).Close();
        foreach (TimeBar bar in stacks.SelectMany(static stack => stack))
        {
            html.Open("tr").Element("td", clock.Moment(bar.From)).Element("td", CauseWording.NameOf(bar.Cause))
                .Element("td", ReportWording.Number(bar.Errors), ("class", "n")).Element("td", ReportWording.Number(bar.Requests), ("class", "n")).Close();
        }

        html.Close().Close().Close();
    }
}
