using Weir.Diagnosis;

namespace Weir.Predicting;

/// <summary>A target group by its ARN, null where the log has none, and its traffic.</summary>
internal sealed record TrafficRow(string? TargetGroup, TrafficForecast Forecast);
