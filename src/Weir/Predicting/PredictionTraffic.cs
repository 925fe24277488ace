namespace Weir.Predicting;

/// <summary>One target group of a log: races expected and 502s seen that look like races.</summary>
internal sealed record PredictionTraffic(string? TargetGroup, int Pools, long Requests, double Expected, long Observed, string Comparison)
{
    public static PredictionTraffic Of(TrafficRow row) => new(
        row.TargetGroup,
        row.Forecast.Pools,
        row.Forecast.Requests,
        row.Forecast.Expected,
        row.Forecast.Observed,
        row.Forecast.Comparison switch { > 0 => "more", < 0 => "fewer", _ => "as_expected" });
}
