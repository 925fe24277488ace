namespace Weir.Diagnosis.Lags;

/// <summary>When some known server closes idle connections as it comes, seconds; both ends are equal for an exact timer.</summary>
internal readonly record struct CloseTimeRange(double FromSeconds, double ToSeconds);
