namespace Weir.Diagnosis.Reports;

/// <summary>The numbers behind the charts of the page.</summary>
public sealed record ReportCharts(
    IReadOnlyList<TimeBar> Errors, IReadOnlyList<LagChart> Lags, IReadOnlyList<TargetShare> Targets, IReadOnlyList<TimingPoint> Timings);
