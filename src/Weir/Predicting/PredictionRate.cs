namespace Weir.Predicting;

/// <summary>502s to be expected at some traffic.</summary>
internal sealed record PredictionRate(double RequestsPerSecond, double PerDay, double PerMillion);
