using Weir.Diagnosis.Reports;
using static Weir.Diagnosing.Page.HtmlWriter;

namespace Weir.Diagnosing.Page;

/// <summary>Targets with their errors as bars: one row that stands out is another cause than many alike.</summary>
internal static class TargetsTable
{
    public static void Write(HtmlWriter html, IReadOnlyList<TargetShare> targets)
    {
        double highest = targets.Max(RateOf);
        html.Open("table", ("class", "targets"));
        html.Open("tr").Element("th", "target").Element("th", "").Element("th", "failed", ("class", "n")).Element("th", "errors", ("class", "n")).Element("th", "requests", ("class", "n")).Close();
        foreach (TargetShare share in targets)
        {
            double rate = RateOf(share);
            html.Open("tr").Open("td").Element("code", share.Target, ("class", "log")).Close();
            html.Open("td").Open("svg", ("class", "bar"), ("role", "img"), ("aria-label", ReportWording.Percent(rate)))
                .Open("rect", ("class", "c0"), ("height", "100%"), ("rx", "3"), ("width", Percent(highest > 0 ? rate / highest : 0)))
                .Element("title", ReportWording.Percent(rate)).Close().Close().Close();
            html.Element("td", ReportWording.Percent(rate), ("class", "n")).Element("td", ReportWording.Number(share.Errors), ("class", "n"))
                .Element("td", ReportWording.Number(share.Requests), ("class", "n")).Close();
        }

        html.Close().Line();
    }

    private static double RateOf(TargetShare share) => share.Requests > 0 ? (double)share.Errors / share.Requests : share.Errors > 0 ? 1 : 0;
}
