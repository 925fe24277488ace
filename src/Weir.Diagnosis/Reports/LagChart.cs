namespace Weir.Diagnosis.Reports;

/// <summary>The rate of errors against the time since an earlier answer on the same node and target, for one target group.</summary>
/// <param name="TargetGroup">ARN, or null.</param>
/// <param name="Bins">Neighbouring, by rising lag.</param>
/// <param name="WindowLow">The window found, seconds; null where none was.</param>
/// <param name="WindowHigh">The window found, seconds; null where none was.</param>
public sealed record LagChart(string? TargetGroup, IReadOnlyList<LagBin> Bins, double? WindowLow, double? WindowHigh);
