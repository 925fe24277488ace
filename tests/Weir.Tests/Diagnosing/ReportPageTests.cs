using System.Text.RegularExpressions;
using System.Xml.Linq;
using Weir.Diagnosing;
using Weir.Diagnosing.Page;
using Weir.Diagnosis.Reports;

namespace Weir.Tests.Diagnosing;

public sealed partial class ReportPageTests
{
    private static readonly string _page = new ReportPage(SampleReports.Race, ReportClock.Utc, isRedacted: true).Write();

    [GeneratedRegex("<(meta[^>]*)>")]
    private static partial Regex Meta();

    // Elements without an end tag aside, the page is XML: so a parser finds every tag that is not closed.
    private static XElement Parsed() => XElement.Parse(Meta().Replace(_page["<!DOCTYPE html>".Length..], "<$1/>"));

    [Fact]
    public void Page_Any_IsWellFormed() => Assert.Equal("html", Parsed().Name.LocalName);

    [Fact]
    public void Page_Any_AllowsItsOwnStyleAndNothingElse()
    {
        string policy = (string)Parsed().Descendants("meta").Single(static meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!;

        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Empty(Parsed().DescendantsAndSelf().Attributes("style"));
    }

    [Fact]
    public void Page_Any_NamesNothingToFetch() => Assert.DoesNotContain(
        Parsed().DescendantsAndSelf().Attributes(), static attribute => attribute.Name.LocalName is "src" or "href" or "action" or "data");

    [Fact]
    public void Charts_Any_HaveATextInstead() => Assert.All(
        Parsed().Descendants("svg"),
        static svg => Assert.True(svg.Attribute("aria-hidden") is not null || ((string?)svg.Attribute("aria-label"))?.Length > 0, svg.ToString()));

    [Fact]
    public void Page_OfARace_HasTheFourCharts()
    {
        Assert.Contains("Errors that the balancer made, in stretches of 1 h", _page, StringComparison.Ordinal);
        Assert.Contains("a peak between 4.98 s and 5.02 s", _page, StringComparison.Ordinal);
        Assert.Contains("How long the target had had the request", _page, StringComparison.Ordinal);
        Assert.Contains("Errors by target", _page, StringComparison.Ordinal);
        Assert.Contains("<p>2026-11-21 01:00:00 UTC to 2026-11-23 22:00:00 UTC (2.9 days)</p>", _page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfNothing_SaysSo()
    {
        string page = new ReportPage(SampleReports.Nothing, ReportClock.Utc, isRedacted: true).Write();

        Assert.Contains("<h1>The balancer made no error in 12,345 requests.</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsChart_ALogWhoseErrorsCameLate_ShowsTheQuietTimeBefore()
    {
        DiagnosisReport report = SampleReports.Race;
        TimeBar last = report.Charts.Errors[^1];
        string page = new ReportPage(report with { Charts = report.Charts with { Errors = [last] } }, ReportClock.Utc, isRedacted: true).Write();

        Assert.Contains("Bar chart of", page, StringComparison.Ordinal);
        Assert.Contains(" from 2026-11-21 00:00:00 UTC to 2026-11-24 00:00:00 UTC", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_LabelsOfHeights_AreWrittenAfterTheValues()
    {
        XElement[] charts = [.. Parsed().Descendants("svg").Where(static svg => (string?)svg.Attribute("class") == "chart")];
        Assert.Equal(3, charts.Length);
        Assert.All(charts, static chart =>
        {
            XElement[] shapes = [.. chart.Elements()];
            int firstLabel = Array.FindIndex(shapes, static shape => (string?)shape.Attribute("class") == "height");
            int lastValue = Array.FindLastIndex(shapes, static shape => shape.Name.LocalName is "rect" or "circle");
            Assert.InRange(lastValue, 0, firstLabel);
        });
    }
}
