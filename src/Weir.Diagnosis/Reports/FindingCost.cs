namespace Weir.Diagnosis.Reports;

/// <summary>What a cause costs.</summary>
/// <param name="PerDay">Errors a day, over the period read.</param>
/// <param name="PerMillion">Errors in a million requests of the target group.</param>
/// <param name="PerDayAfterFix">What is to be expected with the fix, or null where nobody can say.</param>
/// <param name="Trend">One of <c>rising</c>, <c>falling</c>, <c>steady</c>, <c>unclear</c>.</param>
public sealed record FindingCost(double PerDay, double PerMillion, double? PerDayAfterFix, string Trend);
