using Weir.Diagnosis.Causes;
using Weir.Diagnosis.Reports;

namespace Weir.Diagnosing.Page;

/// <summary>Which colour a cause has, the same in every chart of a page: the causes with the most errors have one of their own.</summary>
internal sealed class ChartColours
{
    private readonly Dictionary<Cause, int> _places;

    public ChartColours(DiagnosisReport report)
    {
        Causes = [.. report.Findings.GroupBy(static finding => finding.Cause)
            .Select(static group => (Cause: group.Key, Errors: group.Sum(static finding => finding.Count)))
            .Concat(report.Charts.Errors.Select(static bar => (bar.Cause, Errors: 0L)))
            .Concat(report.Charts.Timings.Select(static point => (point.Cause, Errors: 0L)))
            .GroupBy(static row => row.Cause)
            .OrderByDescending(static group => group.Sum(static row => row.Errors)).ThenBy(static group => group.Key)
            .Select(static group => group.Key)];
        _places = Causes.Index().ToDictionary(static entry => entry.Item, static entry => entry.Index);
    }

    /// <summary>The most frequent first.</summary>
    public IReadOnlyList<Cause> Causes { get; }

    public string ClassOf(Cause cause) => _places.TryGetValue(cause, out int place) && place < PageStyle.Colours ? $"c{place}" : "cx";

    /// <summary>Square, colour, name; colour is never the only sign, since the shapes have titles too.</summary>
    public void WriteLegend(HtmlWriter html, IEnumerable<Cause> shown) => Chart.Legend(html, shown
        .Distinct()
        .OrderBy(cause => _places.GetValueOrDefault(cause))
        .Select(cause => (false, ClassOf(cause), CauseWording.NameOf(cause))));
}
